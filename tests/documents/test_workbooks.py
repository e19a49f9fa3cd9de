"""Workbooks and delimited texts in: what is read of good ones, and the clear word for each that is not opened."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from conference.documents import delimited, packages, workbooks
from conference.rules.sheets import Sheet
from conference.services.reply_files import sheets_of
from conference.vocabulary import FileFault, Unreadable
from tests.documents import workshop

REPLIES = Path(__file__).parent.parent / "replies"


def fault_of(data: bytes) -> FileFault | None:
    try:
        sheets_of(data)
    except Unreadable as unreadable:
        return unreadable.fault
    return None


def only(data: bytes) -> Sheet:
    [sheet] = sheets_of(data)
    return sheet


def test_texts_numbers_and_times_as_people_see_them() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet("名单")
        page.write_row(0, 0, ["陈𬱖", 13810000001, 0.5, True, 13810000001.5])
        page.write_datetime(
            1, 1, datetime.fromisoformat("2026-07-18 15:30"), book.add_format({"num_format": "yyyy/m/d h:mm"})
        )
        page.write_datetime(1, 2, datetime.fromisoformat("2026-07-18"), book.add_format({"num_format": "m月d日"}))
        page.write_formula(1, 3, '="a"&"b"', None, "ab")
        page.write_number(1, 4, 13810000002, book.add_format({"num_format": "0.00E+00"}))
        page.write_rich_string(2, 0, "李", book.add_format({"bold": True}), "然")
        page.set_row(4, None, None, {"hidden": True})
        page.write_string(4, 0, "藏")
        page.merge_range("A7:B8", "合并")
        book.add_worksheet("旧").hide()
    sheets = workbooks.read(target.getvalue())
    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("名单", False), ("旧", True)]
    assert dict(sheets[0].rows) == {
        1: ["陈𬱖", "13810000001", "0.5", "TRUE", "13810000001.5"],
        2: ["", "2026-07-18 15:30", "2026-07-18", "ab", "13810000002"],
        3: ["李然"],
        5: ["藏"],
        7: ["合并"],
    }
    assert sheets[0].hidden_rows == {5}
    assert sheets[0].merges == [(7, 0, 8, 1)]


def test_rows_are_numbered_as_the_spreadsheet_counts() -> None:
    data = workshop.bare(workshop.cells('<row r="5"><c r="C5" t="inlineStr"><is><t>五</t></is></c></row>'))
    assert dict(only(data).rows) == {5: ["", "", "五"]}
    # Programs that leave the numbers out count on.
    data = workshop.bare(workshop.cells("<row><c><v>1</v></c></row><row><c/><c><v>2</v></c></row>"))
    assert dict(only(data).rows) == {1: ["1"], 2: ["", "2"]}


def test_a_cell_in_the_last_corner_costs_nothing() -> None:
    corner = '<c r="XFD1048576"><v>1</v></c><c r="A1048576"><v>2</v></c>'
    data = workshop.bare(workshop.cells(f'<row r="1048576">{corner}</row>'))
    assert dict(only(data).rows) == {1048576: ["2"]}


def test_an_address_to_click_is_no_way_out() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "liran@example.org"
    book.active["A1"].hyperlink = "mailto:liran@example.org"
    target = io.BytesIO()
    book.save(target)
    assert dict(only(target.getvalue()).rows) == {1: ["liran@example.org"]}


SHEET = workshop.cells('<row r="1"><c r="A1"><v>1</v></c></row>')
BOMB = workshop.cells("<row>" + "<c><v>1</v></c>" * 3_000_000 + "</row>")
OUTSIDE = '<Relationship Id="x" Type="x/externalLinkPath" TargetMode="External" Target="file:///etc"/></Relationships>'
EXTERNAL = workshop.BOOK_RELATIONS.replace("</Relationships>", OUTSIDE)
ENABLED = '<Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'
MACRO_TYPES = workshop.TYPES.replace("</Types>", ENABLED)
UTF_16 = SHEET.replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x>').encode("utf-16")
PAPER = workshop.archive({"word/document.xml": "<x/>", "[Content_Types].xml": "<x/>"})
HOSTILE: dict[str, tuple[bytes, FileFault]] = {
    "nothing": (b"", FileFault.EMPTY),
    "blanks": (b" \r\n ", FileFault.EMPTY),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 40, FileFault.NOT_A_WORKBOOK),
    "a web page": (b"<html><table><tr><td>1</td></tr></table>", FileFault.NOT_A_WORKBOOK),
    "a paper": (b"%PDF-1.7 " + b"x" * 100, FileFault.NOT_A_WORKBOOK),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), FileFault.OLD_WORKBOOK),
    "a locked one": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        FileFault.ENCRYPTED,
    ),
    "half a workbook": (workshop.bare(SHEET)[:400], FileFault.DAMAGED),
    "another archive": (PAPER, FileFault.NOT_A_WORKBOOK),
    "a binary workbook": (workshop.archive({"xl/workbook.bin": b"1"}), FileFault.OLD_WORKBOOK),
    "macros": (workshop.bare(SHEET, xl__vbaProject_dot_bin=b"1"), FileFault.MACROS),
    "macros by type": (workshop.bare(SHEET, **{"[Content_Types].xml": MACRO_TYPES}), FileFault.MACROS),
    "links to files": (workshop.bare(SHEET, xl__externalLinks__externalLink1_dot_xml="<x/>"), FileFault.EXTERNAL_LINKS),
    "a way out": (workshop.bare(SHEET, **{"xl/_rels/workbook.xml.rels": EXTERNAL}), FileFault.EXTERNAL_LINKS),
    "a data connection": (workshop.bare(SHEET, xl__connections_dot_xml="<x/>"), FileFault.EXTERNAL_LINKS),
    "entities": (
        workshop.bare('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData/></worksheet>'),
        FileFault.FOREIGN_MARKUP,
    ),
    "hidden entities": (workshop.bare(UTF_16), FileFault.DAMAGED),
    "no XML": (workshop.bare("<worksheet><sheetData>"), FileFault.DAMAGED),
    "too many parts": (workshop.archive({f"xl/{n}.xml": "" for n in range(1_200)}), FileFault.EXPLODES),
    "exploding": (workshop.bare(BOMB), FileFault.EXPLODES),
    "exploding elsewhere": (workshop.bare(SHEET, xl__media__image1_dot_png=bytes(120_000_000)), FileFault.EXPLODES),
    "too many rows": (b"a\n" * 20_001, FileFault.TOO_MANY_ROWS),
    "too large": (b"a" * (10 * 1024 * 1024 + 1), FileFault.TOO_LARGE),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_not_opened_has_a_clear_word(what: str) -> None:
    data, fault = HOSTILE[what]
    assert fault_of(data) is fault


def test_a_size_that_lies_is_counted() -> None:
    """The sizes in the archive's own list are what its maker wrote there."""
    honest = workshop.bare(workshop.cells("<row>" + "<c/>" * 2_000_000 + "</row>"))
    with zipfile.ZipFile(io.BytesIO(honest)) as opened:
        size = opened.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = honest.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert fault_of(lying) in {FileFault.EXPLODES, FileFault.DAMAGED}


