"""The liaison of a unit: named, handed over, forgotten; what they hold dies with the hand-over."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Activity, Liaison, OutboxMessage, Participation
from conference.services import activity, desks, invitations, liaisons, units
from conference.services.delegates import Doing
from conference.services.liaisons import LiaisonFacts
from conference.services.units import UnitFacts
from conference.vocabulary import Fault, Malformed, MessageState, Missing
from tests.cast import Cast

LIRAN = LiaisonFacts("李然", "138 0000 0001", "liran@example.org")
WANGMIN = LiaisonFacts("王敏", "13800000002")


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


def test_a_liaison_is_kept_sealed_and_found_by_their_number(cast: Cast, doing: Doing) -> None:
    liaison = liaisons.appoint(cast.meeting_id, cast.yuquan_id, LIRAN, doing)
    assert (liaisons.phone_of(liaison), liaisons.email_of(liaison)) == ("+8613800000001", "liran@example.org")
    assert b"1380000" not in (liaison.phone_sealed or b"")
    found = desks.of_liaison(cast.meeting_id, phone_index=liaison.phone_index)
    assert [one.id for one in found] == [liaison.id]


def test_handed_over_the_old_links_and_messages_die(cast: Cast, doing: Doing) -> None:
    old = liaisons.appoint(cast.meeting_id, cast.yuquan_id, LIRAN, doing)
    old_id = old.id
    token = invitations.make_link(cast.meeting_id, cast.yuquan_id, doing).rpartition("/")[2]
    invitations.send(cast.meeting_id, [cast.yuquan_id], doing)
    new = liaisons.hand_over(cast.meeting_id, cast.yuquan_id, WANGMIN, doing)
    assert (desks.by_token(token), desks.was_revoked(token)) == (None, True)
    states = set(db.session().scalars(sa.select(OutboxMessage.state).where(OutboxMessage.liaison_id == old_id)))
    assert states == {MessageState.WITHDRAWN}
    part = units.one(cast.meeting_id, cast.yuquan_id)
    assert part.invited_at is None
    assert _all(part.id) == [("李然", doing.now), ("王敏", None)]
    fresh = invitations.make_link(cast.meeting_id, cast.yuquan_id, doing).rpartition("/")[2]
    link = desks.by_token(fresh)
    assert link is not None
    assert link.liaison_id == new.id
    # Who to whom stands in the trail by id, so that forgetting somebody reaches it.
    trace = next(act for act in _acts(cast) if act.verb == "unit.liaison_handed_over")
    assert (trace.before, trace.after) == ({"liaison_id": old_id}, {"liaison_id": new.id})
    assert liaisons.names([old_id, new.id]) == {old_id: "李然", new.id: "王敏"}


def test_a_link_passes_the_desk_on_once_whoever_was_its_liaison(cast: Cast, doing: Doing) -> None:
    # The link was made before anybody was named as the liaison.
    token = invitations.make_link(cast.meeting_id, cast.yuquan_id, doing).rpartition("/")[2]
    link = desks.by_token(token)
    assert link is not None
    desk_id = link.id
    first = liaisons.pass_on(desk_id, WANGMIN, doing)
    assert (first is not None, desks.was_revoked(token)) == (True, True)
    assert liaisons.pass_on(desk_id, WANGMIN, doing) is None
    fresh = desks.by_token(str(first).rpartition("/")[2])
    assert fresh is not None
    assert _all(units.one(cast.meeting_id, cast.yuquan_id).id) == [("王敏", None)]


def test_the_same_person_is_brought_up_and_keeps_their_links(cast: Cast, doing: Doing) -> None:
    first = liaisons.appoint(cast.meeting_id, cast.yuquan_id, LIRAN, doing)
    token = invitations.make_link(cast.meeting_id, cast.yuquan_id, doing).rpartition("/")[2]
    acts = len(_acts(cast))
    again = liaisons.appoint(cast.meeting_id, cast.yuquan_id, LIRAN, doing)
    assert (again.id, len(_acts(cast))) == (first.id, acts)
    changed = liaisons.appoint(cast.meeting_id, cast.yuquan_id, LiaisonFacts("李 然", "13900000000"), doing)
    assert (changed.id, liaisons.phone_of(changed), liaisons.email_of(changed)) == (first.id, "+8613900000000", None)
    assert desks.by_token(token) is not None
    trace = _acts(cast)[0]
    assert (trace.verb, trace.before, trace.after) == ("unit.liaison_edited", {}, {"liaison_id": first.id})
    other = liaisons.appoint(cast.meeting_id, cast.yuquan_id, WANGMIN, doing)
    assert other.id != first.id
    assert desks.by_token(token) is None


def test_edit_corrects_the_one_who_is_it(cast: Cast, doing: Doing) -> None:
    with pytest.raises(Missing):
        liaisons.edit(cast.meeting_id, cast.yuquan_id, LIRAN, doing)
    first = liaisons.hand_over(cast.meeting_id, cast.yuquan_id, LIRAN, doing)
    edited = liaisons.edit(cast.meeting_id, cast.yuquan_id, LiaisonFacts("李燃"), doing)
    assert (edited.id, edited.name, edited.phone_index, edited.email_index) == (first.id, "李燃", None, None)


def test_dismissed_the_unit_has_none_and_again_is_harmless(cast: Cast, doing: Doing) -> None:
    liaisons.hand_over(cast.meeting_id, cast.yuquan_id, LIRAN, doing)
    token = invitations.make_link(cast.meeting_id, cast.yuquan_id, doing).rpartition("/")[2]
    liaisons.dismiss(cast.meeting_id, cast.yuquan_id, doing)
    acts = len(_acts(cast))
    liaisons.dismiss(cast.meeting_id, cast.yuquan_id, doing)
    assert len(_acts(cast)) == acts
    part = units.one(cast.meeting_id, cast.yuquan_id)
    assert (liaisons.of(part.id), desks.by_token(token)) == (None, None)


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        (LiaisonFacts(""), {"name": Fault.REQUIRED}),
        (LiaisonFacts("长" * 51), {"name": Fault.TOO_LONG}),
        (LiaisonFacts("李\u202e然"), {"name": Fault.FORBIDDEN_CHARACTERS}),
        (LiaisonFacts("李然", "12"), {"phone": Fault.NOT_A_PHONE}),
        (LiaisonFacts("李然", None, "nobody"), {"email": Fault.NOT_AN_EMAIL}),
        (LiaisonFacts("李然", "\x00"), {"phone": Fault.FORBIDDEN_CHARACTERS}),
    ],
)
def test_what_is_no_liaison_is_told_so(cast: Cast, doing: Doing, said: LiaisonFacts, faults: dict[str, Fault]) -> None:
    for verb in (liaisons.appoint, liaisons.hand_over):
        with pytest.raises(Malformed) as malformed:
            verb(cast.meeting_id, cast.yuquan_id, said, doing)
        assert malformed.value.faults == faults
    assert db.session().scalar(sa.select(sa.func.count()).select_from(Liaison)) == 0
    with pytest.raises(Missing):
        liaisons.hand_over(cast.meeting_id, 999_999, LIRAN, doing)


def test_forgetting_takes_out_who_they_were(cast: Cast, doing: Doing) -> None:
    liaisons.hand_over(cast.meeting_id, cast.yuquan_id, LIRAN, doing)
    invitations.send(cast.meeting_id, [cast.yuquan_id], doing)
    liaisons.hand_over(cast.meeting_id, cast.yuquan_id, WANGMIN, doing)
    for _ in range(2):
        liaisons.dismiss(cast.meeting_id, cast.yuquan_id, doing, forget=True)
    db.release()
    kept = db.session().scalars(sa.select(Liaison)).all()
    assert {(one.name, one.phone_sealed, one.phone_index, one.email_index) for one in kept} == {("—", None, None, None)}
    ids = [one.id for one in kept]
    assert len(ids) == 2
    assert db.session().scalar(sa.select(sa.func.count()).where(OutboxMessage.liaison_id.in_(ids))) == 0
    trace = next(act for act in _acts(cast) if act.verb == "unit.liaison_handed_over")
    assert "李然" not in str((trace.before, trace.after))


def test_a_new_unit_comes_with_its_liaison(cast: Cast, doing: Doing) -> None:
    part, fresh = liaisons.let_in(cast.meeting_id, UnitFacts("示例区民政局", "140000"), LIRAN, doing)
    liaison = liaisons.of(part.id)
    assert fresh
    assert liaison is not None
    assert liaison.name == "李然"
    again, fresh = liaisons.let_in(cast.meeting_id, UnitFacts("示例区民政局", "140000"), WANGMIN, doing)
    kept = liaisons.of(again.id)
    assert kept is not None
    assert (fresh, kept.name) == (False, "李然")
    with pytest.raises(Malformed):
        liaisons.let_in(cast.meeting_id, UnitFacts("另一个局", "140000"), LiaisonFacts("李然", "12"), doing)
    assert db.session().scalar(sa.select(sa.func.count()).select_from(Participation)) == 3


def _acts(cast: Cast) -> list[Activity]:
    return list(activity.page(cast.meeting_id, subject="unit", subject_id=cast.yuquan_id).items)


def _all(participation_id: int) -> list[tuple[str, datetime | None]]:
    query = sa.select(Liaison.name, Liaison.until).where(Liaison.participation_id == participation_id)
    return [(name, until) for name, until in db.session().execute(query.order_by(Liaison.id))]
