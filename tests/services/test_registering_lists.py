"""A list of people entered at once: each answer in its place, and the same rows as one after the other."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import AccessLink, Activity, Code, Delegate, OutboxMessage, Participation
from conference.services import activity, meetings, registration, units
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.registration import Entry, Registered
from conference.vocabulary import (
    ActorKind,
    Fault,
    Malformed,
    MessageKind,
    Mode,
    Origin,
    Refused,
)
from tests.cast import Cast
from tests.recount import assert_whole

HERE = Mode.IN_PERSON
Said = str | dict[str, Fault]


def test_a_list_is_answered_line_by_line_and_leaves_the_rows_of_single_entries(
    context: APIFlask, cast: Cast, now: datetime
) -> None:
    _prepare(cast, now)
    before = _counts()
    answers = _enter(cast, _list(cast), now)
    assert [_said(answer) for answer in answers] == [
        "confirmed",
        "waitlisted",
        {"phone": Fault.NOT_A_PHONE},
        "confirmed",
        "already_registered",  # of the cast
        "already_registered",  # the first of this list, by another spelling
        {"unit_id": Fault.UNKNOWN_ID},
        "waitlisted",
        "unit_full",
        {"phone": Fault.CONTACT_NEEDED},
    ]
    made = [answer for answer in answers if isinstance(answer, Registered)]
    people = [_facts(answer.delegate_id) for answer in made]
    assert people == [
        ("赵一", "0004", "zhao yi", "confirmed", None),
        ("钱二", "0005", "qian er", "waitlisted", 1),
        ("孙三", "0006", "sun san", "confirmed", None),
        ("李四", "0007", "li si", "waitlisted", 1025),
    ]
    assert _counts() == {name: n + (0 if name == "links" else 4) for name, n in before.items()}
    assert_whole(cast.meeting_id)


def test_a_list_is_answered_as_single_entries_are(context: APIFlask, cast: Cast, now: datetime) -> None:
    _prepare(cast, now)
    singly: list[Said] = []
    with _undone():
        for entry in _list(cast):
            try:
                made = registration.register(
                    cast.meeting_id,
                    entry,
                    actor=activity.SYSTEM,
                    origin=Origin.PROGRAM,
                    public_url=cast.public_url,
                    now=now,
                )
            except (Refused, Malformed) as error:
                singly.append(_said(error))
            else:
                singly.append(_said(made))
    assert [_said(answer) for answer in _enter(cast, _list(cast), now)] == singly


def test_a_liaisons_list_does_not_tell_who_comes_from_elsewhere(context: APIFlask, cast: Cast, now: datetime) -> None:
    part = db.session().scalars(sa.select(Participation).where(Participation.unit_id == cast.kenli_id)).one()
    liaison = Actor(ActorKind.LIAISON, part.id, "联络员")
    people = [
        Entry(name="李然", unit_id=cast.kenli_id, mode=HERE, phone="13800000001"),  # of the other unit
        Entry(name="陈卓", unit_id=cast.kenli_id, mode=HERE, phone="13800000003"),  # their own
        Entry(name="周五", unit_id=cast.kenli_id, mode=HERE, phone="13900000005"),
    ]
    hidden, own, fresh = registration.register_all(
        cast.meeting_id, people, actor=liaison, origin=Origin.IMPORT, now=now
    )
    assert isinstance(hidden, Registered)
    assert hidden.repeat is not None
    assert hidden.delegate_id == cast.liran_id
    assert _said(own) == "already_registered"
    assert _said(fresh) == "confirmed"
    assert_whole(cast.meeting_id)


def test_nothing_is_kept_of_a_list_that_its_caller_refuses(context: APIFlask, cast: Cast, now: datetime) -> None:
    before = _counts()
    with _undone():
        _enter(cast, _list(cast), now)
    assert _counts() == before
    assert_whole(cast.meeting_id)
    assert _enter(cast, [], now) == []


def test_a_long_list_takes_the_same_few_statements(context: APIFlask, cast: Cast, now: datetime) -> None:
    """But for the trace and the message of each, which stand alone."""

    def statements(first: int, count: int) -> int:
        said: list[str] = []
        people = [
            Entry(
                name="代表",
                unit_id=cast.kenli_id,
                mode=Mode.ONLINE,
                phone=f"137{first + n:08d}",
                email=f"p{first + n}@example.cn",
            )
            for n in range(count)
        ]
        db.release()
        engine = db.db.engine

        def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
            said.append(statement)

        sa.event.listen(engine, "before_cursor_execute", note)
        try:
            answers = _enter(cast, people, now)
        finally:
            sa.event.remove(engine, "before_cursor_execute", note)
        assert [_said(answer) for answer in answers] == ["confirmed"] * count
        return len([statement for statement in said if "activities" not in statement and "outbox" not in statement])

    few = statements(0, 3)
    assert statements(100, 240) <= few
    assert_whole(cast.meeting_id)


@contextlib.contextmanager
def _undone() -> Iterator[None]:
    """A transaction that its caller thinks better of."""
    with contextlib.suppress(InterruptedError), db.transaction():
        yield
        raise InterruptedError


def _prepare(cast: Cast, now: datetime) -> None:
    """One place is left on site, and three in the unit that the list is of."""
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    meetings.edit(cast.meeting_id, {"capacity": {HERE: 3}}, doing)
    units.edit(cast.meeting_id, cast.kenli_id, {"delegate_limit": 4}, doing)
    db.release()


def _list(cast: Cast) -> list[Entry]:
    kenli, yuquan = cast.kenli_id, cast.yuquan_id
    return [
        Entry(name="赵一", unit_id=kenli, mode=HERE, phone="13700000001"),
        Entry(name="钱二", unit_id=yuquan, mode=HERE, phone="13700000002"),
        Entry(name="错号", unit_id=kenli, mode=HERE, phone="123"),
        Entry(name="孙三", unit_id=kenli, mode=Mode.ONLINE, phone="13700000003"),
        Entry(name="李然", unit_id=kenli, mode=HERE, phone="13800000001"),
        Entry(name="赵一", unit_id=kenli, mode=HERE, phone="+86 137 0000 0001"),
        Entry(name="无处", unit_id=999_999, mode=HERE, phone="13700000004"),
        Entry(name="李四", unit_id=kenli, mode=HERE, phone="13700000005"),
        Entry(name="满员", unit_id=kenli, mode=HERE, phone="13700000006"),
        Entry(name="无号", unit_id=kenli, mode=HERE),
    ]


def _enter(cast: Cast, people: list[Entry], now: datetime) -> list[Registered | Refused | Malformed]:
    return registration.register_all(cast.meeting_id, people, actor=activity.SYSTEM, origin=Origin.PROGRAM, now=now)


def _said(answer: Registered | Refused | Malformed) -> Said:
    if isinstance(answer, Registered):
        return answer.delegate.status.value
    return answer.refusal.value if isinstance(answer, Refused) else answer.faults


def _facts(delegate_id: int) -> tuple[str, str, str, str, int | None]:
    person = db.session().get_one(Delegate, delegate_id)
    assert len(person.codes) == 1
    return person.name, person.number, person.pinyin, person.status.value, person.ticket


def _counts() -> dict[str, int]:
    db.release()
    told = OutboxMessage.kind == MessageKind.REGISTERED
    queries = {
        "delegates": sa.select(sa.func.count()).select_from(Delegate),
        "codes": sa.select(sa.func.count()).select_from(Code),
        "links": sa.select(sa.func.count()).select_from(AccessLink),
        "traces": sa.select(sa.func.count()).select_from(Activity).where(Activity.verb == "delegate.registered"),
        "messages": sa.select(sa.func.count()).select_from(OutboxMessage).where(told),
    }
    return {name: db.session().scalar(query) or 0 for name, query in queries.items()}
