"""A delegate's pass as one picture, to be saved by a long press and shown at the door, in the sun.

A PNG 1,080 pixels wide and as high as it must be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from conference.documents import blocks, qr, typesetting
from conference.documents.blocks import CARD_LEFT, MARGIN, PAPER, TEXT_WIDTH, WHITE, WIDTH, Block
from conference.documents.canvas import Canvas, Colour, Style
from conference.documents.typefaces import Face

Tone = Literal["go", "again", "stop", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassFacts:
    """What the pass says, every part already worded in the delegate's language; an empty part is left out."""

    meeting: str
    """The meeting's title, to 200 characters."""
    when: str
    """`2023年7月19日（星期三）08:30`"""
    place: str
    name: str
    """To 50 characters; never cut."""
    unit: str
    """To 200 characters; four lines of it are shown."""
    position: str = ""
    status: str = ""
    """Mode and status, as the chip: `现场 · 已确认`."""
    tone: Tone = "go"
    """The colour of the chip and of the stamp."""
    details: tuple[tuple[str, str], ...] = ()
    """Label and value, two in a row: `(("编号", "017"), ("座位", "3排 12座"))`."""
    qr_text: str | None = None
    """What the QR holds (`qr.address`); None where it admits nobody, and the stamp stands in its place."""
    code: str = ""
    """The code itself; it is shown in groups of four, and only with the QR."""
    stamp: str = ""
    """What stands in the place of the QR: `待确认`."""
    stamp_note: str = ""
    """A sentence under the stamp: what happens next."""
    footer: str = ""
    mark: str = ""
    """A word on the upper edge, `示例`."""


def draw(facts: PassFacts) -> bytes:
    """The picture as PNG. The same facts give the same bytes."""
    head, card, foot = _head(facts), _card(facts), _foot(facts)
    card_top = _TOP + blocks.height(head) + 44
    card_bottom = card_top + blocks.height(card) + 2 * _CARD_PADDING

    picture = Canvas(WIDTH, card_bottom + blocks.height(foot) + 56, PAPER)
    _draw_mark(picture, facts.mark)
    blocks.draw(picture, head, _TOP, PAPER)
    picture.rounded((CARD_LEFT, card_top, WIDTH - CARD_LEFT, card_bottom), 28, blocks.LINE, PAPER)
    picture.rounded((CARD_LEFT + 2, card_top + 2, WIDTH - CARD_LEFT - 2, card_bottom - 2), 26, WHITE, blocks.LINE)
    blocks.draw(picture, card, card_top + _CARD_PADDING, WHITE)
    blocks.draw(picture, foot, card_bottom, PAPER)
    return picture.png()


_TOP, _CARD_PADDING = 64, 56

# The ink and the ground of each tone.
_TONES: dict[Tone, tuple[Colour, Colour]] = {
    "go": ("#0b6b45", "#e7f4ee"),
    "again": ("#8a5200", "#fdf3e1"),
    "stop": ("#8f1313", "#fbeaea"),
    "info": ("#1d4f86", "#eaf1f9"),
}


def _head(facts: PassFacts) -> list[Block]:
    title = [(60, 1), (54, 1), (60, 2), (54, 3), (48, 4), (40, 10)]
    small = [(40, 3)]
    found: list[Block] = [
        blocks.Bar(),
        blocks.fitted(facts.meeting, Face.SERIF, title, width=TEXT_WIDTH, centred=False, before=28, leading=1.36),
    ]
    for before, text in ((22, facts.when), (4, facts.place)):
        if text:
            found.append(
                blocks.fitted(text, Face.REGULAR, small, blocks.INK_2, width=TEXT_WIDTH, centred=False, before=before)
            )
    return found


def _card(facts: PassFacts) -> list[Block]:
    found = _symbol(facts) if facts.qr_text is not None else _stamp(facts)
    if found:
        found.append(blocks.Rule(before=40))
    found.append(_name(facts.name, before=30 if found else 0))
    if facts.unit:
        found.append(blocks.fitted(facts.unit, Face.REGULAR, [(46, 2), (40, 4)], before=20, leading=1.4))
    if facts.position:
        found.append(blocks.fitted(facts.position, Face.REGULAR, [(42, 2)], blocks.INK_2, before=10))
    if facts.status:
        found.append(blocks.Chip(facts.status, *_TONES[facts.tone], before=34))
    for start in range(0, len(facts.details), 2):
        found.append(blocks.Rule(before=28 if start else 40))
        found.append(blocks.Cells(facts.details[start : start + 2], before=26))
    return found


def _symbol(facts: PassFacts) -> list[Block]:
    found: list[Block] = [blocks.Symbol(qr.image(facts.qr_text or "", level="Q", quiet=0), before=40)]
    if facts.code:
        found.append(blocks.fitted(qr.grouped(facts.code), Face.BOLD, [(56, 1), (48, 2)], tracking=3, before=36))
    return found


def _stamp(facts: PassFacts) -> list[Block]:
    found: list[Block] = []
    if facts.stamp:
        found.append(blocks.Stamp(facts.stamp, _TONES[facts.tone][0], before=24))
    if facts.stamp_note:
        found.append(blocks.fitted(facts.stamp_note, Face.REGULAR, [(42, 5)], blocks.INK_2, before=28))
    return found


def _name(name: str, *, before: int) -> Block:
    # A name of two or three characters is set with air between them, as on a place card.
    tracking = 0 if name.isascii() else {2: 60, 3: 24}.get(len(name), 0)
    sizes = [(120, 1), (104, 1), (88, 1), (88, 2), (76, 2), (68, 3), (60, 9)]
    return blocks.fitted(name, Face.SERIF, sizes, tracking=tracking, before=before, leading=1.3)


def _foot(facts: PassFacts) -> list[Block]:
    if not facts.footer:
        return []
    return [blocks.fitted(facts.footer, Face.REGULAR, [(36, 3)], blocks.INK_3, width=TEXT_WIDTH, before=36)]


def _draw_mark(picture: Canvas, mark: str) -> None:
    if mark:
        style = Style(Face.BOLD, 36)
        word = typesetting.lines(mark, style.measure, 600, most=1)[0]
        left = WIDTH - MARGIN - round(style.measure(word)) - 56
        picture.rounded((left, _TOP - 38, WIDTH - MARGIN, _TOP + 26), 32, blocks.ACCENT_SOFT, PAPER)
        picture.text(word, (left + 28, _TOP + 7), style, blocks.ACCENT, blocks.ACCENT_SOFT)
