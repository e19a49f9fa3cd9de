"""A ZIP that is made as it is read: Chinese names whole, names that Windows forbids made fit."""

from __future__ import annotations

import io
import zipfile

import pytest

from conference.documents import archives


def opened(files: list[tuple[str, bytes]]) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(archives.zipped(files))))


def test_contents_and_chinese_names_survive() -> None:
    archive = opened([("0001 李然.png", b"one"), ("0002 陈𬱖.png", b"two" * 1000)])
    assert archive.testzip() is None
    assert archive.namelist() == ["0001 李然.png", "0002 陈𬱖.png"]
    assert archive.read("0002 陈𬱖.png") == b"two" * 1000
    assert all(one.flag_bits & 0x800 for one in archive.infolist())


def test_the_pieces_come_one_by_one() -> None:
    asked = []

    def files():
        for n in range(3):
            asked.append(n)
            yield f"{n}.png", b"x" * 100

    pieces = archives.zipped(files())
    assert len(next(pieces)) > 100
    assert asked == [0]


def test_a_name_that_is_there_already_is_numbered() -> None:
    assert opened([("李然.png", b"1"), ("李然.png", b"2"), ("A.png", b""), ("a.png", b"")]).namelist() == [
        "李然.png",
        "李然 (2).png",
        "A.png",
        "a (2).png",
    ]


@pytest.mark.parametrize(
    ("name", "fit"),
    [
        ('a/b\\c:d*e?"f<g>h|i.png', "a_b_c_d_e__f_g_h_i.png"),
        ("../../etc/passwd", "_._etc_passw"),
        ("con.png", "_con.png"),
        ("NUL", "_NUL"),
        (" 李然 . .png", "李然.png"),
        ("", "_"),
        ("李\x00\u202e然.png", "李_然.png"),
        ("敏" * 300 + ".png", "敏" * 120 + ".png"),
    ],
)
def test_names_are_made_fit(name: str, fit: str) -> None:
    assert archives.safe(name) == fit
