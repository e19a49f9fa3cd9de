"""Changes asked for after the freeze: replaced by newer ones, decided once, done by the verb that they stand for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Activity, ChangeRequest, Delegate, OutboxMessage
from conference.services import activity, change_requests, delegates, meetings
from conference.services.activity import SYSTEM, Actor
from conference.services.delegates import Doing
from conference.services.wishes import Change
from conference.vocabulary import (
    ActorKind,
    ChangeWish,
    DelegateStatus,
    Fault,
    Malformed,
    MessageKind,
    Missing,
    Mode,
    Refusal,
    Refused,
)
from tests.cast import Cast
from tests.recount import assert_whole

LIAISON = Actor(ActorKind.LIAISON, 1, "玉泉区民政局")


def _doing(cast: Cast, now: datetime) -> Doing:
    return Doing(SYSTEM, now, cast.public_url)


def _ask(cast: Cast, now: datetime, wish: ChangeWish, delegate_id: int | None = None, /, **content: object) -> int:
    return change_requests.ask(
        cast.meeting_id, delegate_id or cast.liran_id, wish, content, actor=LIAISON, reason="临时调整", now=now
    )


def _liran(cast: Cast) -> Delegate:
    db.release()
    return db.session().get_one(Delegate, cast.liran_id)


def _told(delegate_id: int) -> list[tuple[MessageKind, dict[str, object]]]:
    found = db.session().scalars(
        sa.select(OutboxMessage).where(OutboxMessage.delegate_id == delegate_id).order_by(OutboxMessage.id)
    )
    return [(one.kind, one.facts) for one in found if one.kind is not MessageKind.REGISTERED]


def test_a_request_is_kept_sealed_and_shown_beside_what_holds(context: APIFlask, cast: Cast, now: datetime) -> None:
    request_id = _ask(cast, now, ChangeWish.EDIT, name=" 李然然 ", position="科员", phone="13800009999")
    shown = change_requests.one(cast.meeting_id, request_id)
    assert (shown.name, shown.wish, shown.asked_by, shown.reason, shown.accepted) == (
        "李然",
        ChangeWish.EDIT,
        ActorKind.LIAISON,
        "临时调整",
        None,
    )
    assert shown.changes == (Change("name", "李然", "李然然"), Change("phone", "+8613800000001", "13800009999"))
    row = db.session().scalars(sa.select(ChangeRequest)).one()
    assert "李然然" not in row.content_sealed.decode(errors="replace")
    assert _liran(cast).name == "李然"
    trail = db.session().scalars(sa.select(Activity).where(Activity.verb == "delegate.change_asked")).one()
    assert (trail.actor_kind, trail.after) == (ActorKind.LIAISON, {"wish": "edit"})


def test_a_newer_wish_takes_the_older_ones_place(context: APIFlask, cast: Cast, now: datetime) -> None:
    first = _ask(cast, now, ChangeWish.EDIT, name="李冉")
    assert _ask(cast, now + timedelta(minutes=1), ChangeWish.EDIT, name="李冉") == first
    assert (
        db.session().scalar(
            sa.select(sa.func.count()).select_from(Activity).where(Activity.verb == "delegate.change_asked")
        )
        == 1
    )
    assert _ask(cast, now + timedelta(minutes=2), ChangeWish.EDIT, position="副科长") == first
    assert _ask(cast, now, ChangeWish.MODE, mode="online") != first
    found = change_requests.open_of(_liran(cast))
    assert [(one.wish, one.changes) for one in found] == [
        (ChangeWish.EDIT, (Change("position", "科员", "副科长"),)),
        (ChangeWish.MODE, (Change("mode", Mode.IN_PERSON, Mode.ONLINE),)),
    ]
    assert change_requests.count_open(cast.meeting_id) == 2


@pytest.mark.parametrize(
    ("wish", "content", "faults"),
    [
        (ChangeWish.EDIT, {"seat": "1"}, {"seat": Fault.UNKNOWN_CHOICE}),
        (ChangeWish.EDIT, {"name": " "}, {"name": Fault.REQUIRED}),
        (ChangeWish.EDIT, {"name": "李\u202e然"}, {"name": Fault.FORBIDDEN_CHARACTERS}),
        (ChangeWish.EDIT, {"phone": "12"}, {"phone": Fault.NOT_A_PHONE}),
        (ChangeWish.EDIT, {"phone": None}, {"phone": Fault.CONTACT_NEEDED}),
        (ChangeWish.MODE, {}, {"mode": Fault.REQUIRED}),
        (ChangeWish.MODE, {"mode": "walking"}, {"mode": Fault.UNKNOWN_CHOICE}),
        (ChangeWish.CANCEL, {"mode": "online"}, {"mode": Fault.UNKNOWN_CHOICE}),
        (ChangeWish.SUBSTITUTE, {"phone": "13900000001"}, {"name": Fault.REQUIRED}),
        (ChangeWish.SUBSTITUTE, {"name": "赵敏"}, {"phone": Fault.CONTACT_NEEDED}),
    ],
)
def test_what_cannot_be_understood_is_not_kept(
    context: APIFlask, cast: Cast, now: datetime, wish: ChangeWish, content: dict[str, object], faults: dict[str, Fault]
) -> None:
    with pytest.raises(Malformed) as raised:
        _ask(cast, now, wish, **content)
    assert raised.value.faults == faults
    assert db.session().scalars(sa.select(ChangeRequest)).all() == []


def test_nothing_is_asked_for_a_place_that_is_over(context: APIFlask, cast: Cast, now: datetime) -> None:
    delegates.cancel(cast.meeting_id, cast.liran_id, _doing(cast, now))
    with pytest.raises(Refused) as raised:
        _ask(cast, now, ChangeWish.CANCEL)
    assert raised.value.refusal is Refusal.NOT_ACTIVE
    with pytest.raises(Refused) as raised:
        _ask(cast, now + timedelta(days=1), ChangeWish.CANCEL, cast.chenzhuo_id)
    assert raised.value.refusal is Refusal.MEETING_OVER
    with pytest.raises(Missing):
        _ask(cast, now, ChangeWish.CANCEL, 999)


def test_a_yes_does_it_and_tells_the_person(context: APIFlask, cast: Cast, now: datetime) -> None:
    request_id = _ask(cast, now, ChangeWish.EDIT, name="李冉", email="liran@example.org")
    change_requests.decide(cast.meeting_id, request_id, True, "已改", _doing(cast, now))
    row = _liran(cast)
    assert (row.name, delegates.email_of(row)) == ("李冉", "liran@example.org")
    assert _told(cast.liran_id) == [
        (
            MessageKind.CHANGE_DECIDED,
            {"mode": "in_person", "status": "confirmed", "accepted": True, "reason": "已改"},
        )
    ]
    shown = change_requests.last_answer(row)
    assert shown is not None
    assert (shown.accepted, shown.settled_at, shown.note) == (True, now, "已改")
    assert change_requests.open_of(row) == ()
    with pytest.raises(Refused) as raised:
        change_requests.decide(cast.meeting_id, request_id, False, "", _doing(cast, now))
    assert raised.value.refusal is Refusal.DECIDED_ALREADY
    assert len(_told(cast.liran_id)) == 1


def test_a_no_changes_nothing_but_is_told(context: APIFlask, cast: Cast, now: datetime) -> None:
    request_id = _ask(cast, now, ChangeWish.CANCEL)
    change_requests.decide(cast.meeting_id, request_id, False, "名单已报", _doing(cast, now))
    assert _liran(cast).status is DelegateStatus.CONFIRMED
    assert [(kind, facts["accepted"]) for kind, facts in _told(cast.liran_id)] == [(MessageKind.CHANGE_DECIDED, False)]
    assert _ask(cast, now, ChangeWish.CANCEL) != request_id


def test_a_cancelled_place_has_no_open_requests_and_is_told_once(context: APIFlask, cast: Cast, now: datetime) -> None:
    edit = _ask(cast, now, ChangeWish.EDIT, name="李冉")
    change_requests.decide(cast.meeting_id, _ask(cast, now, ChangeWish.CANCEL), True, "", _doing(cast, now))
    assert _liran(cast).status is DelegateStatus.CANCELLED
    assert [kind for kind, _ in _told(cast.liran_id)] == [MessageKind.CANCELLED]
    assert change_requests.one(cast.meeting_id, edit).accepted is False
    assert change_requests.page(cast.meeting_id).items == []
    assert_whole(cast.meeting_id)


def test_what_the_deed_refuses_is_not_decided(context: APIFlask, cast: Cast, now: datetime) -> None:
    taken = _ask(cast, now, ChangeWish.EDIT, phone="13800000003")
    fine = _ask(cast, now, ChangeWish.MODE, cast.chenzhuo_id, mode="online")
    said = change_requests.decide_many(cast.meeting_id, [fine, taken, 999], True, "", _doing(cast, now))
    assert (said.done, said.refused) == ((fine,), {taken: Refusal.ALREADY_REGISTERED})
    assert change_requests.one(cast.meeting_id, taken).accepted is None
    assert db.session().get_one(Delegate, cast.chenzhuo_id).mode is Mode.ONLINE
    assert delegates.phone_of(_liran(cast)) == "+8613800000001"
    assert_whole(cast.meeting_id)


def test_a_mode_that_is_full_is_waited_for(context: APIFlask, cast: Cast, now: datetime) -> None:
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, _doing(cast, now))
    request_id = _ask(cast, now, ChangeWish.MODE, cast.wangmin_id, mode="in_person")
    change_requests.decide(cast.meeting_id, request_id, True, "", _doing(cast, now))
    row = db.session().get_one(Delegate, cast.wangmin_id)
    assert (row.mode, row.waiting_for) == (Mode.ONLINE, Mode.IN_PERSON)


def test_withdrawing_is_ones_own_and_harmless_twice(context: APIFlask, cast: Cast, now: datetime) -> None:
    request_id = _ask(cast, now, ChangeWish.CANCEL)
    with pytest.raises(Missing):
        change_requests.withdraw(cast.meeting_id, request_id, delegate_id=cast.chenzhuo_id, actor=LIAISON, now=now)
    for _ in range(2):
        change_requests.withdraw(cast.meeting_id, request_id, delegate_id=cast.liran_id, actor=LIAISON, now=now)
    assert db.session().scalars(sa.select(ChangeRequest)).all() == []
    verbs = db.session().scalars(sa.select(Activity.verb).where(Activity.verb.like("delegate.change%"))).all()
    assert verbs == ["delegate.change_asked", "delegate.change_withdrawn"]
    with pytest.raises(Missing):
        change_requests.decide(cast.meeting_id, request_id, True, "", _doing(cast, now))


def test_the_list_goes_by_wish_and_in_pages(
    context: APIFlask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _ask(cast, now, ChangeWish.CANCEL)
    second = _ask(cast, now, ChangeWish.MODE, cast.wangmin_id, mode="in_person")
    third = _ask(cast, now, ChangeWish.CANCEL, cast.chenzhuo_id)
    monkeypatch.setattr(change_requests, "PAGE", 2)
    page = change_requests.page(cast.meeting_id)
    assert ([one.id for one in page.items], page.older) == ([third, second], second)
    rest = change_requests.page(cast.meeting_id, before_id=page.older)
    assert ([one.id for one in rest.items], rest.older) == ([first], None)
    assert [one.id for one in change_requests.page(cast.meeting_id, wish=ChangeWish.MODE).items] == [second]
    change_requests.decide_many(cast.meeting_id, [first, third], False, "", _doing(cast, now))
    assert [one.id for one in change_requests.page(cast.meeting_id, settled=True).items] == [third, first]
    assert set(change_requests.open_for(cast.meeting_id, [cast.liran_id, cast.wangmin_id])) == {cast.wangmin_id}
    assert activity.page(cast.meeting_id).items[0].verb == "delegate.change_decided"


def test_a_substitution_is_done_when_it_is_agreed_to(context: APIFlask, cast: Cast, now: datetime) -> None:
    request_id = _ask(cast, now, ChangeWish.SUBSTITUTE, name="赵敏", phone="13900000001", position="科长")
    assert [(one.field, one.after) for one in change_requests.one(cast.meeting_id, request_id).changes] == [
        ("name", "赵敏"),
        ("position", "科长"),
        ("phone", "13900000001"),
    ]
    change_requests.decide(cast.meeting_id, request_id, True, "", _doing(cast, now))
    old = _liran(cast)
    assert old.status is DelegateStatus.CANCELLED
    new = db.session().get_one(Delegate, old.replaced_by_id)
    assert (new.name, new.position, new.status, delegates.phone_of(new)) == (
        "赵敏",
        "科长",
        DelegateStatus.CONFIRMED,
        "+8613900000001",
    )
    assert_whole(cast.meeting_id)


def test_what_was_asked_beside_a_cancellation_ends_with_the_place_and_is_not_refused(
    context: APIFlask, cast: Cast, now: datetime
) -> None:
    refused = _ask(cast, now, ChangeWish.MODE, mode="online")
    change_requests.decide(cast.meeting_id, refused, False, "", _doing(cast, now))
    edit, cancel = _ask(cast, now, ChangeWish.EDIT, position="科员"), _ask(cast, now, ChangeWish.CANCEL)
    change_requests.decide(cast.meeting_id, cancel, True, "", _doing(cast, now))
    shown = {id_: change_requests.one(cast.meeting_id, id_) for id_ in (refused, edit, cancel)}
    assert {id_: (one.accepted, one.ended, one.open) for id_, one in shown.items()} == {
        refused: (False, False, False),
        edit: (False, True, False),
        cancel: (True, False, False),
    }
