"""What the holder of a private link tells beyond the entry, and agrees to: each purpose by itself.

For a repeat entry (docs/decisions/0004) the same is kept beside the entry, for its page alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from conference import db
from conference.models import AccessLink, Delegate, Meeting, RepeatEntry
from conference.rules import details as rules
from conference.rules.details import Needs, Stay
from conference.services import activity, consents, details, own_repeats, told
from conference.services.activity import Actor
from conference.services.places import refuse
from conference.services.registration import ConsentGiven
from conference.vocabulary import (
    ActorKind,
    ConsentPurpose,
    DelegateStatus,
    Fault,
    Malformed,
    Mode,
    Refusal,
    Refused,
)


@dataclass(frozen=True)
class Told:
    """What was told and agreed to so far. `agreed` says since when; `refusals` why a purpose is not open now."""

    stay: Stay | None
    needs: Needs | None
    agreed: Mapping[ConsentPurpose, datetime]
    refusals: Mapping[ConsentPurpose, Refusal | None]

    def open(self, purpose: ConsentPurpose) -> bool:
        return self.refusals[purpose] is None

    @property
    def any_open(self) -> bool:
        return any(refusal is None for refusal in self.refusals.values())


@dataclass(frozen=True)
class _Facts:
    """A place as the rule asks for it: a delegate's, or a repeat entry's."""

    meeting: Meeting
    status: DelegateStatus
    mode: Mode
    waiting_for: Mode | None
    to_acknowledge: bool

    def refusal(self, purpose: ConsentPurpose, now: datetime) -> Refusal | None:
        return rules.refusal_to_tell(
            self.status,
            self.meeting.status,
            self.meeting.ends_at,
            to_acknowledge=self.to_acknowledge,
            purpose=purpose,
            mode=self.mode,
            waiting_for=self.waiting_for,
            now=now,
        )


def of_link(link: AccessLink, *, now: datetime) -> Told:
    """What the holder told and agreed to."""
    session = db.session()
    place = _facts(session, link)
    if link.repeat_id is None:
        kept = details.of_delegate(link.delegate_id)
        agreed = {purpose: found.given_at for purpose, found in consents.of_delegate(link.delegate_id).items()}
    else:
        held = told.Told(session.get_one(RepeatEntry, link.repeat_id))
        kept = {ConsentPurpose(purpose): content for purpose, content in held.details.items()}
        agreed = {purpose: datetime.fromisoformat(one["given_at"]) for purpose, one in held.agreed.items()}
    stay, needs = kept.get(ConsentPurpose.HOTEL), kept.get(ConsentPurpose.CATERING)
    return Told(
        stay=None if stay is None else details.stay(stay),
        needs=None if needs is None else details.needs(needs),
        agreed=agreed,
        refusals={purpose: place.refusal(purpose, now) for purpose in rules.PURPOSES},
    )


def keep_stay(link: AccessLink, stay: Stay, *, consent: ConsentGiven | None, now: datetime) -> None:
    """Keep travel and stay. `consent` is what was agreed to just now; None where it was before.

    Raises Malformed and Refused (consent_needed, answer_first, needed_in_person_only, not_active, meeting_over).
    """
    meeting = _facts(db.session(), link).meeting
    if faults := rules.faults_in_stay(stay, starts_at=meeting.starts_at, ends_at=meeting.ends_at):
        raise Malformed(faults | _unagreed(link, ConsentPurpose.HOTEL, consent, now))
    _keep(link, ConsentPurpose.HOTEL, details.plain(rules.kept(stay)), consent, now)


def keep_needs(link: AccessLink, needs: Needs, *, consent: ConsentGiven | None, now: datetime) -> None:
    """Keep food and access needs; raises as `keep_stay`."""
    if faults := rules.faults_in_needs(needs):
        raise Malformed(faults | _unagreed(link, ConsentPurpose.CATERING, consent, now))
    _keep(link, ConsentPurpose.CATERING, details.plain(needs), consent, now)


def give(link: AccessLink, purpose: ConsentPurpose, consent: ConsentGiven, *, now: datetime) -> None:
    """Agree to `purpose`; a second time nothing changes. Raises Refused."""
    with db.transaction() as session:
        refuse(_facts(session, link).refusal(purpose, now))
        _give(session, link, purpose, consent, now)


def withdraw(link: AccessLink, purpose: ConsentPurpose, *, now: datetime) -> None:
    """Agree no longer; what was told for `purpose` is deleted. Nobody is too late for it, and twice is harmless."""
    with db.transaction() as session:
        if link.repeat_id is None:
            consents.withdraw(link.delegate_id, purpose, actor=_actor(session, link), now=now)
            return
        kept = told.Told(told.locked(session, link.repeat_id))
        kept.disagree([purpose], now=now)
        kept.keep()


def _unagreed(
    link: AccessLink, purpose: ConsentPurpose, consent: ConsentGiven | None, now: datetime
) -> dict[str, Fault]:
    """The consent that is missing, beside the other faults: all that is wrong is said at once."""
    missing = consent is None and purpose not in of_link(link, now=now).agreed
    return {"agreed": Fault.PURPOSE_NOT_AGREED} if missing else {}


def _keep(
    link: AccessLink, purpose: ConsentPurpose, content: dict[str, Any], consent: ConsentGiven | None, now: datetime
) -> None:
    with db.transaction() as session:
        refuse(_facts(session, link).refusal(purpose, now))
        if consent is not None:
            _give(session, link, purpose, consent, now)
        if link.repeat_id is not None:
            kept = told.Told(told.locked(session, link.repeat_id))
            if purpose not in kept.agreed:
                raise Refused(Refusal.CONSENT_NEEDED)
            kept.details[purpose.value] = content
            kept.keep()
            return
        if purpose not in consents.of_delegate(link.delegate_id):
            raise Refused(Refusal.CONSENT_NEEDED)
        if details.put(session, link.delegate_id, purpose, content, now=now):
            actor = _actor(session, link)
            activity.record(
                session,
                actor,
                "delegate.details_told",
                "delegate",
                link.delegate_id,
                meeting_id=session.get_one(Delegate, link.delegate_id).meeting_id,
                now=now,
                after={"purpose": purpose},
            )


def _give(session: Session, link: AccessLink, purpose: ConsentPurpose, consent: ConsentGiven, now: datetime) -> None:
    if link.repeat_id is None:
        consents.give(link.delegate_id, purpose, consent, actor=_actor(session, link), now=now)
        return
    kept = told.Told(told.locked(session, link.repeat_id))
    kept.agree(purpose, version=consent.version, text_sha256=consent.text_sha256, now=now)
    kept.keep()


def _actor(session: Session, link: AccessLink) -> Actor:
    return Actor(ActorKind.DELEGATE, link.delegate_id, session.get_one(Delegate, link.delegate_id).name)


def _facts(session: Session, link: AccessLink) -> _Facts:
    if link.repeat_id is not None:
        repeat = session.get_one(RepeatEntry, link.repeat_id)
        status = own_repeats.status_of(repeat)
        confirmed = status is DelegateStatus.CONFIRMED
        return _Facts(
            repeat.meeting,
            status,
            repeat.mode,
            own_repeats.waits_for(repeat) if confirmed else None,
            to_acknowledge=own_repeats.to_acknowledge(repeat),
        )
    delegate = session.get_one(Delegate, link.delegate_id)
    return _Facts(
        delegate.meeting,
        delegate.status,
        delegate.mode,
        delegate.waiting_for,
        to_acknowledge=delegate.acknowledged_at is None,
    )
