"""Releasing the agenda at the desk: what would change, conflicts with reasons, and releases as they were."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import AgendaPerson, AgendaRelease, OutboxMessage, Star
from conference.services import activity, agenda, agenda_releases, agenda_rooms
from conference.services.agenda import SessionFacts
from conference.services.agenda_draft import RoleSaid
from conference.services.agenda_rooms import RoomFacts
from conference.services.delegates import Doing
from conference.vocabulary import AgendaKind, AgendaRoleKind, MessageKind, Role
from tests.cast import Cast

Edit = Callable[..., None]


@pytest.fixture
def edit(app: APIFlask, cast: Cast, now: datetime) -> Edit:
    """Somebody works on the draft: the opening, in which 李然 speaks, and the exchange, which 王敏 starred; released
    once. Called with `SessionFacts` it says the opening otherwise.
    """
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    begins = now + timedelta(hours=2)
    with app.app_context():
        with db.transaction() as session:
            person = AgendaPerson(meeting_id=cast.meeting_id, name="李然", delegate_id=cast.liran_id, created_at=now)
            session.add(person)
            session.flush()
            roles = (RoleSaid(AgendaRoleKind.SPEAKER, person.id),)
        opening = SessionFacts(
            AgendaKind.SPEECH, "主旨发言", starts_at=begins, ends_at=begins + timedelta(hours=1), roles=roles
        )
        id_ = agenda.add(cast.meeting_id, opening, doing).session.id
        later = {"starts_at": begins + timedelta(hours=1), "ends_at": begins + timedelta(hours=2)}
        other = agenda.add(cast.meeting_id, SessionFacts(AgendaKind.EXCHANGE, "经验交流", **later), doing).session.id
        with db.transaction() as session:
            session.add(Star(delegate_id=cast.wangmin_id, session_id=other, starred_at=now))
        version = agenda_releases.preview(cast.meeting_id).version
        agenda_releases.release(cast.meeting_id, doing, note="", overruled={}, version=version)
        db.release()

    def change(**facts: object) -> None:
        with app.app_context():
            agenda.edit(cast.meeting_id, id_, replace(opening, **facts), doing)  # type: ignore[arg-type]
            db.release()

    return change


def form_in(page: str) -> dict[str, str]:
    """The hidden fields, and the tick where it is set."""
    found = dict(re.findall(r'<input[^>]*\bname="(version|number)"[^>]*\bvalue="(\d+)"', page))
    assert set(found) == {"version", "number"}
    ticked = re.search(r'<input[^>]*\bname="tell"[^>]*>', page)
    return found | ({"tell": "y"} if ticked and "checked" in ticked[0] else {})


def releases(app: APIFlask) -> tuple[list[int], list[int | None]]:
    """The numbers that there are, and who was told."""
    with app.app_context():
        numbers = db.session().scalars(sa.select(AgendaRelease.number).order_by(AgendaRelease.number)).all()
        told = sa.select(OutboxMessage.delegate_id).where(OutboxMessage.kind == MessageKind.AGENDA_CHANGED)
        found = list(numbers), sorted(db.session().scalars(told), key=str)
        db.release()
        return found


def test_what_would_change_is_said_and_released_once(app: APIFlask, desk: FlaskClient, cast: Cast, edit: Edit) -> None:
    base = f"/desk/{cast.slug}/agenda/releases"
    assert "草稿和第 1 版没有不同" in desk.get(base).text
    edit(title="开幕和主旨发言")
    page = desk.get(base).text
    for said in ("将要发布的第 2 版", "主旨发言 → 开幕和主旨发言", "通知变动涉及的 1 人"):
        assert said in page, said
    form = form_in(page)
    assert form["tell"] == "y"
    for _ in range(2):  # a double click
        answer = desk.post(base, data=form | {"note": "换了标题"})
        assert (answer.status_code, answer.location) == (303, f"{base}/2")
    assert releases(app) == ([1, 2], [cast.liran_id])
    shown = desk.get(f"{base}/2").text
    for said in ("议程第 2 版", "开幕和主旨发言", "换了标题", "通知了 1 人", "周宁"):
        assert said in shown, said
    first = desk.get(f"{base}/1").text
    assert "主旨发言" in first
    assert "开幕和主旨发言" not in first
    listed = desk.get(base).text
    assert "1 项变动" in listed
    assert "草稿和第 2 版没有不同" in listed
    assert "发布议程" in desk.get(f"/desk/{cast.slug}/activity").text


def test_the_same_sent_twice_at_one_instant_is_one_release(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = f"/desk/{cast.slug}/agenda/releases"
    edit(title="开幕")
    form = form_in(desk.get(base).text)
    look = agenda_releases.preview

    def overtaken(meeting_id: int) -> agenda_releases.Preview:
        """The other one goes out between what this request reads and what it releases."""
        seen = look(meeting_id)
        monkeypatch.setattr(agenda_releases, "preview", look)
        doing = Doing(activity.SYSTEM, now, cast.public_url)
        agenda_releases.release(meeting_id, doing, note="", overruled={}, version=seen.version)
        return seen

    monkeypatch.setattr(agenda_releases, "preview", overtaken)
    answer = desk.post(base, data=form)
    assert (answer.status_code, answer.location) == (303, f"{base}/2")
    assert releases(app)[0] == [1, 2]


def test_the_tick_is_the_organisers(app: APIFlask, desk: FlaskClient, cast: Cast, edit: Edit) -> None:
    edit(title="开幕")
    base = f"/desk/{cast.slug}/agenda/releases"
    form = form_in(desk.get(base).text)
    del form["tell"]
    desk.post(base, data=form)
    assert releases(app) == ([1, 2], [])


def test_the_first_release_tells_nobody_unasked(app: APIFlask, desk: FlaskClient, cast: Cast, edit: Edit) -> None:
    with app.app_context():
        with db.transaction() as session:
            session.execute(sa.delete(AgendaRelease))
        db.release()
    page = desk.get(f"/desk/{cast.slug}/agenda/releases").text
    assert "将要发布的第 1 版" in page
    assert "还没有发布过" in page
    assert "tell" not in form_in(page)


def test_each_conflict_wants_its_reason(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime, edit: Edit
) -> None:
    begins = now + timedelta(days=3)
    edit(starts_at=begins, ends_at=begins + timedelta(hours=1))
    base = f"/desk/{cast.slug}/agenda/releases"
    page = desk.get(base).text
    found = re.search(r'name="(outside_meeting:[^"]*)"', page)
    assert found is not None
    form = form_in(page) | {"note": "第二版"}
    for reason in ("", "  ", "\x00", "字" * 201):
        answer = desk.post(base, data=form | {found[1]: reason})
        assert answer.status_code == 422
        assert "第二版" in answer.text
        assert re.search(r'field has-error">\s*<label[^>]*>为什么可以这样发布', answer.text)
    assert releases(app)[0] == [1]
    assert desk.post(base, data=form | {found[1]: "会后参观<b>"}).status_code == 303
    assert "理由：会后参观&lt;b&gt;" in desk.get(f"{base}/2").text
    assert "1 处冲突写明理由" in desk.get(base).text
    edit(starts_at=begins, ends_at=begins + timedelta(hours=1), title="开幕")
    assert 'value="会后参观&lt;b&gt;"' in desk.get(base).text


def test_of_very_many_conflicts_some_are_mended_first(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime, edit: Edit
) -> None:
    base, doing = f"/desk/{cast.slug}/agenda/releases", Doing(activity.SYSTEM, now, cast.public_url)
    with app.app_context():
        room_id = agenda_rooms.add(cast.meeting_id, RoomFacts("主会场"), doing).id
        times = {"starts_at": now + timedelta(hours=2), "ends_at": now + timedelta(hours=3)}
        agenda.add_all(cast.meeting_id, [SessionFacts(AgendaKind.OTHER, "并行", room_id=room_id, **times)] * 21, doing)
        db.release()
    page = desk.get(base).text
    keys = re.findall(r'name="(room_twice:[^"]*)"', page)
    assert (len(keys), "还有 10 处没有列出。" in page) == (200, True)
    answer = desk.post(base, data=form_in(page) | dict.fromkeys(keys, "分组讨论"))
    assert answer.status_code == 422
    assert "议程有冲突" in answer.text
    assert releases(app)[0] == [1]


def test_a_draft_that_changed_meanwhile_is_shown_again(
    app: APIFlask, desk: FlaskClient, cast: Cast, edit: Edit
) -> None:
    base = f"/desk/{cast.slug}/agenda/releases"
    edit(title="开幕")
    form = form_in(desk.get(base).text)
    edit(title="开幕式")
    answer = desk.post(base, data=form | {"note": "请看"})
    assert answer.status_code == 422
    assert "主旨发言 → 开幕式" in answer.text
    assert "请看" in answer.text
    assert releases(app)[0] == [1]
    assert desk.post(base, data=form_in(answer.text) | {"note": "请看"}).status_code == 303
    assert releases(app)[0] == [1, 2]


@pytest.mark.parametrize("change", [{"version": ""}, {"version": "x"}, {"version": "9" * 30}, {"note": "字" * 501}])
def test_nonsense_is_told_so(app: APIFlask, desk: FlaskClient, cast: Cast, edit: Edit, change: dict[str, str]) -> None:
    edit(title="开幕")
    base = f"/desk/{cast.slug}/agenda/releases"
    assert desk.post(base, data=form_in(desk.get(base).text) | change).status_code == 422
    assert releases(app)[0] == [1]


def test_who_may_see_and_who_may_release(
    app: APIFlask, client: FlaskClient, cast: Cast, edit: Edit, as_role: Callable[[Role], FlaskClient]
) -> None:
    edit(title="开幕")
    base = f"/desk/{cast.slug}/agenda/releases"
    assert client.get(base).status_code == 303
    reader = as_role(Role.VIEWER)
    page = reader.get(base).text
    assert "主旨发言 → 开幕" in page
    assert "发布第 2 版" not in page
    assert reader.post(base, data={}).status_code == 403
    assert reader.get(f"{base}/1").status_code == 200
    assert reader.get(f"{base}/2").status_code == 404
    assert releases(app)[0] == [1]
