"""Where lines break. One unit a Latin letter, two a Chinese character."""

from __future__ import annotations

import unicodedata

import pytest

from conference.documents import typesetting


def measure(text: str) -> float:
    return sum(2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1 for character in text)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("", 10, []),
        ("   ", 10, []),
        ("李然", 10, ["李然"]),
        ("社区共建共治共享", 10, ["社区共建", "共治共享"]),
        ("一二三四五，六七八", 10, ["一二三四", "五，六七八"]),
        ("一二三四（五六七）", 10, ["一二三四", "（五六七）"]),
        ("Row 3, seat 12", 8, ["Row 3,", "seat 12"]),
        ("会议于08:30开始", 10, ["会议于", "08:30开始"]),
        ("三层 东区 十五排", 10, ["三层 东区", "十五排"]),
        ("那木·阿拉坦·巴图", 10, ["那木·", "阿拉坦·", "巴图"]),
        ("International", 5, ["Inter", "natio", "nal"]),
        ("Smith-Jones", 8, ["Smith-", "Jones"]),
        ("2023-07-19", 12, ["2023-07-19"]),
    ],
)
def test_lines(text, width, expected):
    assert typesetting.lines(text, measure, width) == expected


def test_lines_are_evened_out():
    assert typesetting.lines("一二三四五六七八九", measure, 16) == ["一二三四五", "六七八九"]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("大同市社区治理服务中心", 6, ["大同市社区", "治理服务中心"]),
        ("呼和浩特市玉泉区民政局", 6, ["呼和浩特市", "玉泉区民政局"]),
        ("成都市武侯区晋阳街道吉福社区居民委员会", 8, ["成都市武侯区", "晋阳街道吉福社区", "居民委员会"]),
    ],
)
def test_words_of_names_of_units_stay_whole(text, width, expected):
    assert typesetting.lines(text, len, width) == expected


def test_what_does_not_fit_is_left_out_and_an_ellipsis_says_so():
    assert typesetting.lines("一二三四五，六七八九十", measure, 8, most=1) == ["一二三…"]
    assert typesetting.lines("一二三四五六七八九十", measure, 8, most=2) == ["一二三四", "五六七…"]
    assert typesetting.lines("一二三四", measure, 8, most=1) == ["一二三四"]


@pytest.mark.parametrize("most", [None, 1, 3])
@pytest.mark.parametrize("width", [4, 7, 20])
@pytest.mark.parametrize("text", ["（" * 30, "，" * 30, "·" * 30, "a“b”c" * 20, "阿卜杜·" * 12, "x" * 99 + "中" * 20])
def test_no_line_is_wider_than_it_may_be_and_nothing_is_lost(text, width, most):
    found = typesetting.lines(text, measure, width, most=most)
    assert all(measure(line) <= width for line in found)
    if most is None:
        assert "".join(found) == typesetting.straightened(text)
    else:
        assert len(found) <= most


def test_quotes_between_latin_letters_are_straight():
    assert typesetting.straightened("Maria O’Connor “May”") == 'Maria O\'Connor "May"'
    assert typesetting.straightened("“五社联动”O’Connor") == "“五社联动”O'Connor"
