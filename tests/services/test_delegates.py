"""What happens to a place after it was made: the rows, the trail, the messages; and erasure, which reaches them all."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import AccessLink, Activity, ApiToken, CheckIn, Code, Delegate, IdempotencyKey, OutboxMessage
from conference.sealing import seal, unseal
from conference.services import activity, checkin, delegates, figures, letters, links, meetings, registration
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.vocabulary import (
    ActorKind,
    Approval,
    Category,
    DelegateStatus,
    Fault,
    Malformed,
    MessageKind,
    Missing,
    Mode,
    Origin,
    Refusal,
    Refused,
)
from tests.cast import Cast
from tests.recount import assert_whole


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁"), now, cast.public_url)


def _trail(cast: Cast, delegate_id: int) -> Activity:
    db.release()
    return activity.page(cast.meeting_id, subject="delegate", subject_id=delegate_id).items[0]


def test_an_edit_keeps_what_was_there_before(cast: Cast, doing: Doing) -> None:
    changes = {
        "name": "李燃",
        "position": "科员",
        "category": Category.LEADER,
        "seat": "1排2座",
        "email": "ran@example.org",
    }
    person = delegates.edit(cast.meeting_id, cast.liran_id, changes, doing)
    assert (person.name, person.pinyin, person.seat) == ("李燃", "li ran", "1排2座")
    trace = _trail(cast, cast.liran_id)
    assert (trace.verb, trace.actor_name) == ("delegate.edited", "周宁")
    assert trace.before == {"name": "李然", "category": "delegate", "seat": "", "email": None}
    assert trace.after == {"name": "李燃", "category": "leader", "seat": "1排2座", "email": "ran@example.org"}
    assert_whole(cast.meeting_id)


def test_an_edit_that_changes_nothing_leaves_no_trace(cast: Cast, doing: Doing) -> None:
    before = _trail(cast, cast.liran_id).id
    delegates.edit(cast.meeting_id, cast.liran_id, {"name": "李然", "mode": Mode.IN_PERSON}, doing)
    assert _trail(cast, cast.liran_id).id == before


def test_contacts_are_changed_but_never_taken_away_or_shared(cast: Cast, doing: Doing) -> None:
    with pytest.raises(Malformed) as malformed:
        delegates.edit(cast.meeting_id, cast.liran_id, {"phone": None}, doing)
    assert malformed.value.faults == {"phone": Fault.CONTACT_NEEDED}
    with pytest.raises(Refused) as refused:
        delegates.edit(cast.meeting_id, cast.liran_id, {"phone": "138 0000 0003"}, doing)
    assert refused.value.refusal is Refusal.ALREADY_REGISTERED
    delegates.edit(cast.meeting_id, cast.liran_id, {"phone": None, "email": "Ran@example.org"}, doing)
    with pytest.raises(Refused):
        delegates.edit(cast.meeting_id, cast.chenzhuo_id, {"email": "ran@EXAMPLE.org"}, doing)
    db.release()
    person = db.session().get_one(Delegate, cast.liran_id)
    assert (delegates.phone_of(person), delegates.email_of(person)) == (None, "Ran@example.org")


def test_moving_to_another_unit_moves_every_count(cast: Cast, doing: Doing, now: datetime) -> None:
    checkin.check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "n"), Gate("东门"), now=now)
    delegates.edit(cast.meeting_id, cast.liran_id, {"unit_id": cast.kenli_id}, doing)
    assert_whole(cast.meeting_id)
    counted = {unit.unit_id: unit for unit in figures.of(cast.meeting_id, now=now).units}
    assert counted[cast.kenli_id].present == 1
    with pytest.raises(Malformed) as said:
        delegates.edit(cast.meeting_id, cast.liran_id, {"unit_id": 999_999}, doing)
    assert said.value.faults == {"unit_id": Fault.UNKNOWN_ID}
    # Somebody who moves before they come is counted for the new unit when they do.
    delegates.edit(cast.meeting_id, cast.chenzhuo_id, {"unit_id": cast.yuquan_id}, doing)
    checkin.check_in(cast.meeting_id, Scan(cast.chenzhuo_code, cast.venue_id, "m"), Gate("东门"), now=now)
    assert_whole(cast.meeting_id)


Verb = Callable[[int, int, Doing], Delegate]


@pytest.mark.parametrize(
    ("verb", "status", "kind"),
    [
        (delegates.cancel, DelegateStatus.CANCELLED, MessageKind.CANCELLED),
        (delegates.decline, DelegateStatus.DECLINED, MessageKind.DECLINED),
    ],
)
def test_an_end_is_told_and_recorded_with_its_reason(
    cast: Cast, doing: Doing, verb: Callable[..., Delegate], status: DelegateStatus, kind: MessageKind
) -> None:
    person = verb(cast.meeting_id, cast.liran_id, doing, reason="时间冲突")
    assert person.status is status
    trace = _trail(cast, cast.liran_id)
    assert trace.verb == f"delegate.{status}"
    assert (trace.before, trace.after) == ({"status": "confirmed"}, {"status": status, "reason": "时间冲突"})
    assert letters.page(cast.meeting_id, public_url=cast.public_url).items[0].kind is kind
    assert_whole(cast.meeting_id)


@pytest.mark.parametrize("verb", [delegates.cancel, delegates.decline])
@pytest.mark.parametrize(("language", "line"), [("zh", "说明：名额已分完"), ("en", "Reason: 名额已分完")])
def test_a_reason_that_is_told_goes_sealed_with_the_message_and_with_the_person(
    cast: Cast, doing: Doing, verb: Callable[..., Delegate], language: str, line: str
) -> None:
    with db.transaction() as session:
        for id_ in (cast.liran_id, cast.wangmin_id, cast.chenzhuo_id):
            session.get_one(Delegate, id_).language = language
    verb(cast.meeting_id, cast.liran_id, doing, reason="名额已分完", told=True)
    verb(cast.meeting_id, cast.wangmin_id, doing, reason="只给会务组看")
    verb(cast.meeting_id, cast.chenzhuo_id, doing, told=True)
    chen, wang, li = letters.page(cast.meeting_id, public_url=cast.public_url).items[:3]
    assert [letter.delegate_id for letter in (li, wang, chen)] == [cast.liran_id, cast.wangmin_id, cast.chenzhuo_id]
    assert line in li.text.splitlines()
    for silent in (wang, chen):
        assert not any(word in silent.text for word in ("说明", "Reason", "只给会务组看", "{reason}"))
    kept = db.session().get_one(OutboxMessage, li.id)
    assert "reason" not in kept.facts
    assert kept.private_sealed is not None
    assert "名额已分完".encode() not in kept.private_sealed
    assert json.loads(unseal(kept.private_sealed)) == {"facts": {"reason": "名额已分完"}}
    delegates.erase(cast.meeting_id, cast.liran_id, doing)
    assert db.session().get(OutboxMessage, li.id, populate_existing=True) is None


def test_a_reissued_code_replaces_the_old_one(cast: Cast, doing: Doing) -> None:
    person = delegates.reissue(cast.meeting_id, cast.liran_id, doing)
    live = [code.code for code in person.codes if code.revoked_at is None]
    assert len(live) == 1
    assert live != [cast.liran_code]
    assert db.session().get_one(Code, cast.liran_code).revoked_at == doing.now


def test_a_further_link_leaves_the_first_alive(cast: Cast, doing: Doing) -> None:
    address = delegates.new_link(cast.meeting_id, cast.liran_id, doing)
    token = address.removeprefix(f"{cast.public_url}/p/")
    assert links.by_token(token) is not None
    assert links.by_token(cast.liran_token) is not None


def test_another_meetings_delegate_is_missing(cast: Cast, doing: Doing) -> None:
    for verb in (delegates.cancel, delegates.reissue, delegates.erase, delegates.confirm):
        with pytest.raises(Missing):
            verb(cast.meeting_id + 1, cast.liran_id, doing)  # type: ignore[operator]
        with pytest.raises(Missing):
            verb(cast.meeting_id, 999_999, doing)  # type: ignore[operator]


NAME, PHONE, EMAIL = "欧阳示例", "13911112222", "ouyang@example.org"


def test_erasure_reaches_everything_and_the_figures_stay(cast: Cast, doing: Doing, now: datetime) -> None:
    entry = registration.Entry(
        name=NAME, unit_id=cast.kenli_id, mode=Mode.IN_PERSON, phone=PHONE, email=EMAIL, position="示例职务"
    )
    made = registration.register(
        cast.meeting_id, entry, actor=doing.actor, origin=Origin.PROGRAM, public_url=cast.public_url, now=now
    )
    person, code = made.delegate.id, made.delegate.codes[0].code
    own = Doing(Actor(ActorKind.DELEGATE, person, NAME), now, cast.public_url)
    delegates.edit(cast.meeting_id, person, {"position": "示例新职务", "seat": "示例座位"}, own)
    checkin.check_in(cast.meeting_id, Scan(code, cast.venue_id, "n"), Gate("东门"), now=now)
    with db.transaction() as session:
        token_id = session.scalars(sa.select(ApiToken.id)).first()
        body = seal(json.dumps({"name": NAME}))
        session.add(
            IdempotencyKey(
                token_id=token_id,
                key="k",
                fingerprint="f",
                status=201,
                body_sealed=body,
                delegate_id=person,
                created_at=now,
            )
        )
    present = figures.of(cast.meeting_id, now=now).present

    for _ in range(2):  # a second time does no harm
        delegates.erase(cast.meeting_id, person, doing)

    db.release()
    session = db.session()
    gone = session.get_one(Delegate, person)
    assert gone.status is DelegateStatus.CANCELLED
    assert gone.erased_at == now
    assert {gone.phone_sealed, gone.phone_index, gone.email_sealed, gone.email_index} == {None}
    assert links.by_token(made.token) is None
    assert session.get_one(Code, code).revoked_at == now
    for table in (OutboxMessage, IdempotencyKey):
        assert session.scalar(sa.select(sa.func.count()).where(table.delegate_id == person)) == 0
    assert session.scalars(sa.select(AccessLink).where(AccessLink.delegate_id == person)).one().revoked_at == now
    assert figures.of(cast.meeting_id, now=now).present == present
    assert session.scalars(sa.select(CheckIn).where(CheckIn.delegate_id == person)).one().outcome == "admitted"
    assert _words_left() == set()
    assert_whole(cast.meeting_id)


def _words_left() -> set[str]:
    """In which tables anything of the person can still be read, sealed values opened."""
    db.release()
    found = set()
    for table in Delegate.metadata.sorted_tables:
        for row in db.session().execute(sa.select(table)):
            text = " ".join(_readable(value) for value in row)
            if any(word in text for word in (NAME, PHONE, EMAIL, "ouyang", "示例")):
                found.add(table.name)
    return found


def _readable(value: object) -> str:
    if isinstance(value, bytes):
        return unseal(value) if value else ""
    return json.dumps(value, ensure_ascii=False, default=str)


def test_an_erased_place_frees_the_next_in_line(cast: Cast, doing: Doing, now: datetime) -> None:
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)
    entry = registration.Entry(name="赵一", unit_id=cast.kenli_id, mode=Mode.IN_PERSON, phone="13900000001")
    waits = registration.register(
        cast.meeting_id, entry, actor=doing.actor, origin=Origin.PROGRAM, public_url=cast.public_url, now=now
    ).delegate.id
    delegates.erase(cast.meeting_id, cast.liran_id, Doing(doing.actor, now + timedelta(minutes=1), cast.public_url))
    db.release()
    assert db.session().get_one(Delegate, waits).status is DelegateStatus.CONFIRMED
    trace = _trail(cast, waits)
    assert (trace.verb, trace.before, trace.after) == (
        "delegate.moved_up",
        {"status": "waitlisted"},
        {"status": "confirmed"},
    )
    assert_whole(cast.meeting_id)


def test_a_yes_that_comes_later_brings_a_private_link(cast: Cast, doing: Doing, now: datetime) -> None:
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)
    made = []
    for name, phone in (("赵一", "13900000001"), ("赵二", "13900000002")):
        entry = registration.Entry(name=name, unit_id=cast.kenli_id, mode=Mode.IN_PERSON, phone=phone)
        if name == "赵二":
            meetings.edit(cast.meeting_id, {"approval": Approval.REVIEW}, doing)
        made.append(
            registration.register(
                cast.meeting_id, entry, actor=doing.actor, origin=Origin.PROGRAM, public_url=cast.public_url, now=now
            ).delegate.id
        )
    delegates.cancel(cast.meeting_id, cast.liran_id, doing)  # 赵一 moves up
    delegates.confirm(cast.meeting_id, made[1], doing)
    told = letters.page(cast.meeting_id, public_url=cast.public_url).items
    confirmed = [letter for letter in told if letter.kind is MessageKind.CONFIRMED]
    assert {letter.delegate_id for letter in confirmed} == set(made)
    assert all(letter.carries_link for letter in confirmed)
