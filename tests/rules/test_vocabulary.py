"""The closed sets keep apart, though some of their words are the same."""

from __future__ import annotations

from conference.vocabulary import Category, DelegateStatus, MessageKind
from conference.wording import say


def test_members_of_two_sets_with_one_word_are_two() -> None:
    assert DelegateStatus.CONFIRMED != MessageKind.CONFIRMED
    assert len({DelegateStatus.CONFIRMED, MessageKind.CONFIRMED}) == 2
    assert (say(DelegateStatus.CONFIRMED, "zh"), say(Category.DELEGATE, "zh")) == ("已确认", "代表")


def test_a_member_is_its_own_word() -> None:
    assert DelegateStatus.CONFIRMED == "confirmed"
    assert "confirmed" == DelegateStatus.CONFIRMED  # noqa: SIM300  # from the other side
    assert {DelegateStatus.CONFIRMED: 1}["confirmed"] == 1  # type: ignore[index]  # as templates ask it
