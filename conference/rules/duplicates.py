"""When two entries may be one person's, and which of them may be kept."""

from __future__ import annotations

from conference.vocabulary import DelegateStatus, Likeness, Refusal


def likeness(first: tuple[str, int, str], second: tuple[str, int, str]) -> Likeness | None:
    """Of two (name, unit's id, pinyin): what makes them alike without looking at their phones."""
    if first[1] != second[1]:
        return None
    if bare(first[0]) == bare(second[0]):
        return Likeness.SAME_NAME
    return Likeness.SAME_SOUND if first[2] and first[2] == second[2] else None


def bare(name: str) -> str:
    """A name without the spaces that people set between its characters."""
    return "".join(name.split())


def phones_alike(first: str, second: str) -> bool:
    """Whether one number may be the other one mistyped: one digit differs, or two neighbours changed places."""
    if len(first) != len(second):
        return False
    at = [n for n, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
    if len(at) == 1:
        return True
    return len(at) == 2 and at[1] == at[0] + 1 and (first[at[0]], first[at[1]]) == (second[at[1]], second[at[0]])


def refusal_to_merge(
    kept: DelegateStatus, dropped: DelegateStatus, *, kept_came: bool, dropped_came: bool
) -> Refusal | None:
    """Whether the second may be taken into the first: who was admitted is kept, so that arrivals stay true."""
    if not kept.active or not dropped.active:
        return Refusal.NOT_ACTIVE
    if kept_came and dropped_came:
        return Refusal.BOTH_CAME
    return Refusal.CAME_IS_KEPT if dropped_came else None
