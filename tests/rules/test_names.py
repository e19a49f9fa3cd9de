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


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("赵 敏", "赵敏"),
        ("赵　敏", "赵敏"),
        ("欧阳 锋", "欧阳锋"),
        ("王 小 明", "王小明"),
        ("张三 李四", "张三 李四"),
        ("Anna Li", "Anna Li"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        ("赵敏 A", "赵敏 A"),
        ("", ""),
    ],
)
def test_a_chinese_name_is_closed_up(typed: str, kept: str) -> None:
    assert names.closed_up(typed) == kept


def test_a_pasted_list_of_names() -> None:
    assert names.several("王一、王三，赵五;钱六 孙七\r\n李 明\n\nAnna Maria Li, 何静") == [
        "王一",
        "王三",
        "赵五",
        "钱六",
        "孙七",
        "李明",
        "Anna Maria Li",
        "何静",
    ]
