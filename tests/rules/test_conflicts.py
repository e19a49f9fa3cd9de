"""What a second person changed, laid over what the first one made of it."""

from __future__ import annotations

from typing import Any

import pytest

from conference.rules.conflicts import Clash, merge

OPENED = {"name": "李然", "seat": "", "mode": "in_person"}


@pytest.mark.parametrize(
    ("current", "wished", "changes", "clashes", "theirs"),
    [
        ({}, {}, {}, (), ()),
        ({}, {"seat": "1"}, {"seat": "1"}, (), ()),
        ({"seat": "2"}, {}, {}, (), ("seat",)),
        ({"seat": "2"}, {"name": "李冉"}, {"name": "李冉"}, (), ("seat",)),
        ({"seat": "2"}, {"seat": "2"}, {}, (), ()),
        ({"seat": "2"}, {"seat": "3"}, {}, (Clash("seat", "", "2", "3"),), ()),
    ],
)
def test_who_changed_what(
    current: dict[str, Any],
    wished: dict[str, Any],
    changes: dict[str, Any],
    clashes: tuple[Clash, ...],
    theirs: tuple[str, ...],
) -> None:
    merged = merge(OPENED, OPENED | current, OPENED | wished)
    assert (dict(merged.changes), merged.clashes, merged.theirs) == (changes, clashes, theirs)


def test_a_form_without_what_it_was_opened_with_means_all_that_it_says() -> None:
    merged = merge(None, OPENED | {"seat": "2"}, OPENED | {"name": "李冉"})
    assert dict(merged.changes) == {"name": "李冉", "seat": ""}
    assert not merged.clashes


def test_a_field_that_is_given_up_is_not_touched() -> None:
    merged = merge(OPENED, OPENED | {"seat": "2"}, {"name": "李冉"})
    assert dict(merged.changes) == {"name": "李冉"}
