"""Reply forms at the desk: sent in, looked at, brought in, handed back marked; each without a script."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.documents.reply_marking import COLOUR
from conference.models import Delegate, ReplyForm
from conference.rules.reply_headers import OUR_REASONS
from conference.services import meetings, replies
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import Mode, Origin, ReplyState, Role
from tests.cast import Cast
from tests.documents import workshop

REPLIES = Path(__file__).parents[2] / "replies"


def post(browser: FlaskClient, cast: Cast, data: bytes, name: str = "回执.xlsx", **more: str) -> Any:
    """What a browser sends; put together here, since the test client leaves large ones open."""
    parts = [f'name="{field}"\r\n\r\n{value}'.encode() for field, value in more.items()]
    parts.append(f'name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode() + data)
    body = (
        b"".join(b"--limit\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--limit--\r\n"
    )
    return browser.post(f"/desk/{cast.slug}/replies", data=body, content_type="multipart/form-data; boundary=limit")


def send(browser: FlaskClient, cast: Cast, data: bytes, name: str = "回执.xlsx", **more: str) -> str:
    """The address of the form's page."""
    answer = post(browser, cast, data, name, **more)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def entered(app: APIFlask) -> list[tuple[str, Mode]]:
    with app.app_context():
        found = db.session().scalars(sa.select(Delegate).where(Delegate.origin == Origin.IMPORT).order_by(Delegate.id))
        return [(delegate.name, delegate.mode) for delegate in found]


