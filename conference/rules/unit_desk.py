"""What a unit's liaison may do at the desk, and what they do next."""

from __future__ import annotations

from dataclasses import dataclass

from conference.rules.registration import BY_OTHERS
from conference.vocabulary import Approval, Category, DeskStep, InvitationAnswer, Origin, Refusal

# Guests, leaders, experts, press and staff are the organisers' to enter.
OWN_CATEGORIES = (Category.DELEGATE, Category.OBSERVER)


@dataclass(frozen=True)
class Standing:
    """How a unit stands: its answer, how many it has, and how many of them wait for what."""

    answer: InvitationAnswer | None
    open: bool
    opens_later: bool
    over: bool
    people: int
    to_look_at: int
    unanswered: int


def next_step(unit: Standing) -> DeskStep:
    """The one thing that the desk asks for."""
    if unit.over:
        return DeskStep.OVER
    if unit.to_look_at:
        return DeskStep.LOOK_AT_ENTRIES
    if not unit.people:
        if unit.answer is InvitationAnswer.DECLINED:
            return DeskStep.DECLINED
        if unit.answer is None:
            return DeskStep.ANSWER
        if unit.opens_later:
            return DeskStep.NOT_YET
        return DeskStep.ADD_PEOPLE if unit.open else DeskStep.CLOSED
    return DeskStep.REMIND if unit.unanswered else DeskStep.DONE


def to_liaison(refusal: Refusal) -> Refusal:
    """The same refusal as it is said to the unit's liaison, who can ask for more places."""
    own = {Refusal.UNIT_FULL: Refusal.OWN_UNIT_FULL, Refusal.UNIT_MODE_FULL: Refusal.OWN_MODE_FULL}
    return own.get(refusal, refusal)


def may_confirm(approval: Approval, origin: Origin) -> bool:
    """Whether the liaison's word is what a pending entry waits for: a stranger's, where no organiser reviews."""
    return origin is Origin.PUBLIC and approval is Approval.AUTOMATIC


def may_disown(origin: Origin) -> bool:
    """Whether the liaison may say of a pending entry that it is not one of theirs."""
    return origin is Origin.PUBLIC


def refusal_to_hand_link(origin: Origin, *, agreed: bool) -> Refusal | None:
    """Whether the liaison may not be given a link to pass on: behind it stands what somebody told for themselves."""
    return Refusal.ANSWERED_ALREADY if agreed or origin not in BY_OTHERS else None


def may_reach(origin: Origin) -> bool:
    """Whether the liaison sees and mends how somebody is reached: not where the person typed it themselves."""
    return origin not in {Origin.PUBLIC, Origin.UNIT_LINK}
