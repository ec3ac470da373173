"""The phone app in a Chromium that is killed: what the screen said is on the phone is there when it opens again."""
