"""The last four digits, where no code can be sent: weak, and limited."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask

from conference.services import activity, proof, registration
from conference.vocabulary import Mode, Origin, Refusal, Refused
from tests.cast import Cast


def refusal_of(delegate_id: int, typed: str, now: datetime, repeat_id: int | None = None) -> Refusal | None:
    try:
        proof.last_four(delegate_id, typed, repeat_id=repeat_id, now=now)
    except Refused as refused:
        return refused.refusal
    return None


@pytest.mark.parametrize("typed", ["0001", " ０００１ ", "13800000001", "+86 138 0000 0001"])
def test_the_last_digits_prove(context: APIFlask, cast: Cast, now: datetime, typed: str) -> None:
    assert proof.asked(cast.liran_id).phone
    assert refusal_of(cast.liran_id, typed, now) is None


@pytest.mark.parametrize("typed", ["", "0002", "001", "abcd", "\ud800", "1", "00010001"])
def test_others_do_not(context: APIFlask, cast: Cast, now: datetime, typed: str) -> None:
    assert refusal_of(cast.liran_id, typed, now) is Refusal.CODE_WRONG


def test_five_wrong_tries_in_an_hour(context: APIFlask, cast: Cast, now: datetime) -> None:
    for _ in range(proof.TRIES):
        assert refusal_of(cast.liran_id, "9999", now) is Refusal.CODE_WRONG
    assert refusal_of(cast.liran_id, "0001", now) is Refusal.GUESSED_TOO_OFTEN
    assert refusal_of(cast.wangmin_id, "0002", now) is None  # another place
    assert refusal_of(cast.liran_id, "0001", now + proof.WITHIN) is None


def test_right_ones_are_not_counted(context: APIFlask, cast: Cast, now: datetime) -> None:
    for _ in range(proof.TRIES + 2):
        assert refusal_of(cast.liran_id, "0001", now) is None


def test_without_a_phone_the_address_is_asked_for(context: APIFlask, cast: Cast, now: datetime) -> None:
    made = registration.register(
        cast.meeting_id,
        registration.Entry("马骉", cast.kenli_id, Mode.ONLINE, email="Mabiao@Example.org"),
        actor=activity.STRANGER,
        origin=Origin.PUBLIC,
        public_url=cast.public_url,
        now=now,
    )
    assert not proof.asked(made.delegate.id).phone
    assert refusal_of(made.delegate.id, "mabiao@example.org ", now) is None
    assert refusal_of(made.delegate.id, "0001", now) is Refusal.CODE_WRONG


def test_a_repeat_entry_is_proved_by_what_its_enterer_typed(context: APIFlask, cast: Cast, now: datetime) -> None:
    made = registration.register(
        cast.meeting_id,
        registration.Entry("某人", cast.kenli_id, Mode.ONLINE, phone="13800000001", email="other@example.org"),
        actor=activity.STRANGER,
        origin=Origin.PUBLIC,
        public_url=cast.public_url,
        now=now,
    )
    assert made.repeat is not None
    for _ in range(proof.TRIES):
        assert refusal_of(cast.liran_id, "9999", now, made.repeat.id) is Refusal.CODE_WRONG
    assert refusal_of(cast.liran_id, "0001", now, made.repeat.id) is Refusal.GUESSED_TOO_OFTEN
    assert refusal_of(cast.liran_id, "0001", now) is None  # the holder is not kept out by it
    assert refusal_of(cast.liran_id, "0001", now + timedelta(hours=1), made.repeat.id) is None


def test_no_proof_inside_the_transaction_of_the_deed(context: APIFlask, cast: Cast, now: datetime) -> None:
    from conference import db

    with db.transaction(), pytest.raises(RuntimeError):
        proof.last_four(cast.liran_id, "0001", now=now)