TABLE = [["姓名", "手机", "参会方式"], ["王䶮", "13800000001", "现场, 全程"], ["陈𬱖", "13800000002", "线上"]]


def delimited_text(delimiter: str, line_end: str) -> str:
    quoted = [[f'"{cell}"' if delimiter in cell or "," in cell else cell for cell in row] for row in TABLE]
    return line_end.join(delimiter.join(row) for row in quoted) + line_end


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_delimited_texts(encoding: str, delimiter: str, line_end: str) -> None:
    sheet = only(delimited_text(delimiter, line_end).encode(encoding))
    assert dict(sheet.rows) == dict(enumerate(TABLE, 1))


def test_a_long_text_in_gb18030_is_cut_nowhere() -> None:
    line = "买买提·吐尔逊,13800000001,现场"
    data = ("姓名,手机,参会方式\n" + f"{line}\n" * 15_000).encode("gb18030")
    sheet = only(data)
    assert len(sheet.rows) == 15_001
    assert {tuple(texts) for texts in list(sheet.rows.values())[1:]} == {tuple(line.split(","))}


def test_lines_inside_quotes_and_blank_lines_count_as_a_spreadsheet_counts_them() -> None:
    sheet = only('姓名,备注\n李然,"第一行\n第二行"\n\n王敏,无\n'.encode())
    assert dict(sheet.rows) == {1: ["姓名", "备注"], 2: ["李然", "第一行\n第二行"], 4: ["王敏", "无"]}


def test_a_quotation_mark_that_nobody_closed_swallows_nobody() -> None:
    rows = "".join(f"人{n},1380000{n:04d}\n" for n in range(100))
    sheet = only(f'姓名,手机\n"王敏,13800000002\n{rows}'.encode())
    assert len(sheet.rows) == 102


