"""The office: one file per screen, its form on top."""
