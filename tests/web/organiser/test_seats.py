"""The hall plan at the desk: rows, blocks, seats by hand and by the plan, in and out of workbooks."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from pypdf import PdfReader
from sqlalchemy import event

from conference import db
from conference.models import Delegate
from conference.services import activity, hall_plans, people, registration, seats
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import Mode, Origin, Role
from tests.cast import Cast

HALL = {"name": "大礼堂", "rows": "1-3 排，每排 6 座，走道在 3 座后", "numbering": "left", "opened": ""}


@pytest.fixture
def base(desk: FlaskClient, cast: Cast) -> str:
    """The address of the seats of a meeting that has a hall."""
    base = f"/desk/{cast.slug}/seats"
    assert desk.post(f"{base}/hall", data=HALL).status_code == 303
    return base


def seat_of(app: APIFlask, delegate_id: int) -> str:
    with app.app_context():
        return db.session().get_one(Delegate, delegate_id).seat


def opened(app: APIFlask, cast: Cast) -> str:
    with app.app_context():
        form = hall_plans.form(cast.meeting_id)
        assert form is not None
        return form.opened


def painted(app: APIFlask, cast: Cast) -> str:
    with app.app_context():
        page = hall_plans.plan(cast.meeting_id)
        assert page is not None
        return page.painted


def seat(app: APIFlask, cast: Cast, now: datetime, delegate_id: int, spot: tuple[int, int]) -> None:
    with app.app_context():
        seats.sit(cast.meeting_id, delegate_id, spot, Doing(activity.SYSTEM, now, cast.public_url))


def test_a_hall_is_typed_and_a_wrong_line_is_told(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    base = f"/desk/{cast.slug}/seats"
    assert "还没有会场" in desk.get(base).text
    for rows in ("", "第一行看不懂", "1-200 排，每排 200 座", "1: 10\u202e"):
        answer = desk.post(f"{base}/hall", data=HALL | {"rows": rows})
        assert answer.status_code == 422
    assert "第 1 行看不懂" in desk.post(f"{base}/hall", data=HALL | {"rows": "中间一片"}).text
    with app.app_context():
        assert hall_plans.plan(cast.meeting_id) is None
    assert desk.get(f"{base}/blocks").status_code == 404
    assert desk.get(f"{base}/fill").status_code == 404
    assert desk.post(f"{base}/hall", data=HALL).status_code == 303
    assert "1-3 排，每排 6 座，走道在 3 座后" in desk.get(f"{base}/hall").text
    assert desk.post(f"{base}/hall", data=HALL).status_code == 422  # somebody made it meanwhile
    page = desk.get(base).text
    assert page.count('class="hall-seat') == 18
    assert page.count("hall-aisle") == 3


def test_a_seat_is_typed_and_what_is_wrong_with_it_is_told(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str
) -> None:
    assert desk.post(base, data={"who": "0001 李然", "seat": "3-2", "pinned": "y"}).status_code == 303
    assert seat_of(app, cast.liran_id) == "3排2座"
    for form in (
        {"who": "某人", "seat": "1-1"},
        {"who": "", "seat": "1-1"},
        {"who": "王敏", "seat": "1-1"},  # online
        {"who": "陈卓", "seat": "3排2座"},
        {"who": "陈卓", "seat": "3排2座", "swap": "y"},  # pinned
        {"who": "陈卓", "seat": "9排1座"},
        {"who": "陈卓", "seat": "x" * 41},
        {"who": "陈卓\x00", "seat": "1-1"},
        {"who": "99999999999999999999", "seat": "1-1"},
    ):
        answer = desk.post(base, data=form)
        assert answer.status_code == 422, form
        assert "有几处需要改一下" in answer.text
    assert desk.post(base, data={"who": "李", "delegate_id": str(2**62)}).status_code in {404, 422}
    assert seat_of(app, cast.chenzhuo_id) == ""
    assert desk.post(base, data={"who": "李然", "seat": "3-2"}).status_code == 303  # the same again, pinned no more
    swapped = desk.post(base, data={"who": "陈卓", "seat": "3排2座", "swap": "y"}, follow_redirects=True)
    assert "李然 原来坐在这里，现在没有座位" in swapped.text
    assert (seat_of(app, cast.chenzhuo_id), seat_of(app, cast.liran_id)) == ("3排2座", "")
    assert desk.post(base, data={"who": "陈卓", "seat": ""}).status_code == 303
    assert seat_of(app, cast.chenzhuo_id) == ""


def test_a_drag_is_refused_in_words_where_somebody_else_was_first(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, now: datetime
) -> None:
    moved = {"delegate_id": cast.liran_id, "row": 0, "number": 1, "seen_seat": "", "seen_sitter": ""}
    answer = desk.post(f"{base}/move", data=moved)
    assert (answer.status_code, answer.json) == (200, {"seat": "1排1座", "version": 2, "other": "", "other_seat": ""})
    theirs = moved | {"delegate_id": cast.chenzhuo_id}
    answer = desk.post(f"{base}/move", data=theirs)
    assert (answer.status_code, set(answer.json or {})) == (409, {"said"})
    assert seat_of(app, cast.chenzhuo_id) == ""
    assert desk.post(f"{base}/move", data=theirs | {"seen_sitter": cast.liran_id}).json == {
        "seat": "1排1座",
        "version": 3,
        "other": "李然",
        "other_seat": "",
    }
    for wrong in ({"row": 9}, {"number": 99}, {"delegate_id": ""}, {"delegate_id": "a"}, {"row": "-1"}):
        assert desk.post(f"{base}/move", data=moved | {"seen_sitter": cast.chenzhuo_id} | wrong).status_code == 409
    assert desk.post(f"{base}/move", data=moved | {"delegate_id": 10**11}).status_code == 404
    out = {"delegate_id": cast.chenzhuo_id, "seen_seat": "1排1座", "row": "", "number": ""}
    assert desk.post(f"{base}/move", data=out).status_code == 200
    assert (seat_of(app, cast.liran_id), seat_of(app, cast.chenzhuo_id)) == ("", "")


def test_blocks_are_typed_or_chosen_on_the_plan(app: APIFlask, desk: FlaskClient, cast: Cast, base: str) -> None:
    typed = {"rows": "1", "seats": "", "kind": "unit", "unit": str(cast.kenli_id), "opened": painted(app, cast)}
    assert desk.post(f"{base}/blocks", data=typed).status_code == 303
    chosen = {"chosen": "1:1,2;2:6", "kind": "closed", "opened": painted(app, cast)}
    assert desk.post(f"{base}/blocks", data=chosen).status_code == 303
    with app.app_context():
        page = hall_plans.plan(cast.meeting_id)
        assert page is not None
        assert [(one.unit, one.where) for one in page.meant] == [
            ("东营市垦利区民政局", "1排"),
            ("", "2排1–2座、3排6座"),
        ]
    good = typed | {"opened": painted(app, cast)}
    for wrong in (
        {"rows": "9"},
        {"rows": ""},
        {"seats": "70"},
        {"seats": "?"},
        {"kind": "province", "province": ""},
        {"kind": "province", "province": "99"},
        {"kind": "category", "category": "king"},
        {"unit": "999999"},
        {"kind": "all"},
        {"chosen": "a:b"},
        {"chosen": "199:1", "rows": ""},
        {"opened": typed["opened"]},
    ):
        assert desk.post(f"{base}/blocks", data=good | wrong).status_code == 422, wrong
    assert painted(app, cast) == good["opened"], "nothing was written"
    assert desk.post(f"{base}/blocks", data=good | {"rows": "1-3", "kind": "open"}).status_code == 303
    with app.app_context():
        page = hall_plans.plan(cast.meeting_id)
        assert page is not None
        assert page.meant == []


def test_who_would_lose_a_seat_is_told_before_the_hall_is_changed(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, now: datetime
) -> None:
    seat(app, cast, now, cast.liran_id, (2, 6))
    smaller = HALL | {"rows": "1-2 排，每排 6 座", "opened": opened(app, cast)}
    asked = desk.post(f"{base}/hall", data=smaller)
    assert asked.status_code == 200
    assert "李然（呼和浩特市玉泉区民政局）现在坐 3排6座" in asked.text
    assert seat_of(app, cast.liran_id) == "3排6座"
    seen = re.findall(r'name="confirmed" value="(\w+)"', asked.text)[0]
    assert desk.post(f"{base}/hall", data=smaller | {"confirmed": "0" * 64}).status_code == 200
    assert desk.post(f"{base}/hall", data=smaller | {"confirmed": seen}).status_code == 303
    assert seat_of(app, cast.liran_id) == ""


def test_what_somebody_else_saved_is_shown_and_a_second_press_holds(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str
) -> None:
    seen = opened(app, cast)
    assert desk.post(f"{base}/hall", data=HALL | {"rows": "1-4 排，每排 8 座", "opened": seen}).status_code == 303
    mine = HALL | {"rows": "1-2 排，每排 9 座"}
    told = desk.post(f"{base}/hall", data=mine | {"opened": seen})
    assert (told.status_code, "每排 8 座" in told.text, "每排 9 座" in told.text) == (422, True, True)
    again = re.findall(r'name="opened"[^>]* value="([^"]*)"', told.text)[0]
    assert desk.post(f"{base}/hall", data=mine | {"opened": again}).status_code == 303


def test_the_order_in_front_is_typed_and_the_hall_filled_by_it(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str
) -> None:
    wrong = desk.post(f"{base}/order", data={"text": "陈卓\n某人", "opened": ""})
    assert wrong.status_code == 422
    assert "第 2 行“某人”" in wrong.text
    assert desk.post(f"{base}/order", data={"text": "陈卓\n0001", "opened": ""}).status_code == 303
    assert "0003 陈卓 东营市垦利区民政局" in desk.get(f"{base}/order").text
    stale = desk.post(f"{base}/order", data={"text": "李然", "opened": ""})
    assert (stale.status_code, "是别人刚保存的" in stale.text) == (422, True)
    assert "0003 陈卓 东营市垦利区民政局" in stale.text
    now_seen = re.findall(r'name="opened"[^>]* value="([^"]*)"', stale.text)[0]
    for text in ("李然", "陈卓\n0001"):
        assert desk.post(f"{base}/order", data={"text": text, "opened": now_seen}).status_code == 303
        now_seen = str(cast.liran_id)
    page = desk.get(f"{base}/fill?front=middle").text
    seen = re.findall(r'name="seen" value="(\w{64})"', page)[-1]
    form = {"front": "middle", "seen": seen}
    assert desk.post(f"{base}/fill", data=form | {"seen": "0"}).status_code == 409
    assert desk.post(f"{base}/fill", data=form | {"front": "back"}).status_code == 409
    assert seat_of(app, cast.chenzhuo_id) == ""
    assert desk.post(f"{base}/fill", data=form).status_code == 303
    assert (seat_of(app, cast.chenzhuo_id), seat_of(app, cast.liran_id)) == ("1排4座", "1排3座")
    assert "没有要改的" in desk.get(f"{base}/fill?anew=y").text


def test_seats_come_and_go_as_a_workbook(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, now: datetime
) -> None:
    seat(app, cast, now, cast.liran_id, (0, 1))
    book = load_workbook(io.BytesIO(desk.get(f"/desk/{cast.slug}/seats.xlsx").data))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0] == ("编号", "姓名", "单位", "座位")
    assert ("0001", "李然", "呼和浩特市玉泉区民政局", "1排1座") in rows
    sheet = Workbook()
    for row in (
        ("编号", "姓名", "单位", "座位"),
        ("0003", "陈卓", "", "1排1座"),
        ("0001", "李然", "", "1排2座"),
        ("", "某人", "", "2排1座"),
        ("0001", "李然", "", "9排1座"),
        ("0003", "李然", "", "2排2座"),
        ("0002", "王敏", "", "2排3座"),
    ):
        sheet.active.append(row)
    data = io.BytesIO()
    sheet.save(data)
    looked = desk.post(f"{base}/papers", data={"file": (io.BytesIO(data.getvalue()), "座位.xlsx")})
    assert looked.status_code == 200
    assert "要改 2 人的座位，有问题 4 处" in looked.text
    assert "这个编号是另一个人的" in looked.text
    assert "不是已确认的现场代表" in looked.text, "王敏 is online"
    bare = desk.post(f"{base}/papers", data={"file": (io.BytesIO("甲,乙\n1,2\n".encode()), "a.csv")})
    assert "没有找到座位表" in bare.text
    assert seat_of(app, cast.chenzhuo_id) == ""
    kept = re.findall(r'name="kept" value="([^"]+)"', looked.text)[0]
    for _ in range(2):
        assert desk.post(f"{base}/papers/bring-in", data={"kept": kept}).status_code == 303
        assert (seat_of(app, cast.chenzhuo_id), seat_of(app, cast.liran_id)) == ("1排1座", "1排2座")
    for broken in ("", "%%%", "AAAA", kept[:40]):
        assert desk.post(f"{base}/papers/bring-in", data={"kept": broken}).status_code == 303
    for wrong in ((io.BytesIO(b"%PDF-1.7"), "a.xlsx"), (io.BytesIO(b""), "b.csv")):
        assert desk.post(f"{base}/papers", data={"file": wrong}).status_code == 422
    assert desk.post(f"{base}/papers").status_code == 422


def test_the_plan_is_printed_with_every_name(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, now: datetime
) -> None:
    for at, id_ in enumerate((cast.liran_id, cast.chenzhuo_id)):
        seat(app, cast, now, id_, (at, 3))
    answer = desk.get(f"/desk/{cast.slug}/seats.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    assert len(pages) == 2
    assert [round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]] == [420, 297]
    for page in pages:
        assert {"李然", "陈卓"} <= set(re.findall(r"李然|陈卓", page.extract_text()))
    with app.app_context(), db.transaction() as session:
        session.get_one(Delegate, cast.chenzhuo_id).name = "\U000323af卓"
    told = desk.get(f"/desk/{cast.slug}/seats.pdf")
    assert (told.status_code, "0003 \U000323af卓" in told.text) == (409, True)
    numbered = desk.get(f"/desk/{cast.slug}/seats.pdf?numbers=1", headers={"Accept-Language": "en"})
    said = ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(numbered.data)).pages]
    assert [("李然" in page, "0003" in page) for page in said] == [(True, True), (True, True)]
    assert "主席台方向" in said[0], "in the language of the meeting's papers"


def test_a_seat_is_on_the_own_page(app: APIFlask, desk: FlaskClient, cast: Cast, base: str, now: datetime) -> None:
    seat(app, cast, now, cast.liran_id, (1, 4))
    phone = app.test_client()
    page = phone.get(f"/p/{cast.liran_token}", follow_redirects=True).text
    assert "2排4座" in page
    with app.app_context():
        assert people.file(cast.meeting_id, cast.liran_id).delegate.seat == "2排4座"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.DOOR, Role.TRAVEL])
def test_others_have_no_plan(as_role: object, cast: Cast, base: str, role: Role) -> None:
    browser = as_role(role)  # type: ignore[operator]
    for path in ("", "/plan", "/hall", "/blocks", "/order", "/fill", "/papers", "/find?q=李"):
        assert browser.get(base + path).status_code == 403
    assert browser.post(f"{base}/move", data={"delegate_id": cast.liran_id}).status_code == 403


def test_the_plan_of_many_costs_as_many_reads_as_that_of_few(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, now: datetime
) -> None:
    paths = (base, f"{base}/blocks", f"{base}/order", f"{base}/papers", f"{base}/find?q=代表")
    few = [_reads(app, desk, path) for path in paths]
    with app.app_context():
        for n in range(12):
            made = registration.register(
                cast.meeting_id,
                registration.Entry(f"代表{n}", cast.kenli_id, Mode.IN_PERSON, phone=f"1391111{n:04}"),
                actor=SYSTEM,
                origin=Origin.PROGRAM,
                public_url=cast.public_url,
                now=now,
            )
            if n < 9:
                seats.sit(cast.meeting_id, made.delegate.id, (n // 6, n % 6 + 1), Doing(SYSTEM, now, cast.public_url))
    assert [_reads(app, desk, path) for path in paths] == few


def _reads(app: APIFlask, desk: FlaskClient, path: str) -> int:
    counted: list[int] = []

    def count(*_: object) -> None:
        counted.append(1)

    with app.app_context():
        engine = db.db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        assert desk.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(counted)
