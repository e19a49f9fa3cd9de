"""Polls at the desk: prepared line by line, opened with one tap, results in counts alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import openpyxl
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Activity, Poll
from conference.services import meetings, poll_making, polls
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import Mode, PollKind, PollState, Role
from tests import asked
from tests.agendas import a_morning
from tests.cast import Cast

TITLE = "下一届推进会在哪里开？"


def at(cast: Cast, *parts: object) -> str:
    return "/".join([f"/desk/{cast.slug}/polls", *map(str, parts)])


def options(*texts: str) -> dict[str, str]:
    return {f"options-{n}": text for n, text in enumerate(texts)}


def kept(app: APIFlask) -> list[Poll]:
    with app.app_context():
        found = list(db.session().scalars(sa.select(Poll).order_by(Poll.id)))
        db.session().expunge_all()
        return found


def test_one_is_prepared_opened_and_closed(app: APIFlask, cast: Cast, desk: FlaskClient, now: datetime) -> None:
    with app.app_context():
        session_id = a_morning(cast.meeting_id, begins=now).exchange
    assert "还没有投票" in desk.get(at(cast, "")).text
    form = desk.get(at(cast, "new/several"))
    assert form.status_code == 200
    sent = {"title": TITLE, "most": "2", "session_id": str(session_id), **options("大同", "", "垦利", "玉泉", "")}
    made = desk.post(at(cast, "new/several"), data=sent)
    assert made.status_code == 303
    (poll,) = kept(app)
    assert (poll.kind, poll.title, poll.options, poll.most) == (PollKind.SEVERAL, TITLE, ["大同", "垦利", "玉泉"], 2)
    assert (poll.session_id, poll.state) == (session_id, PollState.DRAFT)
    for deed, state in (("start", PollState.OPEN), ("start", PollState.OPEN), ("close", PollState.CLOSED)):
        assert desk.post(at(cast, poll.id, deed), data={"back": "index"}).location.endswith(f"polls/#poll-{poll.id}")
        assert kept(app)[0].state is state
    assert desk.post(at(cast, poll.id, "show-result")).status_code == 303
    assert kept(app)[0].result_shown is True
    with app.app_context():
        verbs = list(db.session().scalars(sa.select(Activity.verb).where(Activity.subject == "poll")))
    assert verbs == ["poll.added", "poll.started", "poll.closed", "poll.result_shown"]
    assert "公布投票结果" in desk.get(f"/desk/{cast.slug}/activity").text


WRONG: list[tuple[str, dict[str, str], str]] = [
    ("one", {"title": "", **options("大同", "垦利")}, "请填写"),
    ("one", {"title": TITLE, **options("大同")}, "请至少写两个选项"),
    ("one", {"title": TITLE, **options("大同", "大 同")}, "有两个选项一样"),
    ("one", {"title": TITLE, **options("大同", "垦" * 101)}, "太长了"),
    ("one", {"title": TITLE, "session_id": "999", **options("大同", "垦利")}, "不在可选范围内"),
    ("several", {"title": TITLE, "most": "3", **options("大同", "垦利")}, "超出"),
    ("scale", {"title": TITLE, **options("很不满意", "")}, "请至少写两个选项"),
]


def test_a_form_that_will_not_do_says_why(app: APIFlask, cast: Cast, desk: FlaskClient) -> None:
    for kind, said, words in WRONG:
        answer = desk.post(at(cast, "new", kind), data=said)
        assert (answer.status_code, words in answer.text) == (422, True), (kind, said)
    assert kept(app) == []


def test_rows_are_added_and_dropped_without_a_script(app: APIFlask, cast: Cast, desk: FlaskClient) -> None:
    typed = {"title": TITLE, **options("大同", "垦利", "玉泉")}
    more = desk.post(at(cast, "new/one"), data=typed | {"add_rows": "1"})
    assert (more.status_code, more.text.count('name="options-')) == (200, 5)
    fewer = desk.post(at(cast, "new/one"), data=typed | {"drop_row": "1"})
    assert re.findall(r'name="options-(\d)"[^>]*value="([^"]*)"', fewer.text) == [("0", "大同"), ("1", "玉泉")]
    for wrong in ("9", "-1", "x", "9" * 400):
        assert desk.post(at(cast, "new/one"), data=typed | {"drop_row": wrong}).status_code in {200, 303}
    assert [poll.options for poll in kept(app)] == [["大同", "垦利", "玉泉"]] * 2


def test_the_result_is_seen_as_it_grows_and_what_was_voted_on_stays(
    app: APIFlask, cast: Cast, desk: FlaskClient, now: datetime
) -> None:
    with app.app_context():
        poll_id = asked.a_poll(cast, now)
    first = desk.get(at(cast, poll_id, "live"))
    again = desk.get(at(cast, poll_id, "live"), headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    with app.app_context():
        polls.choose(cast.meeting_id, poll_id, cast.liran_id, [1], now=now)
        polls.choose(cast.meeting_id, poll_id, cast.wangmin_id, [2], now=now)
    grown = desk.get(at(cast, poll_id, "live"), headers={"If-None-Match": first.headers["ETag"]})
    assert grown.status_code == 200
    assert "2 人参加" in grown.text
    assert "现场和线上都满 5 人" in grown.text
    assert "李然" not in grown.text
    page = desk.get(at(cast, poll_id, "edit"))
    assert "已经有人投过票" in page.text
    sent = {"title": "换一个问题", **options("大同", "垦利")}
    refused = desk.post(at(cast, poll_id, "edit"), data=sent)
    assert (refused.status_code, "已经有人投过票" in refused.text) == (422, True)
    gone = desk.post(at(cast, poll_id, "away"))
    assert gone.location.endswith(f"/polls/{poll_id}")
    copied = desk.post(at(cast, poll_id, "copy")).location
    assert kept(app)[0].title == asked.WHERE.title
    copy_id = int(copied.rpartition("/")[2])
    again = desk.post(at(cast, copy_id, "edit"), data=sent | {"seen": ""})  # changed_meanwhile: told once
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', again.text)
    assert again.status_code == 422
    assert seen is not None
    assert desk.post(at(cast, copy_id, "edit"), data=sent | {"seen": seen[1]}).status_code == 303
    assert desk.post(at(cast, copy_id, "away")).location.endswith("/polls/")
    assert [poll.id for poll in kept(app)] == [poll_id]


def test_the_workbook_has_counts_alone(app: APIFlask, cast: Cast, desk: FlaskClient, now: datetime) -> None:
    with app.app_context():
        poll_id = asked.a_poll(cast, now)
        asked_only = poll_making.prepare(cast.meeting_id, asked.WHERE, Doing(SYSTEM, now, cast.public_url))
        assert asked_only.state is PollState.DRAFT
        polls.choose(cast.meeting_id, poll_id, cast.liran_id, [1], now=now)
        polls.choose(cast.meeting_id, poll_id, cast.wangmin_id, [1], now=now)
    book = openpyxl.load_workbook(io.BytesIO(desk.get(at(cast, "results.xlsx")).data))
    assert book.sheetnames == ["投票", "各项结果"]
    (line,) = list(book["投票"].iter_rows(min_row=2, values_only=True))
    assert (line[0], line[6:9]) == (asked.WHERE.title, (2, 1, 1))
    counts = [row[1:] for row in book["各项结果"].iter_rows(min_row=2, values_only=True)]
    # Of so few it would tell who chose what, what each mode chose is left out.
    assert counts == [("大同", 0, 0, None, None), ("垦利", 2, 100, None, None), ("玉泉", 0, 0, None, None)]
    assert "李然" not in str([[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()])


def test_who_only_looks_changes_nothing(
    app: APIFlask, cast: Cast, now: datetime, as_role: Callable[[Role], FlaskClient]
) -> None:
    with app.app_context():
        poll_id = asked.a_poll(cast, now)
    viewer = as_role(Role.VIEWER)
    page = viewer.get(at(cast, poll_id))
    assert (page.status_code, "结束投票" in page.text) == (200, False)
    assert "准备一个投票" not in viewer.get(at(cast, "")).text
    for deed in ("close", "start", "copy", "away", "show-result", "hide-result", "edit"):
        assert viewer.post(at(cast, poll_id, deed)).status_code == 403
    assert viewer.post(at(cast, "new/one"), data={"title": TITLE, **options("大同", "垦利")}).status_code == 403
    assert [(poll.state, poll.result_shown) for poll in kept(app)] == [(PollState.OPEN, False)]


def test_another_meeting_has_none_of_it(app: APIFlask, cast: Cast, office: FlaskClient, now: datetime) -> None:
    with app.app_context():
        poll_id = asked.a_poll(cast, now)
        plan = meetings.Plan(
            slug="promotion-2027",
            title="另一届",
            theme="",
            place="成都",
            province="510000",
            starts_at=now,
            ends_at=now + timedelta(hours=8),
            registration_opens_at=now - timedelta(days=1),
            registration_closes_at=now,
            capacity=dict.fromkeys(Mode),
            hosts=[],
        )
        meetings.make(plan, Doing(SYSTEM, now, cast.public_url))
        db.release()
    other = f"/desk/promotion-2027/polls/{poll_id}"
    assert [office.get(f"{other}{end}").status_code for end in ("", "/live", "/edit", "/away")] == [404] * 4
    assert [office.post(f"{other}/{deed}").status_code for deed in ("close", "start", "copy", "away")] == [404] * 4
    assert kept(app)[0].state is PollState.OPEN
