"""Lines out of a table or a text, read as sessions."""

from __future__ import annotations

from datetime import date

import pytest

from conference.rules.agenda_lines import read
from conference.vocabulary import AgendaKind, Fault

DAY = date(2027, 5, 10)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("08:30-08:50\t致辞", ("08:30", "08:50", "致辞", AgendaKind.ADDRESS)),
        ("8：50—9:10 讲话", ("08:50", "09:10", "讲话", AgendaKind.SPEECH)),
        ("09:10\t10:40\t经验交流\t主会场", ("09:10", "10:40", "经验交流", AgendaKind.EXCHANGE)),
        ("下午2:00-5:30 参访学习", ("14:00", "17:30", "参访学习", AgendaKind.VISIT)),
        ("08:30:00\t08:50:00\t颁发点评证书", ("08:30", "08:50", "颁发点评证书", AgendaKind.AWARD)),
        ("9时30分至10时 茶歇", ("09:30", "10:00", "茶歇", AgendaKind.BREAK)),
        ("合影", (None, None, "合影", AgendaKind.OTHER)),
    ],
)
def test_a_line_is_a_session(text: str, said: tuple[str | None, str | None, str, AgendaKind]) -> None:
    [line] = read(text, day=DAY, rooms=[(3, "主会场")])
    clock = [at and f"{at:%H:%M}" for at in (line.begins, line.ends)]
    assert (*clock, line.title, line.kind, line.fault) == (*said, None)
    assert line.day == DAY
    assert line.room_id == (3 if "主会场" in text else None)


def test_a_line_of_column_names_is_no_session_and_says_what_the_columns_are() -> None:
    text = "日期\t时间\t会场\t内容\t主持\t备注\n7月19日\t9:00-9:20\t主会场\t致辞\t周宁\t合影\n"
    text += "\t9:20-9:40\t\t讲话\t局长李然主持"
    found = read(text, day=DAY, rooms=[(3, "主会场")])
    assert [(one.title, one.room_id, one.chairs, one.rest, one.fault) for one in found] == [
        ("致辞", 3, ("周宁",), "合影", None),
        ("讲话", None, (), "主持：局长李然主持", None),
    ]
    assert [one.title for one in read("时间 内容\n9:00 致辞", day=DAY)] == ["致辞"]
    [both] = read("时间\t内容\t主持\t发言人\n9:00-9:20\t致辞\t周宁\t周宁", day=DAY)  # one name in two columns
    assert (both.chairs, both.rest) == (("周宁",), "发言人：周宁")


def test_days_stand_before_what_is_on_them_and_ends_are_the_next_beginnings() -> None:
    found = read("7月19日（星期三）\n9:00 致辞\n9:20 讲话\n\n2027/7/20 9:00 散会", day=DAY)
    assert [(one.day, f"{one.begins:%H:%M}", f"{one.ends:%H:%M}", one.guessed) for one in found] == [
        (date(2027, 7, 19), "09:00", "09:20", False),
        (date(2027, 7, 19), "09:20", "10:20", True),
        (date(2027, 7, 20), "09:00", "10:00", True),
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("25:00 致辞", Fault.NOT_A_TIME),
        ("10:00-9:00 致辞", Fault.TIMES_BACKWARDS),
        ("9:00-10:00", Fault.REQUIRED),
        ("13月40日", Fault.NOT_A_TIME),
        ("9:00-9:30 " + "长" * 201, Fault.TOO_LONG),
    ],
)
def test_what_cannot_be_a_session_says_why(text: str, fault: Fault) -> None:
    assert [line.fault for line in read(text, day=DAY)] == [fault]
