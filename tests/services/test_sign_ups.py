"""Sign-ups for places of their own: no free place beside somebody who waits, none given twice, and the door knows."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import AgendaSession, Checkpoint, Delegate, SignUp, SignUpLine
from conference.services import (
    delegates,
    links,
    merging,
    own_data,
    roster,
    session_place_lists,
    session_places,
    sign_ups,
    substitution,
    visits,
)
from conference.services.activity import SYSTEM
from conference.services.checkin import check_in
from conference.services.delegates import Doing
from conference.services.roster import Position
from conference.services.scans import Gate, Scan
from conference.vocabulary import AgendaKind, CheckpointKind, Mode, Override, Refusal, Refused, SignUpStatus
from tests.cast import Cast
from tests.visits import an_afternoon

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


def quiet(cast: Cast, door: int, position: Position) -> Position:
    """Where nothing is told any more. On a cluster that others write to as well, a change may be told twice."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        news = roster.page(cast.meeting_id, door, position)
        if not news.items:
            return news.position
        position = news.position
    pytest.fail("the same is told again and again")


CONFIRMED, WAITLISTED = SignUpStatus.CONFIRMED, SignUpStatus.WAITLISTED


def test_the_first_has_the_place_and_the_next_waits(app: APIFlask, cast: Cast, line_id: int, now: datetime) -> None:
    with app.app_context():
        who = (cast.liran_id, cast.chenzhuo_id, cast.wangmin_id)
        assert signed_up(cast, line_id, *who, cast.liran_id, now=now) == [CONFIRMED, WAITLISTED, WAITLISTED, CONFIRMED]
        people = session_place_lists.people(cast.meeting_id, db.session().scalars(sa.select(AgendaSession.id)).one())
        assert [(one.delegate.id, one.place) for one in people] == list(zip(who, (None, 1, 2), strict=True))
        assert sign_ups.waiting([line_id]) == {line_id: 2}
        link = links.by_token(cast.chenzhuo_token)
        assert link is not None
        told = own_data.of_link(link, now=now).plain()["places"]
        title = db.session().scalars(sa.select(AgendaSession.title)).one()
        assert told == [{"session": title, "status": "waitlisted", "signed_up_at": now.isoformat()}]


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


@pytest.mark.parametrize("mode", [Mode.IN_PERSON, Mode.ONLINE])
def test_of_two_entries_of_one_person_the_better_place_is_kept_and_one_online_has_none(
    app: APIFlask, cast: Cast, line_id: int, now: datetime, mode: Mode
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        signed_up(cast, line_id, cast.liran_id, cast.chenzhuo_id, cast.wangmin_id, now=now)
        delegates.edit(cast.meeting_id, cast.wangmin_id, {"mode": mode}, doing)
        merging.merge(cast.meeting_id, cast.wangmin_id, cast.liran_id, (), doing)
        kept = {cast.wangmin_id: CONFIRMED, cast.chenzhuo_id: WAITLISTED}
        assert stand(line_id) == (1, kept if mode is Mode.IN_PERSON else {cast.chenzhuo_id: CONFIRMED})


@pytest.mark.parametrize("seated", ["wangmin_id", "liran_id"])
def test_of_two_entries_with_departures_at_one_time_the_seat_is_kept(
    app: APIFlask, cast: Cast, line_id: int, now: datetime, seated: str
) -> None:
    """Whichever of the two has it; the other one only waits, for the bus that 陈卓 sits on."""
    doing = Doing(SYSTEM, now, cast.public_url)
    waits = cast.liran_id if seated == "wangmin_id" else cast.wangmin_id
    with app.app_context():
        full, free = an_afternoon(cast.meeting_id, begins=now + timedelta(hours=2))
        for bus, who in ((full, cast.chenzhuo_id), (full, waits), (free, getattr(cast, seated))):
            visits.sign_up(cast.meeting_id, bus, who, doing)
        merging.merge(cast.meeting_id, cast.wangmin_id, cast.liran_id, (), doing)
        lines = [one.line_id for one in visits.departures(cast.meeting_id)]
        assert [stand(id_) for id_ in lines] == [(1, {cast.chenzhuo_id: CONFIRMED}), (1, {cast.wangmin_id: CONFIRMED})]


def test_a_scanner_that_knows_the_roster_hears_that_places_were_opened_and_closed(
    app: APIFlask, cast: Cast, line_id: int, now: datetime
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        door = db.session().scalars(sa.select(Checkpoint).where(Checkpoint.kind == CheckpointKind.SESSION)).one()
        assert door.session_id is not None
        position = quiet(cast, door.id, Position())
        for capacity, listed in ((None, True), (2, False)):
            session_places.set_capacity(cast.meeting_id, door.session_id, capacity, doing)
            news = roster.page(cast.meeting_id, door.id, position)
            assert {(item["name"], item["listed"]) for item in news.items} >= {("李然", listed), ("陈卓", listed)}
            position = quiet(cast, door.id, news.position)


def test_who_cancelled_is_not_taken_along(app: APIFlask, cast: Cast, line_id: int, now: datetime) -> None:
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.liran_id, Doing(SYSTEM, now, cast.public_url))
        with db.transaction() as session:
            assert not sign_ups.take_along(session, cast.liran_id, line_id, now=now)
            assert sign_ups.take_along(session, cast.chenzhuo_id, line_id, now=now)
        assert stand(line_id) == (1, {cast.chenzhuo_id: CONFIRMED})


def test_who_leaves_while_many_are_cancelled_is_not_turned_away(
    app: APIFlask, cast: Cast, line_id: int, now: datetime
) -> None:
    """One has the line and wants the person, the other the person and wants the line: the database breaks that."""
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        session_id = db.session().scalars(sa.select(AgendaSession.id)).one()
        signed_up(cast, line_id, cast.liran_id, cast.chenzhuo_id, now=now)
        db.release()

    def leave() -> None:
        with app.app_context():
            session_places.take_off(cast.meeting_id, session_id, cast.chenzhuo_id, doing)
            db.release()

    waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
    with app.app_context(), ThreadPoolExecutor(1) as pool:
        leaving: list[Future[None]] = []

        def cancel() -> None:
            with db.transaction() as session:
                delegates.cancel(cast.meeting_id, cast.liran_id, doing)
                leaving[:] = leaving or [pool.submit(leave)]
                on_postgresql = session.get_bind().dialect.name == "postgresql"
                while on_postgresql and not session.scalar(waits) and not leaving[0].done():
                    pass
                delegates.cancel(cast.meeting_id, cast.chenzhuo_id, doing)

        db.repeated(cancel)  # either of them may be the one that the database sends back
        leaving[0].result(timeout=30)
        assert stand(line_id) == (0, {})


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
        position = quiet(cast, door, first.position)
        signed_up(cast, line_id, cast.liran_id, cast.chenzhuo_id, now=now)
        news = roster.page(cast.meeting_id, door, position)
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
        position = quiet(cast, door, news.position)
        delegates.cancel(cast.meeting_id, cast.liran_id, Doing(SYSTEM, now + timedelta(hours=1), cast.public_url))
        news = roster.page(cast.meeting_id, door, position)
        assert [(item["name"], item["listed"], item["removed"]) for item in news.items] == [("李然", False, True)]
