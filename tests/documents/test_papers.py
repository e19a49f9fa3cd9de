"""Papers opened again: pages, names as text, every QR read off the paper, both halves of a card, heads repeated."""

from __future__ import annotations

import io

import pypdf
import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageStat

from conference.documents import badges, cards, fitting, labels, printing, qr, sign_in_sheets
from conference.documents.badges import Badge, Look, Size
from conference.documents.cards import Card
from conference.documents.labels import Label, Laid
from conference.documents.printing import Data, Unprintable
from conference.documents.sign_in_sheets import Line
from conference.documents.typefaces import Face

CODES = ["K7QH4M2X9RTW6CVPXX", "23456789ABCDEFGHJK", "ZZZZYYYYXXXXWWWWVV"]
NAMES = ["李然", "王䶮", "陈㛃𬱖", "阿依古丽·买买提吐尔逊·阿卜杜热合曼江", "Maximilian Featherstonehaugh"]
UNIT = "新疆维吾尔自治区伊犁哈萨克自治州察布查尔锡伯自治县社区工作者培训中心（城乡社区治理研究院）"


def address(code: str) -> str:
    return qr.address("https://tongxing.minzheng.example.org", code)


def texts(made: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(made)).pages]


def scanned(source: str, data: Data, dpi: int) -> list[list[str]]:
    pages = printing.pictures(source, data, ppi=dpi)
    return [
        sorted(one.text for one in zxingcpp.read_barcodes(Image.open(io.BytesIO(page)).convert("L"))) for page in pages
    ]


def sizes(made: bytes) -> set[tuple[int, int]]:
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    return {(round(float(p.mediabox.width) / 72 * 25.4), round(float(p.mediabox.height) / 72 * 25.4)) for p in pages}


@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize("size", list(Size))
def test_every_code_on_badges_is_read_at_print_size(size: Size, dpi: int) -> None:
    people = [Badge("李然", "某局", "科员", "代表", f"{n:04}", address(code)) for n, code in enumerate(CODES)]
    data = badges.sheet("城乡社区治理推进会", people, Look(size, logo()), "zh")
    assert scanned("badges", data, dpi) == [[address(code)] for code in CODES]


@pytest.mark.parametrize("dpi", [150, 300])
@pytest.mark.parametrize("sheet", list(labels.SHEETS))
def test_every_code_on_labels_is_read_at_print_size(sheet: str, dpi: int) -> None:
    people = [Label(name, UNIT, "代表 · 0001", qr_text=address(code)) for name, code in zip(NAMES, CODES, strict=False)]
    data = labels.sheet("会", people, Laid(sheet, right=3, down=-2), "zh")
    assert scanned("labels", data, dpi) == [sorted(map(address, CODES))]


def test_a_badge_with_everything_says_everything_and_has_the_logo() -> None:
    said = [
        Badge(
            name, UNIT, "党委书记", "领导", "0001", address(CODES[0]), seat="主席台1座", province="新疆", pinyin="A YI"
        )
        for name in NAMES
    ]
    made = badges.pdf("城乡社区治理推进会", said, Look(Size.A6, logo()))
    assert sizes(made) == {(105, 148)}
    for name, page in zip(NAMES, texts(made), strict=True):
        for text in (name.replace(" ", ""), UNIT, "党委书记", "领导", "0001", "主席台1座", "新疆", "AYI"):
            assert text in page
    assert all(len(page.images) == 1 for page in pypdf.PdfReader(io.BytesIO(made)).pages)


def test_labels_begin_where_the_sheet_was_left() -> None:
    people = [Label(f"李然{n}", UNIT, "", qr_text=address(CODES[0])) for n in range(25)]
    laid = Laid("3x8", first=20)
    made = printing.pdf("labels", labels.sheet("会", people, laid, "zh"))
    assert labels.pages(len(people), laid) == 2
    assert [page.count("李然") for page in texts(made)] == [5, 20]
    assert sizes(made) == {(210, 297)}


def test_a_seat_sticker_says_the_seat_and_the_name() -> None:
    stickers = [Label(name, UNIT, "", seat=f"3排{n}座") for n, name in enumerate(NAMES, start=1)]
    [page] = texts(printing.pdf("labels", labels.sheet("会", stickers, Laid("2x7", cut_lines=False), "zh")))
    for n, name in enumerate(NAMES, start=1):
        assert f"3排{n}座" in page
        assert name.replace(" ", "") in page