def test_a_form_is_looked_at_then_brought_in_once(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    address = send(desk, cast, (REPLIES / "a-one-unit.xlsx").read_bytes(), "a-one-unit.xlsx")
    page = desk.get(address).text
    for text in ("a-one-unit.xlsx", "手机号码", "不是可用的电话号码", "欧阳明月", "导入 3 人", "饮食禁忌"):
        assert text in page
    assert entered(app) == []
    for _ in range(2):
        assert desk.post(f"{address}/import").status_code == 303
    assert entered(app) == [("王芳", Mode.IN_PERSON), ("李建国", Mode.IN_PERSON), ("欧阳明月", Mode.ONLINE)]
    after = desk.get(address).text
    assert "没有要导入的人" not in after
    assert "新登记 3 人，更新 0 人，与原来一致 0 人。" in after
    assert f'href="/desk/{cast.slug}/delegates?origin=import"' in after
    listed = desk.get(f"/desk/{cast.slug}/replies").text
    assert "周宁" in listed
    assert "新登记 3，更新 0" in listed


def test_it_says_how_many_of_the_new_ones_wait(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        changes = {"capacity": {Mode.IN_PERSON: 3, Mode.ONLINE: None}}
        meetings.edit(cast.meeting_id, changes, Doing(SYSTEM, now, cast.public_url))
    address = send(desk, cast, (REPLIES / "a-one-unit.xlsx").read_bytes())
    told = desk.get(desk.post(f"{address}/import").location).text
    assert "新登记 3 人，更新 0 人。名额已满，新的里有 1 人在候补。" in told
    again = desk.get(desk.post(f"{address}/import").location).text
    assert ("什么也没有改动" in again, "人在候补" in again) == (True, False)


def test_the_preview_says_whose_row_what_was_typed_and_what_is_not_kept(desk: FlaskClient, cast: Cast) -> None:
    page = desk.get(send(desk, cast, (REPLIES / "a-one-unit.xlsx").read_bytes())).text
    for text in (
        "张伟",
        "１３８１０００００４",
        "13810000001",
        "这些列有内容，但不保存：",
        "单位：按标注行（第 2 行）",
    ):
        assert text in page
    assert "+86138" not in page


def test_a_letter_called_a_workbook_is_no_spreadsheet(desk: FlaskClient, cast: Cast) -> None:
    page = desk.get(send(desk, cast, "各位同志：\n参会的事下周再说。\n".encode(), "回执.xlsx")).text
    assert "这不是表格文件" in page
    assert "标注好的表格" not in page
    without = desk.get(send(desk, cast, "甲,乙\n1,2\n".encode(), "回执.csv")).text
    assert ("没有找到表头" in without, "标注好的表格" in without) == (True, False)


def test_the_marked_workbook_is_the_same_one_and_reads_again(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    address = send(desk, cast, (REPLIES / "a-one-unit.xlsx").read_bytes())
    data = desk.get(f"{address}/marked.xlsx").data
    page = openpyxl.load_workbook(io.BytesIO(data))["回执"]
    assert page["A1"].value == "全国城乡社区共建共治共享工作推进会参会回执"
    assert page["E8"].fill.fgColor.rgb == COLOUR
    assert (page["M3"].value, page["M8"].value) == (OUR_REASONS, "手机号码：不是可用的电话号码")
    assert page["E4"].fill.fgColor.rgb != COLOUR
    page["E8"].value = "13810000004"
    mended = io.BytesIO()
    page.parent.save(mended)
    again = send(desk, cast, mended.getvalue())
    assert "导入 4 人" in desk.get(again).text
    clean = openpyxl.load_workbook(io.BytesIO(desk.get(f"{again}/marked.xlsx").data))["回执"]
    assert (clean["M8"].value, clean["E8"].fill.fgColor.rgb == COLOUR) == (None, False)


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)"])
def test_nothing_in_a_marked_workbook_is_reckoned(desk: FlaskClient, cast: Cast, text: str) -> None:
    sheet = '<row r="1"><c t="inlineStr"><is><t>姓名</t></is></c><c t="inlineStr"><is><t>手机</t></is></c></row>'
    quoted = text.replace('"', "&quot;")
    sheet += f'<row r="2"><c t="inlineStr"><is><t>{quoted}</t></is></c><c t="str"><f>1+1</f><v>2</v></c></row>'
    as_csv = f'姓名,手机\n"{text.replace(chr(34), chr(34) * 2)}",1\n'.encode()
    for data in (workshop.bare(workshop.cells(sheet)), as_csv):
        address = send(desk, cast, data)
        book = openpyxl.load_workbook(io.BytesIO(desk.get(f"{address}/marked.xlsx").data))
        assert [cell.data_type for row in book.worksheets[0].iter_rows() for cell in row if cell.data_type == "f"] == []


def test_the_template_is_handed_out_for_all_and_for_one_unit(desk: FlaskClient, cast: Cast, app: APIFlask) -> None:
    for query, unit in (("", None), (f"?unit={cast.yuquan_id}", "呼和浩特市玉泉区民政局")):
        answer = desk.get(f"/desk/{cast.slug}/replies/template.xlsx{query}")
        page = openpyxl.load_workbook(io.BytesIO(answer.data)).active
        assert page["A1"].value == "城乡社区治理推进会参会回执"
        assert page.freeze_panes == "C6"
        assert page["B2"].value == unit
        header = {cell.value: cell.column_letter for cell in page[4]}
        assert page[f"{header['手机 *']}6"].number_format == "@"
        assert len(page.data_validations.dataValidation) == (3 if unit is None else 2)
        with app.app_context():
            found = replies.read(answer.data)
            assert (found.people, found.problems) == ((), ())
    assert desk.get(f"/desk/{cast.slug}/replies/template.xlsx?unit=999999").status_code == 404


def test_a_bad_upload_is_told_so(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    assert desk.post(f"/desk/{cast.slug}/replies", data={}).status_code == 422
    assert desk.post(f"/desk/{cast.slug}/replies", data={"file": (io.BytesIO(b""), "")}).status_code == 422
    for data, word in (
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "另存为 .xlsx"),
        (b"%PDF-1.7", "不是表格文件"),
        (b"a" * (10 * 1024 * 1024 + 1), "文件太大"),
    ):
        address = send(desk, cast, data)
        assert word in desk.get(address).text
        assert desk.post(f"{address}/import").status_code == 303
        assert desk.get(f"{address}/marked.xlsx").status_code == 404
    too_much = post(desk, cast, bytes(13 * 1024 * 1024))
    assert too_much.status_code == 413
    with app.app_context():
        kept = db.session().scalars(sa.select(ReplyForm)).all()
        assert {(form.state, form.file_sealed) for form in kept} == {(ReplyState.UNREADABLE, None)}


def test_a_form_without_modes_takes_the_one_that_is_chosen(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    data = "单位,姓名,手机\n东营市垦利区民政局,赵敏,13810000011\n".encode()
    assert "没有写现场还是线上" in desk.get(send(desk, cast, data)).text
    address = send(desk, cast, data, mode="online")
    desk.post(f"{address}/import")
    assert entered(app) == [("赵敏", Mode.ONLINE)]


def test_a_page_that_waits_looks_again_by_itself(desk: FlaskClient, cast: Cast) -> None:
    rows = [["东营市垦利区民政局", f"李{n}然", f"1381{n:07d}", "线上"] for n in range(5_000)]
    data = workshop.workbook(("回执", [["单位", "姓名", "手机", "参会方式"], *rows]))
    answer = desk.get(send(desk, cast, data))
    assert "正在读取" in answer.text
    assert answer.headers["Refresh"] == "2"
    assert "no-store" in answer.headers["Cache-Control"]


def test_others_are_refused(
    app: APIFlask, desk: FlaskClient, client: FlaskClient, cast: Cast, as_role: Callable[[Role], FlaskClient]
) -> None:
    address = send(desk, cast, (REPLIES / "c-rare-names.csv").read_bytes())
    pages = (
        f"/desk/{cast.slug}/replies",
        f"/desk/{cast.slug}/replies/template.xlsx",
        address,
        f"{address}/marked.xlsx",
    )
    for browser, status in ((client, 303), (as_role(Role.VIEWER), 403), (as_role(Role.DOOR), 403)):
        assert {browser.get(page).status_code for page in pages} == {status}
        assert browser.post(f"{address}/import").status_code == status
        assert browser.post(f"/desk/{cast.slug}/replies", data={}).status_code == status
    assert entered(app) == []
    assert as_role(Role.REGISTRATION).get(address).status_code == 200
    assert desk.get(f"/desk/{cast.slug}/replies/{2**63}").status_code == 404
    assert desk.get(f"/desk/{cast.slug}/replies/999999").status_code == 404
