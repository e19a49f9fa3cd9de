"""What a QR of ours holds, and that other people's readers read it."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from conference.documents import qr

CODE = "K7QH4M2X9RTW6CVPXX"
ADDRESS = "HTTPS://MEETING.EXAMPLE.ORG/C/K7QH4M2X9RTW6CVPXX"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [
        ("https://meeting.example.org", ADDRESS),
        ("https://meeting.example.org/", ADDRESS),
        ("http://127.0.0.1:8000", f"HTTP://127.0.0.1:8000/C/{CODE}"),
        ("https://example.org/huiwu", f"HTTPS://EXAMPLE.ORG/HUIWU/C/{CODE}"),
    ],
)
def test_the_address_is_in_upper_case_throughout(public_url, expected):
    assert qr.address(public_url, CODE) == expected


def test_a_code_typed_in_small_letters_gives_the_same_address():
    assert qr.address("https://meeting.example.org", CODE.lower()) == ADDRESS


def test_a_code_is_read_out_in_groups_of_four():
    assert qr.grouped(CODE) == "K7QH 4M2X 9RTW 6CVP XX"


def test_an_address_stays_in_alphanumeric_mode_and_so_in_version_3():
    assert len(qr.matrix(ADDRESS, level="M")) == 29
    assert len(qr.matrix(ADDRESS.lower(), level="M")) > 29


@pytest.mark.parametrize("level", ["M", "Q"])
@pytest.mark.parametrize("text", [ADDRESS, "会场签到 · 东门", "x" * 500])
def test_the_matrix_decodes(text, level):
    rows = qr.matrix(text, level=level)
    side = len(rows) + 2 * qr.QUIET
    picture = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                picture.putpixel((x + qr.QUIET, y + qr.QUIET), 0)
    [found] = zxingcpp.read_barcodes(picture.resize((side * 4, side * 4), Image.Resampling.NEAREST))
    assert (found.text, found.ec_level) == (text, level)


def test_a_text_too_long_for_any_symbol_is_refused():
    with pytest.raises(ValueError, match="version"):
        qr.matrix("x" * 3000)


def test_the_png_decodes_and_has_its_quiet_zone():
    picture = Image.open(io.BytesIO(qr.png(ADDRESS, level="Q", scale=6)))
    [found] = zxingcpp.read_barcodes(picture)
    assert (found.text, found.ec_level) == (ADDRESS, "Q")
    assert picture.size == ((33 + 8) * 6, (33 + 8) * 6)
    assert picture.crop((0, 0, picture.width, 4 * 6)).getextrema() == (255, 255)


def test_the_svg_draws_the_same_modules_with_one_path_and_decodes():
    root = ET.fromstring(qr.svg(ADDRESS, level="Q", title="参会码"))
    [path] = root.iter(f"{SVG}path")
    picture = drawn(root, path, scale=5)
    [found] = zxingcpp.read_barcodes(picture)
    assert (found.text, found.ec_level) == (ADDRESS, "Q")
    assert picture.tobytes() == qr.image(ADDRESS, level="Q").resize(picture.size).convert("L").tobytes()


def test_the_svg_has_a_title_and_no_style_of_its_own():
    source = qr.svg(ADDRESS, title='参会码 <"&')
    root = ET.fromstring(source)
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == '参会码 <"&'
    assert "style" not in source


def drawn(root: ET.Element, path: ET.Element, *, scale: int) -> Image.Image:
    """The SVG in pixels, of the few commands that ours has: M x y, h, v, z."""
    width, height = (int(number) for number in root.get("viewBox").split()[2:])
    picture = Image.new("L", (width * scale, height * scale), 255)
    pen = ImageDraw.Draw(picture)
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path.get("d")):
        left, top = int(x) * scale, int(y) * scale
        pen.rectangle((left, top, left + int(length) * scale - 1, top + scale - 1), fill=0)
    assert re.sub(r"M\d+ \d+h(\d+)v1h-\1z", "", path.get("d")) == ""
    return picture
