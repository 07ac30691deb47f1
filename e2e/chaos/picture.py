"""A small real JPEG to send thousands of times."""

import io

from PIL import Image, ImageDraw


def small_picture() -> bytes:
    """About 4 KB: the faults are at issue, not the bandwidth."""
    picture = Image.linear_gradient("L").resize((320, 240)).convert("RGB")
    ImageDraw.Draw(picture).ellipse((90, 60, 200, 180), fill=(180, 60, 40))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
