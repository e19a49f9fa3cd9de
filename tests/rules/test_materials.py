"""Links that are taken, and names that any disk takes."""

from __future__ import annotations

import pytest

from conference.rules import materials as rules
from conference.rules import web_links
from conference.vocabulary import Fault


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (" https://v.example.org/a?b=c#d ", "https://v.example.org/a?b=c#d"),
        ("HTTPS://V.Example.org:8443/", "HTTPS://V.Example.org:8443/"),
        ("https://v.example.org/看%20看", "https://v.example.org/%E7%9C%8B%20%E7%9C%8B"),
        ("", Fault.REQUIRED),
        ("http://v.example.org/", Fault.NOT_A_SECURE_LINK),
        ("javascript:alert(1)", Fault.NOT_A_SECURE_LINK),
        ("//v.example.org/", Fault.NOT_A_SECURE_LINK),
        ("v.example.org/a", Fault.NOT_A_SECURE_LINK),
        ("https://localhost/", Fault.NOT_A_SECURE_LINK),
        ("https://视频.example/", Fault.NOT_A_SECURE_LINK),
        ("https://v.example.org:99999/", Fault.NOT_A_SECURE_LINK),
        ("https://[::1/", Fault.NOT_A_SECURE_LINK),
        ("https://v.example.org/a b", Fault.NOT_A_SECURE_LINK),
        ("https://v.example.org/\r\nIconFile=x", Fault.NOT_A_SECURE_LINK),
        ("https://v.example.org\\@evil.example.org/", Fault.NOT_A_SECURE_LINK),
        ("https://li:secret@v.example.org/", Fault.LINK_WITH_PASSWORD),
        ("https://token@v.example.org/", Fault.LINK_WITH_PASSWORD),
        ("https://v.example.org/" + "a" * 500, Fault.TOO_LONG),
        ("https://v.example.org/" + "看" * 60, Fault.TOO_LONG),
        ("https://v.example.org/\ud800", Fault.FORBIDDEN_CHARACTERS),
    ],
)
def test_a_link_is_https_to_a_named_host_with_nothing_secret_in_it(text: str, found: str | Fault) -> None:
    assert web_links.kept(text) == found


@pytest.mark.parametrize(
    ("number", "text", "name"),
    [
        (1, "经验交流", "01 经验交流"),
        (12, 'a<b>:"/\\|?*c', "12 a b c"),
        (3, "CON", "03 CON"),
        (4, "结尾有点. . ", "04 结尾有点"),
        (5, "../../etc", "05 etc"),
        (6, "\x00\x1f", "06"),
        (107, "字" * 60, "107 " + "字" * 40),
    ],
)
def test_a_name_fits_windows_too(number: int, text: str, name: str) -> None:
    assert rules.numbered(number, text) == name
