"""Units out of and into workbooks: what was understood is shown with every problem before anything is written."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from werkzeug.test import TestResponse

from conference import db
from conference.services import activity, liaisons, unit_lists, units
from tests.cast import Cast

CREDIT = "91350100M000100Y43"
HEAD = ["序号", "单位 名称", "省份", "类别", "信用代码", "现场名额", "名额上限", "截止时间", "联系人", "手机号", "备注"]
ROWS: list[list[str | int]] = [
    [1, "示例区民政局", "山西", "委员单位", CREDIT, 6, "16人", "2026-07-01 18:00", "李然", "138 0000 0001", "老朋友"],
    [2, "东营市垦利区民政局", "", "", "", "不限", 8, "", "", "", ""],
    [3, "济南市示例中心", "", "机构", "", "", "", "2026年7月1日", "", "", ""],
]


@pytest.fixture
def address(cast: Cast) -> str:
    return f"/desk/{cast.slug}/units/import"


def test_a_workbook_is_looked_at_then_brought_in_and_again_changes_nothing(
    app: APIFlask, desk: FlaskClient, cast: Cast, address: str
) -> None:
    preview = _upload(desk, address, _workbook([["参会单位名单"], HEAD, *ROWS]))
    assert preview.status_code == 200
    for said in ("新的 2 个，有改动 1 个", "备注（不导入）", "示例区民政局", "济南市示例中心"):
        assert said in preview.text, said
    with app.app_context():
        assert unit_lists.page(cast.meeting_id).total == 2
        db.release()
    answer = desk.post(f"{address}/bring-in", data={"kept": _kept(preview)})
    assert answer.status_code == 303
    assert "3 个单位已导入" in desk.get(answer.location).text
    with app.app_context():
        found = {part.unit.name: part for part in unit_lists.page(cast.meeting_id).items}
        part = found["示例区民政局"]
        assert (part.unit.province, part.unit.credit_code, part.in_person_limit, part.delegate_limit) == (
            "140000", CREDIT, 6, 16,
        )  # fmt: skip
        assert part.reply_by == datetime(2026, 7, 1, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
        liaison = liaisons.of(part.id)
        assert liaison is not None
        assert (liaison.name, liaisons.phone_of(liaison)) == ("李然", "+8613800000001")
        assert (found["东营市垦利区民政局"].delegate_limit, found["东营市垦利区民政局"].unit.kind.value) == (
            8,
            "member",
        )
        assert found["济南市示例中心"].unit.province == "370000"
        assert found["济南市示例中心"].reply_by == datetime(2026, 7, 1, 23, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
        acts = len(activity.page(cast.meeting_id).items)
        db.release()
    again = _upload(desk, address, _workbook([["参会单位名单"], HEAD, *ROWS]))
    assert "没有要导入的单位" in again.text
    assert desk.post(f"{address}/bring-in", data={"kept": _kept(preview)}).status_code == 303
    with app.app_context():
        assert len(activity.page(cast.meeting_id).items) == acts
        assert unit_lists.page(cast.meeting_id).total == 4


def test_what_is_exported_comes_back_without_a_change(
    app: APIFlask, desk: FlaskClient, cast: Cast, address: str
) -> None:
    desk.post(f"/desk/{cast.slug}/units/{cast.yuquan_id}/liaison", data={"name": "李然", "phone": "13800000001"})
    answer = desk.get(f"/desk/{cast.slug}/units.xlsx")
    rows = list(load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert rows[0][:3] == ("单位名称", "省份", "市、区、县")
    assert [row[0] for row in rows[1:]] == ["呼和浩特市玉泉区民政局", "东营市垦利区民政局"]
    assert rows[1][11] == "+8613800000001"
    assert "没有要导入的单位" in _upload(desk, address, answer.data).text
    english = desk.get(f"/desk/{cast.slug}/units.xlsx", headers={"Accept-Language": "en"})
    assert "没有要导入的单位" in _upload(desk, address, english.data).text


def test_every_problem_is_named_by_row_and_column_and_stops_no_other_row(
    app: APIFlask, desk: FlaskClient, cast: Cast, address: str
) -> None:
    rows = [
        ["单位", "省份", "信用代码", "名额", "截止", "联系人", "电话", "邮箱", "类别"],
        ["好的单位", "山西", "", "", "", "", "", "", ""],
        ["没有省的单位", "", "", "", "", "", "", "", ""],
        ["", "山西", "", "5", "", "", "", "", ""],
        ["甲", "月球", "91350100M000100Y44", "八", "明天", "", "12", "@", "协会类"],
        ["乙", "山西", "", "999999999", "", "长" * 51, "", "", ""],
        ["好的单位", "山西", "", "", "", "", "", "", ""],
    ]
    preview = _upload(desk, address, _workbook(rows))
    assert preview.status_code == 200
    found = re.findall(r'<td[^>]*data-label="行"[^>]*>\s*(?:<[^>]+>)*\s*(\d+)', preview.text)
    assert set(found) >= {"2", "3", "4", "5", "6", "7"}
    assert ("表里出现了两次" in preview.text, "没有这个省份" in preview.text) == (True, True)
    assert desk.post(f"{address}/bring-in", data={"kept": _kept(preview)}).status_code == 303
    with app.app_context():
        assert unit_lists.page(cast.meeting_id).total == 3


def test_a_unit_with_another_code_is_left_alone(app: APIFlask, desk: FlaskClient, cast: Cast, address: str) -> None:
    first = _upload(desk, address, _workbook([["单位", "信用代码"], ["东营市垦利区民政局", CREDIT]]))
    desk.post(f"{address}/bring-in", data={"kept": _kept(first)})
    other = _upload(desk, address, _workbook([["单位", "信用代码"], ["东营市垦利区民政局", "91140200MA0000001B"]]))
    assert "信用代码不同" in other.text
    renamed = _upload(desk, address, _workbook([["单位", "省份", "信用代码", "名额"], ["垦利民政", "山东", CREDIT, 4]]))
    assert "系统里的名称是“东营市垦利区民政局”" in renamed.text
    desk.post(f"{address}/bring-in", data={"kept": _kept(renamed)})
    with app.app_context():
        part = units.one(cast.meeting_id, cast.kenli_id)
        assert (part.unit.name, part.unit.credit_code, part.delegate_limit) == ("东营市垦利区民政局", CREDIT, 4)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_text_with_commas_is_as_good(desk: FlaskClient, address: str, encoding: str) -> None:
    text = "单位,省份,名额\n示例区民政局,山西,5\n"
    assert "新的 1 个" in _upload(desk, address, text.encode(encoding), name="units.csv").text


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"%PDF-1.7 x", bytes(2_000)]
)
def test_what_is_no_workbook_is_told_so(
    app: APIFlask, desk: FlaskClient, cast: Cast, address: str, data: bytes
) -> None:
    assert _upload(desk, address, data).status_code == 422
    assert desk.post(address).status_code == 422
    with app.app_context():
        assert unit_lists.page(cast.meeting_id).total == 2


def test_a_file_without_units_says_so(desk: FlaskClient, address: str) -> None:
    page = _upload(desk, address, _workbook([["姓名", "电话"], ["李然", "138"]]))
    assert (page.status_code, "没有要导入的单位" in page.text) == (200, True)


@pytest.mark.parametrize("kept", ["", "%%%", "eJw=", "bm90IHpsaWI=", "x" * 10_000])
def test_a_tampered_preview_is_asked_for_again(
    app: APIFlask, desk: FlaskClient, cast: Cast, address: str, kept: str
) -> None:
    answer = desk.post(f"{address}/bring-in", data={"kept": kept})
    assert (answer.status_code, answer.location) == (303, address)
    with app.app_context():
        assert unit_lists.page(cast.meeting_id).total == 2


def test_the_template_has_the_header_that_is_understood(desk: FlaskClient, cast: Cast, address: str) -> None:
    answer = desk.get(f"/desk/{cast.slug}/units/template.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    book.active["A2"], book.active["B2"] = "示例区民政局", "山西省"
    target = io.BytesIO()
    book.save(target)
    page = _upload(desk, address, target.getvalue()).text
    assert ("新的 1 个" in page, "（不导入）" in page) == (True, False)


def _workbook(rows: Sequence[Sequence[str | int]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _upload(desk: FlaskClient, address: str, data: bytes, *, name: str = "units.xlsx") -> TestResponse:
    return desk.post(address, data={"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def _kept(page: TestResponse) -> str:
    found = re.search(r'name="kept" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]
