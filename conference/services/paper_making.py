"""What makes each kind of paper: from people and the meeting's settings to what its source is set with."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conference import wording
from conference.documents import badges, cards, labels, printing, qr, sign_in_sheets
from conference.documents.cards import Card
from conference.documents.labels import Label, Laid
from conference.documents.printing import Data, Unprintable
from conference.documents.sign_in_sheets import Line
from conference.models import Meeting
from conference.rules import papers as rules
from conference.services import papers
from conference.services.paper_people import Holder
from conference.services.papers import Settings
from conference.vocabulary import PaperKind, PaperOrder, Refusal, Refused

PART = 2_000  # people in one file; of more there are several, in an archive


@dataclass(frozen=True)
class Order:
    """What is to be made. `first` is the label of a sheet to begin with."""

    meeting: Meeting
    kind: PaperKind
    settings: Settings
    public_url: str
    first: int = 1

    @property
    def language(self) -> str:
        return self.settings.language

    @property
    def chosen(self) -> Mapping[str, Any]:
        return self.settings.chosen

    @property
    def on_a_sheet(self) -> int:
        """How many labels a sheet of theirs has."""
        return labels.SHEETS[self.chosen["label_sheet"]].labels

    @property
    def laid(self) -> Laid:
        chosen = self.chosen
        return Laid(
            sheet=chosen["label_sheet"],
            first=min(self.first, self.on_a_sheet),
            right=chosen["shift_right"],
            down=chosen["shift_down"],
            cut_lines=chosen["cut_lines"],
        )


def pages(order: Order, people: Sequence[Holder]) -> int:
    """How many pages it will have."""
    if not people:
        return 0
    if order.kind in {PaperKind.LABEL, PaperKind.SEAT_STICKER}:
        return labels.pages(len(people), order.laid)
    if order.kind is PaperKind.SIGN_IN_SHEET:
        return sign_in_sheets.pages(_lines(people), unit_pages=order.chosen["unit_pages"])
    return len(_units(people)) if order.kind is PaperKind.TABLE_CARD else len(people)


def at_once(order: Order, people: Sequence[Holder]) -> bytes:
    """A paper of few pages, made while somebody waits. Raises Unprintable, and Refused (nobody_to_print,
    printing_busy).
    """
    if not people:
        raise Refused(Refusal.NOBODY_TO_PRINT)
    if missing := printable(order.kind, people)[1]:
        raise Unprintable(missing)
    with papers.setting():
        return printing.pdf(*what_is_set(order, people))


def what_is_set(order: Order, people: Sequence[Holder]) -> tuple[str, Data]:
    """A source, and what it is set with. Raises Unprintable."""
    return MAKERS[order.kind](order, people)


def split(order: Order, people: Sequence[Holder]) -> list[Sequence[Holder]]:
    """The people of each file; those of one unit are kept together where each begins a page."""
    ordered = _by_unit(people) if order.kind is PaperKind.SIGN_IN_SHEET and order.chosen["unit_pages"] else people
    return [ordered[at : at + PART] for at in range(0, len(ordered), PART)]


def printable(kind: PaperKind, people: Sequence[Holder]) -> tuple[list[Holder], dict[str, list[str]]]:
    """Those whose texts our fonts can draw, and what is missing for the others, by what tells them apart."""
    missing: dict[str, list[str]] = {}
    drawn = []
    for one in people:
        of_unit = kind is PaperKind.TABLE_CARD
        said = one.unit if of_unit else papers.told_apart(one)
        try:
            printing.refuse_missing({said: one.unit if of_unit else papers.drawn(one)})
            drawn.append(one)
        except Unprintable as problem:
            missing |= problem.whose
    return drawn, missing


def bound(files: Sequence[bytes]) -> tuple[bytes, str]:
    """The one PDF, or an archive of several; and how its name ends."""
    if len(files) == 1:
        return files[0], "pdf"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as archive:
        for at, file in enumerate(files, start=1):
            archive.writestr(f"{at:02}.pdf", file)
    return held.getvalue(), "zip"


def _badges(order: Order, people: Sequence[Holder]) -> tuple[str, Data]:
    said = [papers.badge(one, order.chosen, public_url=order.public_url) for one in people]
    return "badges", badges.sheet(order.meeting.title, said, order.settings.look, order.language)


def _labels(order: Order, people: Sequence[Holder]) -> tuple[str, Data]:
    chosen = order.chosen
    said = [
        Label(
            name=one.name,
            unit=one.unit,
            note=" · ".join(
                part
                for part in (
                    wording.say(one.category, order.language),
                    one.number if chosen["show_number"] else "",
                    one.seat if chosen["show_seat"] else "",
                )
                if part
            ),
            qr_text=qr.address(order.public_url, one.code),
            colour=chosen[f"colour_{one.category.value}"],
        )
        for one in people
    ]
    return "labels", labels.sheet(order.meeting.title, said, order.laid, order.language)


def _seat_stickers(order: Order, people: Sequence[Holder]) -> tuple[str, Data]:
    said = [
        Label(one.name, one.unit, "", seat=one.seat, colour=order.chosen[f"colour_{one.category.value}"])
        for one in people
    ]
    return "labels", labels.sheet(order.meeting.title, said, order.laid, order.language)


def _place_cards(order: Order, people: Sequence[Holder]) -> tuple[str, Data]:
    said = [Card(one.name, one.unit if order.chosen["card_unit"] else "") for one in people]
    size = order.chosen["card_size"]
    return "cards", cards.sheet(order.meeting.title, said, size=size, of_units=False, language=order.language)


def _table_cards(order: Order, people: Sequence[Holder]) -> tuple[str, Data]:
    said = [Card(name) for name in _units(people)]
    size = order.chosen["card_size"]
    return "cards", cards.sheet(order.meeting.title, said, size=size, of_units=True, language=order.language)


def _sign_in_sheets(order: Order, people: Sequence[Holder]) -> tuple[str, Data]:
    chosen = order.chosen
    ordered = _by_unit(people) if chosen["unit_pages"] else people
    data = sign_in_sheets.sheet(
        order.meeting.title,
        _lines(ordered),
        phone=chosen["sheet_phone"],
        unit_pages=chosen["unit_pages"],
        language=order.language,
    )
    return "sign_in_sheets", data


MAKERS: Mapping[PaperKind, Callable[[Order, Sequence[Holder]], tuple[str, Data]]] = {
    PaperKind.BADGE: _badges,
    PaperKind.LABEL: _labels,
    PaperKind.PLACE_CARD: _place_cards,
    PaperKind.TABLE_CARD: _table_cards,
    PaperKind.SIGN_IN_SHEET: _sign_in_sheets,
    PaperKind.SEAT_STICKER: _seat_stickers,
}


def _lines(people: Sequence[Holder]) -> list[Line]:
    return [Line(one.number, one.name, one.unit, one.position, one.tail) for one in people]


def _units(people: Sequence[Holder]) -> list[str]:
    """Each unit once, in the order of its first person."""
    return list({one.unit_id: one.unit for one in people}.values())


def _by_unit(people: Sequence[Holder]) -> list[Holder]:
    """Unit by unit; within one as they stood."""
    return sorted(people, key=lambda one: rules.ORDERS[PaperOrder.UNIT](one)[:2])