@pytest.mark.parametrize(("size", "page"), [("200x100", (210, 297)), ("297x105", (297, 210))])
def test_a_card_says_the_name_on_both_halves_one_upside_down(size: str, page: tuple[int, int]) -> None:
    data = cards.sheet("会", [Card(name, UNIT) for name in NAMES], size=size, of_units=False, language="zh")
    made = printing.pdf("cards", data)
    assert sizes(made) == {page}
    assert [text.count(name.replace(" ", "")) for text, name in zip(texts(made), NAMES, strict=True)] == [2] * len(
        NAMES
    )
    for picture in printing.pictures("cards", data, ppi=60):
        drawn = Image.open(io.BytesIO(picture)).convert("L")
        middle = drawn.height // 2
        upper, lower = drawn.crop((0, 0, drawn.width, middle)), drawn.crop((0, middle, drawn.width, 2 * middle))
        assert unlike(upper.rotate(180), lower) < 2
        assert unlike(upper, lower) > 5


def unlike(one: Image.Image, other: Image.Image) -> float:
    """How much two pictures differ, from 0 to 255; seen from afar, where the grid of dots does not count."""
    small = [picture.resize((60, 40), Image.Resampling.BOX) for picture in (one, other)]
    return float(ImageStat.Stat(ImageChops.difference(small[0], small[1])).mean[0])


def test_table_cards_say_the_unit() -> None:
    data = cards.sheet("会", [Card(UNIT), Card("民政局")], size="200x100", of_units=True, language="zh")
    assert [
        page.count(unit) for page, unit in zip(texts(printing.pdf("cards", data)), (UNIT, "民政局"), strict=True)
    ] == [2, 2]


def test_the_head_of_a_sign_in_sheet_stands_on_every_page() -> None:
    lines = [Line(f"{n:04}", NAMES[n % len(NAMES)], UNIT, "科员", f"{n:04}") for n in range(1, 51)]
    data = sign_in_sheets.sheet("城乡社区治理推进会", lines, phone="tail", unit_pages=False, language="zh")
    pages = texts(printing.pdf("sign_in_sheets", data))
    assert len(pages) == sign_in_sheets.pages(lines, unit_pages=False) == 3
    for at, page in enumerate(pages, start=1):
        for said in (
            "城乡社区治理推进会",
            "签到表（50人）",
            "编号",
            "姓名",
            "单位",
            "职务",
            "手机号",
            "签名",
            f"第{at}页，共3页",
        ):
            assert said in page
    whole = "".join(pages)
    for line in lines:
        assert line.number in whole
        assert line.name.replace(" ", "") in whole
    assert "尾号0050" in pages[-1]


def test_each_unit_signs_on_pages_of_its_own() -> None:
    lines = [Line(f"{n:04}", "李然", "甲局" if n < 25 else "乙局", "") for n in range(30)]
    data = sign_in_sheets.sheet("会", lines, phone="none", unit_pages=True, language="zh")
    pages = texts(printing.pdf("sign_in_sheets", data))
    assert [("甲局签到表" in page, "乙局签到表" in page) for page in pages] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    assert ["第2页，共2页" in page for page in pages] == [False, True, False]
    assert all("手机号" not in page for page in pages)


def test_a_paper_is_set_in_a_process_of_its_own_alike() -> None:
    data = cards.sheet("会", [Card("陈㛃𬱖")], size="200x100", of_units=False, language="zh")
    assert printing.apart("cards", data) == printing.pdf("cards", data)
    with pytest.raises(printing.NotSet):
        printing.apart("nothing", data)


def test_who_cannot_be_drawn_is_named_and_a_title_gets_a_mark() -> None:
    with pytest.raises(Unprintable) as problem:
        sign_in_sheets.sheet("会", [Line("1", "\U000323af某", "", "")], phone="none", unit_pages=False, language="zh")
    assert problem.value.whose == {"\U000323af某": ["\U000323af"]}
    [page] = texts(badges.pdf("\U000323af会", [Badge("李然", "", "", "代表", "", "")]))
    assert "〓会" in page


def test_a_text_is_fitted_into_its_space() -> None:
    for text in ("李然", UNIT, "敏" * 200, "Maximilian Featherstonehaugh"):
        found = fitting.fitted(text, Face.REGULAR, (20.0, 14.0, 10.0, 7.0), 60, 12)
        assert max(fitting.measured(line, Face.REGULAR) for line in found.lines) * found.size <= 60 * fitting.POINTS
        assert len(found.lines) * found.size + (len(found.lines) - 1) * found.leading <= 12 * fitting.POINTS
    assert fitting.fitted("敏" * 400, Face.REGULAR, (10.0,), 60, 6).lines[-1].endswith("…")


def logo() -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (300, 100), (168, 38, 27, 255)).save(file, "PNG")
    return file.getvalue()
