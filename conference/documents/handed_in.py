"""What a file that somebody handed in really is, by its content: neither its name nor the browser is believed."""

from __future__ import annotations

import io

from PIL import Image

from conference.documents import packages
from conference.vocabulary import FileKind, Unreadable

MOST_PIXELS = 60_000_000  # a phone's best photograph; decoded it is 180 MB, so a JPEG is tried at an eighth
_PNG, _JPEG, _ZIP = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04"
_TAIL = 2_048


def kind_of(content: bytes) -> FileKind | None:
    """The kind of a file that is whole and harmless enough to keep: pictures decode, office files carry no macros and
    fetch nothing from elsewhere. None for everything else.
    """
    if content.startswith((b"%PDF-1.", b"%PDF-2.")):
        return FileKind.PDF if b"%%EOF" in content[-_TAIL:] else None
    if content.startswith(_PNG):
        return FileKind.PNG if _decodes(content, "PNG") else None
    if content.startswith(_JPEG):
        return FileKind.JPEG if _decodes(content, "JPEG") else None
    if content.startswith(_ZIP):
        if _opens(content, "word/"):
            return FileKind.WORD
        if _opens(content, "xl/"):
            return FileKind.EXCEL
        return FileKind.POWERPOINT if _opens(content, "ppt/") else None
    return None


def looks_like_a_picture(content: bytes) -> bool:
    """Whether it begins as a PNG or a JPEG does, whole or not."""
    return content.startswith((_PNG, _JPEG))


def too_many_pixels(content: bytes) -> bool:
    """Whether it is a picture by its head, and larger than one that we would decode."""
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG"]) as picture:
            return picture.width * picture.height > MOST_PIXELS
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return True
    except Exception:  # noqa: BLE001  # as below
        return False


def _decodes(content: bytes, wanted: str) -> bool:
    try:
        with Image.open(io.BytesIO(content), formats=[wanted]) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                return False
            if wanted == "JPEG":
                picture.draft("L", (max(1, width // 8), max(1, height // 8)))
                picture.load()
            else:
                picture.verify()
    except Exception:  # noqa: BLE001  # whatever a broken picture makes the decoder raise, it is no picture
        return False
    return True


def _opens(content: bytes, main: str) -> bool:
    try:
        packages.open_package(content, main=main)
    except Unreadable:
        return False
    return True
