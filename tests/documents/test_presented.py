"""What a large file for a talk is, whatever it is called; and a zip that is made while it goes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from conference.documents import presented, streamed_zip
from conference.documents.streamed_zip import Entry
from conference.vocabulary import FileFault, FileKind, Missing, Unreadable
from tests.documents.test_handed_in import DOCUMENT, PDF, package, picture, workbook

DECK = {"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>", "ppt/slides/slide1.xml": b"<s/>"}
LETTER = DOCUMENT
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LINKED = b'<Relationship Type="http://x/video" Target="file:///C:/a.mp4" TargetMode="External"/>'
ELSEWHERE = FileFault.EXTERNAL_LINKS
CLICKED = b'<Relationship Type="http://x/hyperlink" Target="https://example.org/" TargetMode="External"/>'


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (PDF, FileKind.PDF),
        (package(DECK), FileKind.POWERPOINT),
        (package(DECK | {"ppt/media/a.jpeg": bytes(1_000_000)}), FileKind.POWERPOINT),
        (package(DECK | {"ppt/slides/_rels/slide1.xml.rels": CLICKED}), FileKind.POWERPOINT),
        (package(LETTER), FileKind.WORD),
        (b"", FileFault.EMPTY),
        (PDF[:20], FileFault.DAMAGED),
        (package(DECK)[:-40], FileFault.DAMAGED),
        (package(DECK)[:40] + bytes(20) + package(DECK)[60:], FileFault.DAMAGED),
        (package(DECK | {"ppt/vbaProject.bin": b"x"}), FileFault.MACROS),
        (package(DECK | {"ppt/activeX/activeX1.xml": b"<a/>"}), FileFault.MACROS),
        (package(DECK | {"ppt/slides/_rels/slide1.xml.rels": LINKED}), FileFault.EXTERNAL_LINKS),
        (package(DECK | {"ppt/slides/_rels/slide1.xml.rels": LINKED.replace(b"Ext", b"&#69;xt")}), ELSEWHERE),
        (package(DECK | {"ppt/slides/_rels/slide1.xml.rels": LINKED.replace(b"C:/", b"C:/hyperlink")}), ELSEWHERE),
        (package(DECK | {"ppt/slides/_rels/slide1.xml.rels": LINKED.replace(b"Type", b'Id=">" Type', 1)}), ELSEWHERE),
        (package(DECK | {"ppt/slides/_rels/slide1.xml.rels": LINKED[:-3]}), FileFault.DAMAGED),
        (package(DECK | {"ppt/media/b.bin": bytes(60_000_000)}), FileFault.EXPLODES),
        (package(DECK | {"ppt/_rels/presentation.xml.rels": b"<a/>" * 3_000_000}), FileFault.EXPLODES),
        (OLE + bytes(9_000), FileFault.OLD_WORKBOOK),
        (OLE + bytes(300_000) + "EncryptedPackage".encode("utf-16-le"), FileFault.ENCRYPTED),
        (workbook(), FileFault.NOT_A_WORKBOOK),
        (package({"[Content_Types].xml": b"<Types/>", "ppt/else.xml": b"<p/>"}), FileFault.NOT_A_WORKBOOK),
        (package({"evil.exe": b"MZ"}), FileFault.NOT_A_WORKBOOK),
        (picture("PNG"), FileFault.NOT_A_WORKBOOK),
        (b"<html><script>alert(1)</script></html>", FileFault.NOT_A_WORKBOOK),
        (b"PK\x03\x04", FileFault.DAMAGED),
    ],
)
def test_a_file_is_what_it_holds(content: bytes, found: FileKind | FileFault) -> None:
    file = io.BytesIO(content)
    if isinstance(found, FileKind):
        assert presented.kind_of(file) is found
        return
    with pytest.raises(Unreadable) as unreadable:
        presented.kind_of(file)
    assert unreadable.value.fault is found


@pytest.mark.parametrize("length", [4_000_000, 200_000_000])
def test_a_list_of_parts_that_is_too_long_is_not_read(length: int) -> None:
    """A file of 13 MB whose list alone has 7 of them took seven seconds and a hundred megabytes to be refused."""
    whole = package(DECK)
    at = whole.rindex(b"PK\x05\x06")
    lies = whole[: at + 12] + length.to_bytes(4, "little") + whole[at + 16 :]
    with pytest.raises(Unreadable) as unreadable:
        presented.kind_of(io.BytesIO(lies))
    assert unreadable.value.fault is FileFault.EXPLODES


def test_a_zip_is_made_while_it_goes_and_says_what_is_lost() -> None:
    def lost() -> Iterator[bytes]:
        raise Missing
        yield b""

    left_out: list[str] = []

    def contents() -> Iterator[bytes]:
        yield "\n".join(left_out).encode()

    entries = [
        Entry("01 开幕/01 汇报.pptx", iter([b"a" * 70_000, b"b"])),
        Entry("01 开幕/02 丢了.pdf", lost()),
        Entry("空.txt", iter(())),
        Entry("目录.txt", contents()),
    ]
    made_at = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)
    zipped = list(streamed_zip.pieces(entries, made_at=made_at, unread=(Missing,), left_out=left_out))
    assert max(map(len, zipped)) < 71_000
    with zipfile.ZipFile(io.BytesIO(b"".join(zipped))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["01 开幕/01 汇报.pptx", "空.txt", "目录.txt"]
        assert archive.read("目录.txt").decode() == "01 开幕/02 丢了.pdf"
        assert {(one.compress_type, one.date_time) for one in archive.infolist()} == {(0, (2026, 7, 1, 8, 30, 0))}
