"""Badges: names large and whole, the QR decodes, rare characters print or are named."""

from __future__ import annotations

import io

import pypdf
import pytest
import zxingcpp
from PIL import Image

from conference.documents import badges, qr
from conference.documents.badges import Badge, Unprintable

CODE = "K7QH4M2X9RTW6CVPXX"
ADDRESS = qr.address("https://example.org", CODE)


def badge(name: str, **other: object) -> Badge:
    said: dict[str, object] = {
        "unit": "呼和浩特市玉泉区民政局",
        "position": "科员",
        "category": "代表",
        "number": "0001",
        "qr_text": ADDRESS,
    }
    return Badge(name, **{**said, **other})  # type: ignore[arg-type]


def texts(made: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(made)).pages]


@pytest.mark.parametrize(
    "name",
    [
        "李然",
        "王䶮",
        "陈𬱖",
        "尉迟恭",
        "阿依古丽·买买提吐尔逊·阿卜杜热合曼江",
        "Maximilian Featherstonehaugh",
        "敏" * 50,
    ],
)
def test_a_name_prints_whole(name: str) -> None:
    [text] = texts(badges.pdf("城乡社区治理推进会", [badge(name)]))
    assert name.replace(" ", "") in text
    for said in ("城乡社区治理推进会", "呼和浩特市玉泉区民政局", "科员", "代表", "0001"):
        assert said in text


@pytest.mark.parametrize(
    "meeting", ["大同共建共治共享经验交流会暨社区推进会", "共建共治共享经验交流暨城乡社区治理推进会"]
)
def test_the_lines_of_a_long_title_are_even(meeting: str) -> None:
    [page] = pypdf.PdfReader(io.BytesIO(badges.pdf(meeting, [badge("李然")]))).pages
    lines = page.extract_text().split("李")[0].split()
    assert "".join(lines) == meeting
    assert len(lines) == 2
    assert abs(len(lines[0]) - len(lines[1])) <= 3


def test_a_page_each_of_the_size_of_a_badge_with_our_fonts_inside() -> None:
    made = badges.pdf("城乡社区治理推进会", [badge("李然"), badge("王敏", number="0002")])
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert [
        (round(float(p.mediabox.width) / 72 * 25.4), round(float(p.mediabox.height) / 72 * 25.4)) for p in reader.pages
    ] == [(90, 130)] * 2
    fonts = {font for page in reader.pages for font in page["/Resources"]["/Font"].values()}  # type: ignore[index]
    for font in fonts:
        assert "/FontFile" in str(font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object())
    metadata = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()  # type: ignore[index]
    assert "pdfaid:part>2<" in metadata
    assert made == badges.pdf("城乡社区治理推进会", [badge("李然"), badge("王敏", number="0002")])


def test_the_qr_on_paper_decodes() -> None:
    [picture] = badges.pictures("城乡社区治理推进会", [badge("李然")], ppi=150)
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)).convert("L"))
    assert [one.text for one in read] == [ADDRESS]


def test_what_people_are_called_is_never_markup() -> None:
    nasty = '#strong[x] $a$ *b* "c" \\ {{d}}'
    [text] = texts(badges.pdf(nasty, [badge(nasty, unit=nasty, position=nasty)]))
    assert text.count("#strong[x]$a$*b*") == 4


def test_who_cannot_be_printed_is_named() -> None:
    with pytest.raises(Unprintable) as unprintable:
        badges.pdf("会", [badge("李然"), badge("\U000323af某")])
    assert unprintable.value.whose == {"\U000323af某": ["\U000323af"]}


@pytest.mark.parametrize("n", [0, badges.MOST + 1])
def test_none_and_too_many_are_refused(n: int) -> None:
    with pytest.raises(ValueError, match="badges"):
        badges.pdf("会", [badge("李然")] * n)
