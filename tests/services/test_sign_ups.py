"""Sign-ups for places of their own: no free place beside somebody who waits, none given twice, and the door knows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import AgendaSession, Checkpoint, Delegate, SignUp, SignUpLine
from conference.services import delegates, roster, sign_ups, substitution
from conference.services.activity import SYSTEM
from conference.services.checkin import check_in
from conference.services.delegates import Doing
from conference.services.roster import Position
from conference.services.scans import Gate, Scan
from conference.vocabulary import AgendaKind, CheckpointKind, Mode, Override, Refusal, Refused, SignUpStatus
from tests.cast import Cast

GATE = Gate("东门")


@pytest.fixture
def line_id(app: APIFlask, cast: Cast, now: datetime) -> int:
    """A session with one place, and its door. 王敏 comes in person here."""
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        delegates.edit(cast.meeting_id, cast.wangmin_id, {"mode": Mode.IN_PERSON}, doing)
        with db.transaction() as session:
            line = sign_ups.add_line(session, cast.meeting_id, 1)
            row = AgendaSession(
                meeting_id=cast.meeting_id, rank=1, kind=AgendaKind.EXCHANGE, title="分会场", sign_up_line_id=line.id
            )
            session.add(row)
            session.flush()
            door = {"name": "分会场", "kind": CheckpointKind.SESSION, "session_id": row.id, "created_at": now}
            session.add(Checkpoint(meeting_id=cast.meeting_id, **door))
        return line.id


def signed_up(cast: Cast, line_id: int, *who: int, now: datetime) -> list[SignUpStatus]:
    found = []
    for delegate_id in who:
        with db.transaction() as session:
            delegate = session.scalars(db.lock(sa.select(Delegate).where(Delegate.id == delegate_id))).one()
            found.append(sign_ups.sign_up(session, delegate, sign_ups.held(session, line_id), now=now).status)
    return found


def stand(line_id: int) -> tuple[int, dict[int, SignUpStatus]]:
    """Places taken, and how each stands."""
    taken = db.session().scalars(sa.select(SignUpLine.taken).where(SignUpLine.id == line_id)).one()
    rows = db.session().execute(sa.select(SignUp.delegate_id, SignUp.status).where(SignUp.line_id == line_id))
    return taken, dict(rows.all())


CONFIRMED, WAITLISTED = SignUpStatus.CONFIRMED, SignUpStatus.WAITLISTED


def test_the_first_has_the_place_and_the_next_waits(app: APIFlask, cast: Cast, line_id: int, now: datetime) -> None:
    with app.app_context():
        who = (cast.liran_id, cast.chenzhuo_id, cast.wangmin_id)
        assert signed_up(cast, line_id, *who, cast.liran_id, now=now) == [CONFIRMED, WAITLISTED, WAITLISTED, CONFIRMED]
        waiting = sign_ups.of(db.session(), line_id, cast.wangmin_id)
        assert waiting is not None
        assert sign_ups.place_in_line(db.session(), waiting) == 2
        assert sign_ups.waiting([line_id]) == {line_id: 2}


def test_who_cancels_or_goes_online_leaves_the_place_to_the_next(
    app: APIFlask, cast: Cast, line_id: int, now: datetime
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        signed_up(cast, line_id, cast.liran_id, cast.chenzhuo_id, cast.wangmin_id, now=now)
        delegates.cancel(cast.meeting_id, cast.liran_id, doing)
        assert stand(line_id) == (1, {cast.chenzhuo_id: CONFIRMED, cast.wangmin_id: WAITLISTED})
        delegates.edit(cast.meeting_id, cast.chenzhuo_id, {"mode": Mode.ONLINE}, doing)
        assert stand(line_id) == (1, {cast.wangmin_id: CONFIRMED})
        with pytest.raises(Refused) as refused:
            signed_up(cast, line_id, cast.chenzhuo_id, now=now)
        assert refused.value.refusal is Refusal.NOT_ELIGIBLE
        delegates.cancel(cast.meeting_id, cast.wangmin_id, doing)
        assert stand(line_id) == (0, {})


def test_a_substitute_has_what_the_other_one_had(app: APIFlask, cast: Cast, line_id: int, now: datetime) -> None:
    with app.app_context():
        signed_up(cast, line_id, cast.chenzhuo_id, cast.liran_id, now=now)
        came = substitution.NewPerson(name="赵晨", phone="13900009999")
        new = substitution.substitute(cast.meeting_id, cast.liran_id, came, Doing(SYSTEM, now, cast.public_url))
        assert stand(line_id) == (1, {cast.chenzhuo_id: CONFIRMED, new.new.id: WAITLISTED})


def test_more_places_move_the_line_and_fewer_than_are_taken_are_refused(
    app: APIFlask, cast: Cast, line_id: int, now: datetime
) -> None:
    with app.app_context():
        signed_up(cast, line_id, cast.liran_id, cast.chenzhuo_id, cast.wangmin_id, now=now)
        with db.transaction() as session:
            sign_ups.set_capacity(session, sign_ups.held(session, line_id), 2, now=now)
        assert stand(line_id)[0] == 2
        with pytest.raises(Refused) as refused, db.transaction() as session:
            sign_ups.set_capacity(session, sign_ups.held(session, line_id), 1, now=now)
        assert refused.value.refusal is Refusal.CAPACITY_BELOW_TAKEN


def test_the_door_of_the_session_knows_who_is_signed_up(app: APIFlask, cast: Cast, line_id: int, now: datetime) -> None:
    with app.app_context():
        door = db.session().scalars(sa.select(Checkpoint.id).where(Checkpoint.kind == CheckpointKind.SESSION)).one()
        first = roster.page(cast.meeting_id, door, Position())
        assert {item["listed"] for item in first.items} == {False}
        signed_up(cast, line_id, cast.liran_id, cast.chenzhuo_id, now=now)
        news = roster.page(cast.meeting_id, door, first.position)
        assert {item["name"]: item["listed"] for item in news.items} == {"李然": True, "陈卓": False}

        def scan(code: str, nonce: str, **more: object) -> tuple[str, str | None, bool]:
            made = check_in(cast.meeting_id, Scan(code, door, nonce, **more), GATE, now=now)  # type: ignore[arg-type]
            return made["outcome"], made["reason"], made["flagged"]

        assert scan(cast.chenzhuo_code, "1") == ("refused", "not_listed", False)
        assert scan(cast.chenzhuo_code, "2", override=Override.TAKE_ALONG) == ("refused", "not_listed", False)
        assert scan(cast.liran_code, "3") == ("admitted", None, False)
        assert scan(cast.chenzhuo_code, "4", admitted_offline=True) == ("admitted", "not_listed", True)
        with db.transaction() as session:
            sign_ups.set_capacity(session, sign_ups.held(session, line_id), 3, now=now)
        assert stand(line_id) == (2, {cast.liran_id: CONFIRMED, cast.chenzhuo_id: CONFIRMED})
        assert scan(cast.wangmin_code, "5", override=Override.TAKE_ALONG) == ("admitted", None, True)
        assert stand(line_id)[0] == 3
        assert scan(cast.wangmin_code, "6", override=Override.TAKE_ALONG) == ("already", None, False)
        news = roster.page(cast.meeting_id, door, news.position)
        assert {item["name"]: item["listed"] for item in news.items if item["in"]} == {
            "李然": True, "陈卓": True, "王敏": True
        }  # fmt: skip
        delegates.cancel(cast.meeting_id, cast.liran_id, Doing(SYSTEM, now + timedelta(hours=1), cast.public_url))
        news = roster.page(cast.meeting_id, door, news.position)
        assert [(item["name"], item["listed"], item["removed"]) for item in news.items] == [("李然", False, True)]
