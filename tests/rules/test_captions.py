"""Captions: what is read of .vtt and .srt, and what nobody may slip into them."""

from __future__ import annotations

import pytest

from conference.rules import captions
from conference.rules.captions import Wrong
from conference.vocabulary import Fault

SRT = (
    "1\r\n00:00:01,5 --> 00:00:03,250\r\n<i>各位</i>代表，\r\n大家好\r\n\r\n"
    "2\r\n01:02:03,004 --> 01:02:05,000\r\n开会\r\n"
)
SAID = """WEBVTT

00:00:01.500 --> 00:00:03.250
各位代表，
大家好

01:02:03.004 --> 01:02:05.000
开会
"""


@pytest.mark.parametrize(
    "content", [SRT.encode(), SRT.encode("utf-8-sig"), SRT.encode("gb18030"), SRT.encode("utf-16")]
)
def test_srt_becomes_vtt_in_any_encoding(content: bytes) -> None:
    assert captions.written(content) == SAID
    assert captions.written(SAID.encode()) == SAID  # what is kept can be sent in again


def test_of_a_vtt_times_place_and_words_are_kept_in_order_and_nothing_else() -> None:
    hostile = """WEBVTT - <script>alert(1)</script>
Kind: captions

STYLE
::cue { background: url(https://evil.example/x) }

NOTE secret -- not for anybody

later
00:05.000 --> 00:06.000 align:start position:10% onclick:alert(1) style:x
<v 李然><script src="https://evil.example/x.js">一</script>&lt;b&gt;<c.red>二</c> 3 < 4

00:01.000 --> 00:02.000
\u202e倒
"""
    assert captions.written(hostile.encode()) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n倒\n\n"
        "00:00:05.000 --> 00:00:06.000 align:start position:10%\n一&lt;b&gt;二 3 &lt; 4\n"
    )


@pytest.mark.parametrize(
    ("content", "fault", "line"),
    [
        (b"", Fault.FILE_EMPTY, 0),
        (b"x" * (captions.LARGEST + 1), Fault.FILE_TOO_LARGE, 0),
        (b"\x00\x00\x00\x18ftypmp42", Fault.NOT_CAPTIONS, 0),
        (b"WEBVTT\n\n", Fault.NOT_CAPTIONS, 0),
        ("各位好".encode(), Fault.CUE_WITHOUT_TIMES, 1),
        (b"1\n00:00:01,000 -> 00:00:02,000\nx\n", Fault.CUE_WITHOUT_TIMES, 2),
        (b"1\n00:00:01,000 --> 00:00:02,000\nx\n\n2\n00:61:01,000 --> 00:62:02,000\ny\n", Fault.CUE_WITHOUT_TIMES, 6),
        (b"1\n00:00:03,000 --> 00:00:02,000\nx\n", Fault.CUE_BACKWARDS, 2),
        (b"1\n00:00:01,000 --> 00:00:02,000\nx\n2\n00:00:03,000 --> 00:00:04,000\ny\n", Fault.CUE_WITHOUT_TIMES, 5),
        (b"00:01.000 --> 00:02.000\n" + b"x" * 1001, Fault.TOO_LONG, 2),
        (b"00:01.000 --> 00:02.000\nx --&gt; y\n", Fault.FORBIDDEN_CHARACTERS, 2),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(content: bytes, fault: Fault, line: int) -> None:
    assert captions.written(content) == Wrong(fault, line)


def test_there_is_an_end_to_how_many_and_a_long_file_is_read_quickly() -> None:
    cue = "00:00:01,000 --> 00:00:02,000\n" + "<" * 20 + "\n\n"
    assert isinstance(captions.written((cue * captions.MOST_CUES).encode()), str)
    found = captions.written((cue * (captions.MOST_CUES + 1)).encode())
    assert isinstance(found, Wrong)
    assert found.fault is Fault.TOO_MANY
