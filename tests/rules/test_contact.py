"""Phones and e-mail addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conference.rules import contact


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("+86 13800138000", "+8613800138000"),
        ("（+86）138 0013 8000", "+8613800138000"),
        ("0086 13800138000", "+8613800138000"),
        ("86 13800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("19900001111", "+8619900001111"),
        ("010-65001234", "+861065001234"),
        ("0352-2035678", "+863522035678"),
        ("(021) 6500 1234", "+862165001234"),
        ("+852 2123 4567", "+85221234567"),
        ("+1 650 253 0000", "+16502530000"),
        ("1380013800", None),
        ("138001380001", None),
        ("12800138000", None),
        ("8613800138", None),
        ("65001234", None),  # nobody can call it without the area's code
        ("1234", None),
        ("110", None),
        ("", None),
        ("电话", None),
        ("13800138000 转 12", None),
        ("13800138000x12", None),
        ("+8613800138000;ext=1", None),
        ("1380013800\u0000", None),
        ("1" * 300, None),
        ("=13800138000", None),
    ],
)
def test_phone(typed: str, kept: str | None) -> None:
    assert contact.phone(typed) == kept


def test_plain_mobile_numbers_are_read_as_every_other_spelling_is() -> None:
    for prefix in range(1000, 2000):  # the first four digits tell operators, carriers and services apart
        digits = f"{prefix}0013800"
        slow = contact.phone(f"{digits} ")  # a blank is enough to have it read by the numbering plans
        assert contact.phone(digits) == slow
        assert contact.phone(f"+86{digits}") == contact.phone(f"+86 {digits}")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("li@example.org", "li@example.org"),
        (" li@example.org ", "li@example.org"),
        ("Li.Ran+meeting@Example.ORG", "Li.Ran+meeting@example.org"),
        ("li@mail.example.gov.cn", "li@mail.example.gov.cn"),
        ("li@例子.中国", "li@例子.中国"),
        ("", None),
        ("li", None),
        ("li@", None),
        ("@example.org", None),
        ("li@localhost", None),
        ("li@example..org", None),
        ("li@example.org, min@example.org", None),
        ("李然 <li@example.org>", None),
        ("li\u0000@example.org", None),
        ("li\n@example.org", None),
        ("li@exam\u202eple.org", None),
        ("a" * 250 + "@example.org", None),
    ],
)
def test_email(typed: str, kept: str | None) -> None:
    assert contact.email(typed) == kept


def test_two_spellings_of_one_address_have_one_key() -> None:
    assert contact.email_key("Li@Example.ORG") == contact.email_key("li@example.org")


@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    phone = contact.phone(text)
    assert phone is None or (phone.startswith("+") and phone[1:].isascii() and phone[1:].isdigit())
    email = contact.email(text)
    assert email is None or email.count("@") == 1


@given(st.from_regex(r"\+?[\d \-()]{5,20}", fullmatch=True))
def test_what_is_kept_is_understood_again(text: str) -> None:
    kept = contact.phone(text)
    assert kept is None or contact.phone(kept) == kept
