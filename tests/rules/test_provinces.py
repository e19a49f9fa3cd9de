"""How dark the tiles of the map are."""

from __future__ import annotations

import pytest

from conference.rules import provinces


@pytest.mark.parametrize(
    ("count", "total", "level"),
    [(0, 0, 0), (0, 100, 0), (1, 100, 1), (4, 100, 1), (5, 100, 2), (19, 100, 2), (20, 100, 3), (1, 1, 3)],
)
def test_a_tile_is_as_dark_as_its_share(count: int, total: int, level: int) -> None:
    assert provinces.level(count, total) == level
