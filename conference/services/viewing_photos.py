"""Photos of viewing rooms (集体收看照片): drawn anew, so that nothing of where and when they were taken is kept."""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from conference.documents import handed_in
from conference.rules.questions import Handed
from conference.services.files import Upload
from conference.vocabulary import Fault, FileKind, Malformed

LARGEST = 8 * 1024 * 1024
SIDE = 2000  # pixels, of the longer side
_PICTURES = {FileKind.JPEG, FileKind.PNG}


def drawn(content: bytes) -> Upload:
    """A picture as it came, as the JPEG that is kept. Raises Malformed (photo)."""
    if len(content) > LARGEST:
        raise Malformed({"photo": Fault.FILE_TOO_LARGE})
    kind = handed_in.kind_of(content)
    if kind not in _PICTURES:
        raise Malformed({"photo": _why_not(content)})
    try:
        with Image.open(io.BytesIO(content), formats=[kind.value.upper()]) as picture:
            picture.draft("RGB", (SIDE, SIDE))
            picture.thumbnail((SIDE, SIDE))  # before anything copies it: whole it may be 180 MB
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
    except Exception:  # noqa: BLE001  # whatever a broken picture makes the decoder raise, it is no picture
        raise Malformed({"photo": Fault.PICTURE_BROKEN}) from None
    paper = Image.new("RGB", upright.size, "white")  # a fresh one knows nothing of where and when it was taken
    paper.paste(upright, mask=upright)
    file = io.BytesIO()
    paper.save(file, "JPEG", quality=85, optimize=True, progressive=True)
    return Upload("photo.jpg", file.getvalue(), Handed(FileKind.JPEG, file.tell()))


def _why_not(content: bytes) -> Fault:
    if handed_in.too_many_pixels(content):
        return Fault.PICTURE_TOO_LARGE
    return Fault.PICTURE_BROKEN if handed_in.looks_like_a_picture(content) else Fault.NOT_THAT_KIND_OF_FILE
