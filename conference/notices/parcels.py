"""What is handed to a carrier, and what became of it: the words that all ways out of the house share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Protocol

from conference.vocabulary import MessageKind, SendingTrouble


@dataclass(frozen=True)
class Parcel:
    """A composed message. `key` stays the same however often it is tried; `values` are what its words were made of."""

    key: str
    kind: MessageKind
    to: str
    language: str
    subject: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)


class Fate(Enum):
    """What became of a parcel."""

    TAKEN = "taken"
    LATER = "later"  # not taken; worth trying again
    NEVER = "never"  # not taken, and will not be
    UNKNOWN = "unknown"  # the last step was begun, and no answer came: it may have been taken
    LEFT = "left"  # not taken: somebody else has it in hand by now


@dataclass(frozen=True)
class Outcome:
    """`detail` is what the other side said, for organisers. `stops` means that the way itself is in trouble, not this
    parcel; `pause` says how long to wait where the trouble tells.
    """

    fate: Fate
    trouble: SendingTrouble | None = None
    detail: str = ""
    pause: timedelta | None = None
    stops: bool = False


LastStep = Callable[[], bool]


class Carrier(Protocol):
    """A way out of the house. A carrier is used for one round, by one thread, then closed."""

    def carry(self, parcel: Parcel, *, last_step: LastStep) -> Outcome:
        """Hand `parcel` over. Just before the step after which the other side may have taken it, `last_step` is
        called once: it writes down that the parcel is in doubt, and says whether to go on.
        """

    def was_taken(self, key: str, to: str, *, day: str) -> bool | None:
        """Whether the other side took a parcel on `day` (YYYYMMDD, in China); None where it cannot be asked."""

    def close(self) -> None: ...
