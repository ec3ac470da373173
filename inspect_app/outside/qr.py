"""QR codes: SVG for screens and PDF, PNG for Word."""

import io

import segno


def svg(text: str) -> bytes:
    """Black on white, whatever the colours of the screen: cameras want it so."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", scale=4, border=4, dark="#000", light="#fff")
    return drawn.getvalue()


def png(text: str) -> bytes:
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="png", scale=8, border=4)
    return drawn.getvalue()
