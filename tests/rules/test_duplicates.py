"""What makes two entries alike, and which of them may be kept."""

from __future__ import annotations

import pytest

from conference.rules import duplicates as rules
from conference.vocabulary import DelegateStatus, Likeness, Refusal


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("+8613800000001", "+8613800000002", True),
        ("+8613800000012", "+8613800000021", True),
        ("+8613800000001", "+8613800000001", False),
        ("+8613800000001", "+8613800000112", False),
        ("+8613800000102", "+8613800000201", False),
        ("+8613800000001", "+861380000001", False),
    ],
)
def test_a_phone_mistyped(first: str, second: str, alike: bool) -> None:
    assert rules.phones_alike(first, second) is alike
    assert rules.phones_alike(second, first) is alike


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (("李然", 1, "li ran"), ("李 然", 1, "li ran"), Likeness.SAME_NAME),
        (("李然", 1, "li ran"), ("李冉", 1, "li ran"), Likeness.SAME_SOUND),
        (("李然", 1, "li ran"), ("李然", 2, "li ran"), None),
        (("李然", 1, "li ran"), ("王敏", 1, "wang min"), None),
        (("—", 1, ""), ("–", 1, ""), None),
    ],
)
def test_names_of_one_unit(
    first: tuple[str, int, str], second: tuple[str, int, str], expected: Likeness | None
) -> None:
    assert rules.likeness(first, second) is expected


@pytest.mark.parametrize(
    ("kept", "dropped", "came", "expected"),
    [
        (DelegateStatus.CONFIRMED, DelegateStatus.WAITLISTED, (False, False), None),
        (DelegateStatus.PENDING, DelegateStatus.CONFIRMED, (True, False), None),
        (DelegateStatus.CONFIRMED, DelegateStatus.CONFIRMED, (False, True), Refusal.CAME_IS_KEPT),
        (DelegateStatus.CONFIRMED, DelegateStatus.CONFIRMED, (True, True), Refusal.BOTH_CAME),
        (DelegateStatus.CANCELLED, DelegateStatus.CONFIRMED, (False, False), Refusal.NOT_ACTIVE),
        (DelegateStatus.CONFIRMED, DelegateStatus.DECLINED, (False, False), Refusal.NOT_ACTIVE),
    ],
)
def test_which_may_be_kept(
    kept: DelegateStatus, dropped: DelegateStatus, came: tuple[bool, bool], expected: Refusal | None
) -> None:
    assert rules.refusal_to_merge(kept, dropped, kept_came=came[0], dropped_came=came[1]) is expected
