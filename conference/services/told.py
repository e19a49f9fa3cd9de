"""What the enterer of a repeat entry told on their page (docs/decisions/0004): kept for them alone.

It stands in one sealed text beside the entry, so that their page shows it again as any other page would, and no list
of the organisers does. What ends with a place ends here too (as `closing` does it for a delegate).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import RepeatEntry
from conference.rules.details import OF_THE_HALL
from conference.sealing import seal, unseal
from conference.vocabulary import ChangeWish, ConsentPurpose, MessageKind

Record = dict[str, Any]  # plain JSON
_LISTS = ("consents", "wishes", "messages", "stars")


class Told:
    """All of it. `consents`, `wishes`, `messages`, `stars` are lists of records in their order, `details` goes by
    purpose.
    """

    def __init__(self, repeat: RepeatEntry) -> None:
        self.repeat = repeat
        kept = json.loads(unseal(repeat.told_sealed)) if repeat.told_sealed else {}
        self.consents: list[Record] = kept.get("consents", [])
        self.wishes: list[Record] = kept.get("wishes", [])
        self.messages: list[Record] = kept.get("messages", [])
        self.stars: list[Record] = kept.get("stars", [])
        self.details: dict[str, Record] = kept.get("details", {})

    @property
    def agreed(self) -> dict[ConsentPurpose, Record]:
        """The consents that hold."""
        return {ConsentPurpose(one["purpose"]): one for one in self.consents if one["withdrawn_at"] is None}

    @property
    def open_wishes(self) -> dict[ChangeWish, Record]:
        """The wishes that wait for an answer."""
        return {ChangeWish(one["wish"]): one for one in self.wishes if one["accepted"] is None}

    def agree(self, purpose: ConsentPurpose, *, version: str, text_sha256: str, now: datetime) -> None:
        """Agree to `purpose`; where the same text was agreed to before, nothing changes."""
        held = self.agreed.get(purpose)
        if held is not None and (held["version"], held["text_sha256"]) == (version, text_sha256):
            return
        self.disagree([purpose], now=now, deleting=False)
        self.consents.append(
            {
                "purpose": purpose.value,
                "version": version,
                "text_sha256": text_sha256,
                "given_at": now.isoformat(),
                "withdrawn_at": None,
            }
        )

    def disagree(self, purposes: Iterable[ConsentPurpose], *, now: datetime, deleting: bool = True) -> None:
        """Agree no longer; what was told for these purposes is deleted."""
        for purpose in purposes:
            if purpose in self.agreed:
                self.agreed[purpose]["withdrawn_at"] = now.isoformat()
            if deleting:
                self.details.pop(purpose, None)

    def wish(self, wish: ChangeWish, content: Record, *, now: datetime) -> None:
        """Ask for a change; a newer wish of the same kind takes the open one's place."""
        content = dict(sorted(content.items()))
        held = self.open_wishes.get(wish)
        if held is not None and held["content"] == content:
            return
        asked = {"content": content, "asked_at": now.isoformat()}
        if held is not None:
            held.update(asked)
        else:
            self.wishes.append({"wish": wish.value, "accepted": None, "settled_at": None, **asked})

    def unwish(self, wish: ChangeWish) -> None:
        self.wishes = [one for one in self.wishes if one["wish"] != wish.value or one["accepted"] is not None]

    def note(self, kind: MessageKind, *, now: datetime) -> None:
        """A fresh place would have been told something now: the list of messages on the page looks like that."""
        self.messages.append({"kind": kind.value, "at": now.isoformat()})

    def place_over(self, *, now: datetime) -> None:
        for one in self.open_wishes.values():
            one["accepted"], one["settled_at"] = False, now.isoformat()
        self.left_hall(now=now)

    def left_hall(self, *, now: datetime) -> None:
        self.disagree(OF_THE_HALL, now=now)

    def keep(self) -> None:
        """Keep all of it, inside the transaction that holds the entry."""
        whole = {name: getattr(self, name) for name in (*_LISTS, "details")}
        self.repeat.told_sealed = seal(json.dumps(whole, ensure_ascii=False)) if any(whole.values()) else None


def locked(session: Session, repeat_id: int) -> RepeatEntry:
    """The entry, held until the end of the transaction."""
    return session.scalars(db.lock(sa.select(RepeatEntry).where(RepeatEntry.id == repeat_id))).one()


def moment(text: str | None) -> datetime | None:
    """A time as it is kept."""
    return None if text is None else datetime.fromisoformat(text)
