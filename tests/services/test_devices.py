"""Phones at the gates: prepared, paired, limited, renamed, turned out, over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import ApiToken, Device
from conference.services import checkpoints, devices, meetings, paired_phones, tokens
from conference.services.activity import Actor
from conference.services.checkpoints import CheckpointFacts
from conference.services.delegates import Doing
from conference.services.devices import GateFacts
from conference.services.paired_phones import Phone
from conference.vocabulary import ActorKind, CheckpointKind, Malformed, Missing, Refusal, Refused
from tests.cast import Cast


@pytest.fixture
def doing(cast: Cast, now: datetime) -> Doing:
    return Doing(Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁"), now, cast.public_url)


def secret_of(device: Device, now: datetime) -> str:
    secret = devices.code_of(device, now=now)
    assert secret is not None
    return secret


def paired(cast: Cast, doing: Doing, name: str = "东门", *places: int) -> Phone:
    device = devices.prepare(cast.meeting_id, GateFacts(name, places), doing)
    return paired_phones.pair(secret_of(device, doing.now), browser="iPhone · Safari", now=doing.now)


def test_a_phone_takes_the_code_once(context: APIFlask, cast: Cast, doing: Doing, now: datetime) -> None:
    device = devices.prepare(cast.meeting_id, GateFacts(" 东门 ", [cast.venue_id]), doing)
    secret = secret_of(device, now)
    assert paired_phones.offer(secret, now=now) == paired_phones.Offer(
        device.id, "东门", "城乡社区治理推进会", ["会场"], None
    )
    phone = paired_phones.pair(secret, browser="iPhone · Safari", now=now)
    assert phone == Phone(device.id, 1, cast.meeting_id, cast.slug, "东门", (cast.venue_id,), 0, now)
    assert paired_phones.by_pairing(phone.id, 1, now=now) == phone
    with pytest.raises(Refused) as said:
        paired_phones.pair(secret, browser="", now=now)
    assert said.value.refusal is Refusal.PAIRING_SPENT
    assert devices.code_of(devices.one(cast.meeting_id, device.id), now=now) is None


def test_a_code_is_over_after_ten_minutes_and_its_name_free_again(
    context: APIFlask, cast: Cast, doing: Doing, now: datetime
) -> None:
    device = devices.prepare(cast.meeting_id, GateFacts("东门"), doing)
    secret, later = secret_of(device, now), now + devices.CODE_LIVES
    with pytest.raises(Refused) as said:
        paired_phones.pair(secret, browser="", now=later)
    assert said.value.refusal is Refusal.PAIRING_EXPIRED
    with pytest.raises(Refused) as taken:
        devices.prepare(cast.meeting_id, GateFacts("东门"), doing)
    assert taken.value.refusal is Refusal.GATE_TAKEN
    again = devices.prepare(cast.meeting_id, GateFacts("东门"), Doing(doing.actor, later, doing.public_url))
    assert [row.id for row in db.session().scalars(sa.select(Device))] == [again.id]
    with pytest.raises(Missing):
        paired_phones.pair(secret, browser="", now=later)


def test_another_phone_at_the_gate_turns_the_first_out(
    context: APIFlask, cast: Cast, doing: Doing, now: datetime
) -> None:
    first = paired(cast, doing)
    token = paired_phones.token(first, now=now)
    renewed = devices.renew(cast.meeting_id, first.id, doing)
    assert paired_phones.by_pairing(first.id, first.pairing, now=now) == first, "works on until another comes"
    second = paired_phones.pair(secret_of(renewed, now), browser="Android · Chrome", now=now)
    assert (second.id, second.pairing) == (first.id, 2)
    assert paired_phones.by_pairing(first.id, first.pairing, now=now) is None
    assert tokens.bearer(token, now=now) is None
    with pytest.raises(Refused):
        paired_phones.token(first, now=now)


def test_its_tokens_follow_the_device(context: APIFlask, cast: Cast, doing: Doing, now: datetime) -> None:
    meal = checkpoints.add(cast.meeting_id, CheckpointFacts("午餐", CheckpointKind.MEAL), doing)
    phone = paired(cast, doing, "东门", cast.venue_id)
    token = paired_phones.token(phone, now=now)
    held = tokens.bearer(token, now=now)
    assert held is not None
    assert (held.name, held.device_id, held.checkpoint_ids) == ("东门", phone.id, frozenset({cast.venue_id}))
    assert held.refusal_at(meal.id) is Refusal.NOT_THIS_CHECKPOINT
    devices.edit(cast.meeting_id, phone.id, GateFacts("餐厅", [meal.id]), doing)
    held = tokens.bearer(token, now=now)
    assert held is not None
    assert (held.name, held.checkpoint_ids) == ("餐厅", frozenset({meal.id}))
    devices.edit(cast.meeting_id, phone.id, GateFacts("餐厅"), doing)
    held = tokens.bearer(token, now=now)
    assert held is not None
    assert held.checkpoint_ids is None
    for _ in range(2):
        devices.revoke(cast.meeting_id, phone.id, actor=doing.actor, now=now)
    assert tokens.bearer(token, now=now) is None
    assert paired_phones.by_pairing(phone.id, phone.pairing, now=now) is None
    with pytest.raises(Refused) as said:
        devices.renew(cast.meeting_id, phone.id, doing)
    assert said.value.refusal is Refusal.DEVICE_REVOKED
    assert paired(cast, doing, "餐厅").id != phone.id, "a revoked one does not hold its name"


def test_what_is_wrong_with_a_gate_is_said(context: APIFlask, cast: Cast, doing: Doing) -> None:
    for facts in (GateFacts(""), GateFacts("门" * 41), GateFacts("东\x00门"), GateFacts("东门", [2**62])):
        with pytest.raises(Malformed):
            devices.prepare(cast.meeting_id, facts, doing)
    phone = paired(cast, doing, "东门")
    paired(cast, doing, "西门")
    with pytest.raises(Refused) as said:
        devices.edit(cast.meeting_id, phone.id, GateFacts("西门"), doing)
    assert said.value.refusal is Refusal.GATE_TAKEN
    with pytest.raises(Missing):
        devices.renew(cast.meeting_id + 1, phone.id, doing)


def test_contact_is_noted_now_and_then_and_the_queue_at_once(
    context: APIFlask, cast: Cast, doing: Doing, now: datetime
) -> None:
    phone = paired(cast, doing)
    soon, later = now + timedelta(seconds=4), now + timedelta(seconds=11)
    paired_phones.seen(phone, now=soon, waiting=0)
    assert devices.one(cast.meeting_id, phone.id).seen_at == now
    paired_phones.seen(phone, now=soon, waiting=7)
    db.release()
    held = devices.one(cast.meeting_id, phone.id)
    assert (held.seen_at, held.waiting) == (soon, 7)
    paired_phones.seen(phone, now=later)
    db.release()
    held = devices.one(cast.meeting_id, phone.id)
    assert (held.seen_at, held.waiting) == (later, 7)


def test_devices_are_over_two_days_after_the_meeting(
    context: APIFlask, cast: Cast, doing: Doing, now: datetime
) -> None:
    phone = paired(cast, doing)
    token = paired_phones.token(phone, now=now)
    over = meetings.by_id(cast.meeting_id).ends_at + devices.KEPT_AFTER
    before = over - timedelta(seconds=1)
    assert devices.end_over(before) == 0
    assert tokens.bearer(token, now=before) is not None
    assert paired_phones.by_pairing(phone.id, phone.pairing, now=over) is None
    assert tokens.bearer(token, now=over) is None
    assert [devices.end_over(over) for _ in range(2)] == [1, 0]
    db.release()
    assert [
        row.revoked_at for row in db.session().scalars(sa.select(ApiToken).where(ApiToken.device_id.is_not(None)))
    ] == [over]
