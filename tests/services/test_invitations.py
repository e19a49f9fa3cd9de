"""Invitations: made, sent, opened, answered; and what organisers see of them. More places are asked for and decided."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import OutboxMessage, PlacesRequest
from conference.services import (
    activity,
    delegates,
    desks,
    invitation_lists,
    invitations,
    letters,
    liaisons,
    overview,
    places_requests,
    unit_lists,
    units,
)
from conference.services.delegates import Doing
from conference.services.invitation_lists import Wish
from conference.services.liaisons import LiaisonFacts
from conference.services.units import UnitFacts
from conference.vocabulary import (
    Fault,
    InvitationAnswer,
    InvitationState,
    Malformed,
    MessageKind,
    Missing,
    Mode,
    Refusal,
    Refused,
)
from tests.cast import Cast
from tests.recount import assert_whole


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


def test_an_invitation_goes_from_step_to_step(cast: Cast, doing: Doing) -> None:
    assert _state(cast) is InvitationState.NOT_INVITED
    token = invitations.make_link(cast.meeting_id, cast.yuquan_id, doing).rpartition("/")[2]
    assert _state(cast) is InvitationState.NOT_OPENED
    link = desks.by_token(token)
    assert link is not None
    desks.note_opened(link.id, now=doing.now)
    assert _state(cast) is InvitationState.OPENED
    part = units.one(cast.meeting_id, cast.yuquan_id)
    invitations.accept(part.id, doing)
    assert _state(cast) is InvitationState.ACCEPTED
    invitations.decline(part.id, " 时间冲突 ", doing)
    row = _row(cast)
    assert (row.state, row.reason, row.answered_at) == (InvitationState.DECLINED, "时间冲突", doing.now)
    invitations.reset(cast.meeting_id, cast.yuquan_id, doing)
    invitations.reset(cast.meeting_id, cast.yuquan_id, doing)
    assert _state(cast) is InvitationState.OPENED
    verbs = [act.verb for act in activity.page(cast.meeting_id, subject="unit", subject_id=cast.yuquan_id).items]
    assert verbs == ["unit.answer_reset", "unit.answered", "unit.answered", "unit.invited", "unit.added"]


def test_a_no_cancels_nobody_and_says_who_is_there(cast: Cast, doing: Doing) -> None:
    part = units.one(cast.meeting_id, cast.yuquan_id)
    delegates.cancel(cast.meeting_id, cast.wangmin_id, doing)
    there = invitations.decline(part.id, "人手不够", doing)
    assert [person.id for person in there] == [cast.liran_id]
    assert _row(cast).total == 1
    # The same answer again is harmless; a no needs its reason.
    acts = len(activity.page(cast.meeting_id).items)
    invitations.decline(part.id, "人手不够", doing)
    assert len(activity.page(cast.meeting_id).items) == acts
    for reason in ("", "  ", "长" * 501, "\u202e"):
        with pytest.raises(Malformed):
            invitations.decline(part.id, reason, doing)
    with pytest.raises(Missing):
        invitations.accept(999_999, doing)
    assert units.one(cast.meeting_id, cast.yuquan_id).answer is InvitationAnswer.DECLINED


def test_sent_in_bulk_to_those_who_can_be_written_to(cast: Cast, doing: Doing) -> None:
    liaisons.appoint(cast.meeting_id, cast.yuquan_id, LiaisonFacts("李然", "13800000001"), doing)
    liaisons.appoint(cast.meeting_id, cast.kenli_id, LiaisonFacts("陈卓"), doing)
    sent = invitations.send(cast.meeting_id, [cast.yuquan_id, cast.kenli_id, 999_999], doing)
    assert (sent.sent, sent.unreachable) == (1, ["东营市垦利区民政局"])
    message = db.session().scalars(sa.select(OutboxMessage).where(OutboxMessage.liaison_id.is_not(None))).one()
    assert message.kind is MessageKind.INVITATION
    letter = letters.one(cast.meeting_id, message.id, public_url=cast.public_url)
    assert "呼和浩特市玉泉区民政局" in letter.text
    assert "/u/" not in letter.text  # the link is made when it is sent
    assert _state(cast) is InvitationState.NOT_OPENED
    reminded = invitations.send(cast.meeting_id, [cast.yuquan_id], doing, reminder=True)
    assert (reminded.sent, reminded.unreachable) == (1, [])
    invitations.decline(units.one(cast.meeting_id, cast.yuquan_id).id, "不来", doing)
    again = invitations.send(cast.meeting_id, [cast.yuquan_id], doing, reminder=True)
    assert (again.sent, again.unreachable) == (0, [])


def test_links_for_all_lead_each_to_its_own_desk(cast: Cast, doing: Doing) -> None:
    made = invitations.make_links(cast.meeting_id, doing)
    assert made.keys() == {cast.yuquan_id, cast.kenli_id}
    for unit_id, address in made.items():
        link = desks.by_token(address.rpartition("/")[2])
        assert link is not None
        assert link.participation.unit_id == unit_id


def test_lists_are_narrowed_and_counted(cast: Cast, doing: Doing) -> None:
    liaisons.appoint(cast.meeting_id, cast.yuquan_id, LiaisonFacts("李然", "13800000001"), doing)
    units.edit(cast.meeting_id, cast.yuquan_id, {"delegate_limit": 8, "in_person_limit": 3}, doing)
    delegates.cancel(cast.meeting_id, cast.chenzhuo_id, doing)
    places_requests.ask(units.one(cast.meeting_id, cast.kenli_id).id, in_person=2, online=0, reason="", doing=doing)

    def found(**wanted: object) -> list[int]:
        return [row.unit_id for row in invitation_lists.page(cast.meeting_id, **wanted).items]  # type: ignore[arg-type]

    assert found() == [cast.yuquan_id, cast.kenli_id]
    assert found(wish=Wish.SILENT) == [cast.kenli_id]
    assert found(wish=Wish.PLACES_LEFT) == [cast.yuquan_id]
    assert found(wish=Wish.ASKING) == [cast.kenli_id]
    assert found(wish=Wish.NO_LIAISON) == [cast.kenli_id]
    assert found(search="李然") == [cast.yuquan_id]
    assert found(search="%") == []
    assert found(state=InvitationState.OPENED) == []
    row = _row(cast)
    assert (row.active, row.total) == ({Mode.IN_PERSON: 1, Mode.ONLINE: 1}, 2)
    assert (row.in_person_limit, row.online_limit, row.delegate_limit, row.liaison) == (3, None, 8, "李然")
    counts = invitation_lists.page(cast.meeting_id).counts
    assert counts == {state: 2 if state is InvitationState.NOT_INVITED else 0 for state in InvitationState}
    assert invitation_lists.unreachable(cast.meeting_id, [cast.yuquan_id, cast.kenli_id]) == 1


def test_places_asked_for_are_granted_in_another_number(cast: Cast, doing: Doing) -> None:
    units.edit(cast.meeting_id, cast.yuquan_id, {"delegate_limit": 1, "in_person_limit": 1}, doing)
    liaisons.appoint(cast.meeting_id, cast.yuquan_id, LiaisonFacts("李然", "13800000001"), doing)
    part = units.one(cast.meeting_id, cast.yuquan_id)
    assert part.granted == 1
    places_requests.ask(part.id, in_person=5, online=5, reason="两个科室", doing=doing)
    request = places_requests.ask(part.id, in_person=4, online=0, reason="一个科室", doing=doing)
    assert [one.request.in_person for one in places_requests.waiting(cast.meeting_id)] == [4]
    assert overview.counts(cast.meeting_id).places_requests == 1
    places_requests.grant(cast.meeting_id, request.id, doing, in_person=2, online=1, note="先给两位")
    part = units.one(cast.meeting_id, cast.yuquan_id)
    assert (part.in_person_limit, part.online_limit, part.delegate_limit, part.granted) == (3, None, 4, 0)
    decided = places_requests.decided(cast.meeting_id)[0].request
    assert (decided.granted, decided.given_in_person, decided.given_online) == (True, 2, 1)
    message = db.session().scalars(sa.select(OutboxMessage).where(OutboxMessage.liaison_id.is_not(None))).one()
    text = letters.one(cast.meeting_id, message.id, public_url=cast.public_url).text
    assert ("已同意，增加现场 2 人、线上 1 人" in text, "先给两位" in text) == (True, True)
    with pytest.raises(Refused) as said:
        places_requests.decline(cast.meeting_id, request.id, doing)
    assert said.value.refusal is Refusal.DECIDED_ALREADY
    assert_whole(cast.meeting_id)


def test_places_are_declined_with_a_note_and_may_be_asked_for_again(cast: Cast, doing: Doing) -> None:
    part_id = units.one(cast.meeting_id, cast.yuquan_id).id
    first = places_requests.ask(part_id, in_person=1, online=0, reason="", doing=doing)
    places_requests.decline(cast.meeting_id, first.id, doing, note="会场坐不下")
    second = places_requests.ask(part_id, in_person=0, online=3, reason="", doing=doing)
    assert second.id != first.id
    assert [request.granted for request in places_requests.of(part_id)] == [None, False]


@pytest.mark.parametrize(
    ("in_person", "online", "reason", "field", "fault"),
    [
        (0, 0, "", "in_person", Fault.REQUIRED),
        (-1, 2, "", "in_person", Fault.OUT_OF_RANGE),
        (1, 10_001, "", "online", Fault.OUT_OF_RANGE),
        (1, 0, "长" * 501, "reason", Fault.TOO_LONG),
        (1, 0, "\x00", "reason", Fault.FORBIDDEN_CHARACTERS),
    ],
)
def test_what_is_no_request_is_told_so(
    cast: Cast, doing: Doing, in_person: int, online: int, reason: str, field: str, fault: Fault
) -> None:
    part_id = units.one(cast.meeting_id, cast.yuquan_id).id
    with pytest.raises(Malformed) as said:
        places_requests.ask(part_id, in_person=in_person, online=online, reason=reason, doing=doing)
    assert said.value.faults == {field: fault}
    assert db.session().scalar(sa.select(sa.func.count()).select_from(PlacesRequest)) == 0
    with pytest.raises(Missing):
        places_requests.grant(cast.meeting_id, 999_999, doing, in_person=1, online=0)


def test_a_long_list_takes_the_same_statements(cast: Cast, doing: Doing) -> None:
    def statements() -> int:
        found: list[str] = []

        def heard(*said: object) -> None:
            found.append(str(said[2]))

        db.release()
        engine = db.db.engine
        sa.event.listen(engine, "before_cursor_execute", heard)
        try:
            invitation_lists.page(cast.meeting_id)
            unit_lists.everywhere()
            unit_lists.history(cast.yuquan_id)
            [one.part.unit.name for one in places_requests.waiting(cast.meeting_id)]
        finally:
            sa.event.remove(engine, "before_cursor_execute", heard)
        return len(found)

    def more(n: int) -> None:
        for i in range(n):
            part, _ = units.add(cast.meeting_id, UnitFacts(f"示例{n}{i}中心", "110000"), doing)
            liaisons.appoint(cast.meeting_id, part.unit_id, LiaisonFacts("李然", f"1380000{n:02d}{i:02d}"), doing)
            invitations.make_link(cast.meeting_id, part.unit_id, doing)
            places_requests.ask(part.id, in_person=1, online=0, reason="", doing=doing)

    more(1)
    few = statements()
    more(12)
    assert statements() == few


def _row(cast: Cast) -> invitation_lists.Invited:
    return invitation_lists.one(units.one(cast.meeting_id, cast.yuquan_id).id)


def _state(cast: Cast) -> InvitationState:
    return _row(cast).state
