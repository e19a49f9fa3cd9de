"""How names are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conference.rules import names


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("李然", "li ran"),
        ("单田芳", "shan tian fang"),
        ("仇英", "qiu ying"),
        ("尉迟恭", "yu chi gong"),
        ("万俟咏", "mo qi yong"),
        ("曾国藩", "zeng guo fan"),
        ("解缙", "xie jin"),
        ("区大任", "ou da ren"),
        ("查慎行", "zha shen xing"),
        ("朴树", "piao shu"),
        ("盖叫天", "ge jiao tian"),
        ("翟志刚", "zhai zhi gang"),
        ("阿依古丽·买买提", "a yi gu li · mai mai ti"),
        ("Anna Li", "anna li"),
        ("单", "dan"),  # alone it is no surname
        ("", ""),
    ],
)
def test_reading(name: str, read: str) -> None:
    assert names.pinyin(name) == read


@given(st.text(max_size=50))
def test_any_name_gives_a_line_that_fits_its_column(name: str) -> None:
    read = names.pinyin(name)
    assert len(read) <= 400
    assert read == " ".join(read.split())