def test_a_file_whose_cells_are_all_quoted_survives_a_broken_quotation_mark() -> None:
    sheet = only('"姓名","手机"\r\n"李然,"1380000"1"\r\n"王敏","2"\r\n'.encode())
    assert sheet.rows[3] == ["王敏", "2"]


@pytest.mark.parametrize("delimiter", ["，", "、", ";"])
def test_the_delimiter_is_the_one_that_parts_the_header(delimiter: str) -> None:
    row = delimiter.join
    said = ["说明: a,b,c,d，e，f、g、h;i;j;k"] * 5 + [row(["姓名", "单位", "手机"]), row(["李然", "某局", "1"])]
    assert only("\n".join(said).encode()).rows[7] == ["李然", "某局", "1"]


def test_a_formula_without_its_value_is_known_and_one_with_it_is_a_text() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["姓名", "手机", "备注"])
        page.write_formula(1, 0, '="李"&"然"', None, "李然")
        page.write_formula(1, 1, "=1/0", None, "#DIV/0!")
    sheet = only(target.getvalue())
    assert (sheet.text(2, 0), sheet.unsolved) == ("李然", {(2, 1)})
    workbook = openpyxl.Workbook()
    workbook.active.append(["姓名"])
    workbook.active.append(["=A9"])
    saved = io.BytesIO()
    workbook.save(saved)
    sheet = only(saved.getvalue())
    assert (sheet.text(2, 0), sheet.unsolved) == ("", {(2, 0)})


def test_a_filter_hides_nobody_and_a_hidden_row_is_hidden() -> None:
    for filtered in (False, True):
        target = io.BytesIO()
        with xlsxwriter.Workbook(target) as book:
            page = book.add_worksheet()
            page.write_column(0, 0, ["参会方式", "现场", "线上"])
            page.set_row(2, None, None, {"hidden": True})
            if filtered:
                page.autofilter("A1:A3")
                page.filter_column(0, "x == 现场")
        assert only(target.getvalue()).hidden_rows == (set() if filtered else {3})


def test_excels_own_note_about_the_delimiter() -> None:
    assert dict(only("sep=;\r\n姓名;手机\r\n李然;1".encode()).rows) == {2: ["姓名", "手机"], 3: ["李然", "1"]}


def test_a_truncated_text_loses_its_last_character_alone() -> None:
    assert delimited.decoded("姓名,王䶮".encode("gb18030")[:-1]) == "姓名,王"


@pytest.mark.parametrize("name", ["a-one-unit.xlsx", "b-province-summary.xlsx"])
def test_the_given_workbooks_are_workbooks(name: str) -> None:
    assert packages.is_workbook((REPLIES / name).read_bytes())


_BOUNDED = """
import resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, (700 * 2**20, 700 * 2**20))
from conference.rules.replies import understand
from conference.services.reply_files import sheets_of
begun = time.process_time()
found = understand(sheets_of(open(sys.argv[1], "rb").read()))
# The peak of this program alone: what getrusage says begins with its parent's.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(len(found.people), len(found.problems), time.process_time() - begun, peak)
"""


def test_five_thousand_rows_in_bounded_time_and_memory(tmp_path: Path) -> None:
    target = tmp_path / "many.xlsx"
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        page.write_row(
            0,
            0,
            [
                "序号",
                "省份",
                "单位",
                "姓名",
                "性别",
                "职务",
                "手机",
                "邮箱",
                "参会方式",
                "住宿",
                "抵达",
                "返程",
                "参访",
                "饮食",
                "备注",
            ],
        )
        for n in range(5_000):
            page.write_row(n + 1, 0, [
                n + 1, "山东", f"东营市垦利区第{n % 200}社区", "李然", "女", "科员", 13800000000 + n,
                f"p{n}@example.org",
                "现场" if n % 3 else "线上", "是", "7月18日", "7月20日", "是", "无", "备注",
            ])  # fmt: skip
    done = subprocess.run([sys.executable, "-c", _BOUNDED, str(target)], capture_output=True, text=True, check=True)
    people, problems, seconds, kilobytes = done.stdout.split()
    assert (people, problems) == ("5000", "0")
    assert float(seconds) < 10
    assert int(kilobytes) < 300 * 1024


def test_a_bomb_is_refused_in_bounded_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    data = workshop.bare(SHEET, xl__media__image2_dot_png=bytes(101 * 1024 * 1024))
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # making it cost that
    assert fault_of(data) is FileFault.EXPLODES
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - max(before, held) < 64 * 1024
