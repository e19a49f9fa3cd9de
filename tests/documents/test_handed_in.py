"""What a file is, whatever it is called."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from openpyxl import Workbook
from PIL import Image

from conference.documents import handed_in
from conference.vocabulary import FileKind

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(kind: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (64, 48), "#a33").save(written, kind)
    return written.getvalue()


def package(parts: dict[str, bytes]) -> bytes:
    """The same parts make the same bytes, whenever that is."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


DOCUMENT = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}


def workbook() -> bytes:
    written = io.BytesIO()
    Workbook().save(written)
    return written.getvalue()


def huge_png() -> bytes:
    """A picture of 30,000 × 30,000 in some bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, FileKind.PDF),
        (PDF[:20], None),
        (b"GIF89a" + PDF, None),
        (picture("PNG"), FileKind.PNG),
        (picture("PNG")[:-30], None),
        (picture("JPEG"), FileKind.JPEG),
        (picture("JPEG")[:300], None),
        (picture("GIF"), None),
        (picture("WEBP"), None),
        (huge_png(), None),
        (package(DOCUMENT), FileKind.WORD),
        (package(DOCUMENT | {"word/vbaProject.bin": b"x"}), None),
        (package(DOCUMENT | {"word/document.xml": b"<!DOCTYPE x><w/>"}), None),
        (package(DOCUMENT | {"word/media/image1.bin": bytes(60_000_000)}), None),
        (
            package(
                DOCUMENT | {"word/_rels/a.rels": b'<Relationship Type="x/attachedTemplate" TargetMode="External"/>'}
            ),
            None,
        ),
        (package({"evil.exe": b"MZ"}), None),
        (workbook(), FileKind.EXCEL),
        (workbook()[:-40], None),
        (b"MZ\x90\x00", None),
        (b"<html><script>alert(1)</script></html>", None),
        (b"", None),
        (b"PK\x03\x04", None),
        (b"\xff\xd8\xff", None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", None),
    ],
)
def test_a_file_is_what_it_holds(content: bytes, kind: FileKind | None) -> None:
    assert handed_in.kind_of(content) is kind
