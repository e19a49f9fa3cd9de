"""Registering at the door (现场登记): who may be let in past the capacity, and how somebody known is named."""

from __future__ import annotations

from enum import Enum

from conference.rules.names import surname
from conference.vocabulary import MeetingStatus, Refusal


class AtFullHall(Enum):
    """What becomes of somebody for whom no place is free."""

    GIVE = "give"
    WAIT = "wait"
    ASK = "ask"


def refusal_to_walk_in(status: MeetingStatus) -> Refusal | None:
    """Whether nobody comes to this meeting any more."""
    return Refusal.MEETING_OVER if status is MeetingStatus.ARCHIVED else None


def at_full_hall(*, may_exceed: bool, insists: bool, waits: bool, inside: bool) -> AtFullHall:
    """A place beyond the capacity is given by an organiser's right alone, and only where they say so.

    Who was let in while there was no network (`inside`) stands in the hall already: with the right that is the word
    for it; without, they are kept in the line for an organiser to decide. Else the door asks, or lets them wait.
    """
    if may_exceed and (insists or inside):
        return AtFullHall.GIVE
    return AtFullHall.WAIT if waits or inside else AtFullHall.ASK


def masked(name: str) -> str:
    """The surname alone: enough to ask "are you…", too little to learn whose number was typed."""
    return f"{surname(name) or name[:1]}＊"
