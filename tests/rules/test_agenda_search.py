"""Finding sessions, and the days they are on."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from conference.rules import agenda_search
from conference.rules.agenda import Agenda, Person, Role, Room, Session, Talk
from conference.rules.agenda_search import Wanted
from conference.vocabulary import AgendaKind, AgendaRoleKind, TalkKind

CHINA = timezone(timedelta(hours=8))
NINE = datetime(2026, 7, 19, 9, tzinfo=CHINA)


def _session(id_: int, title: str, hours: float | None, **more: object) -> Session:
    begins = None if hours is None else NINE + timedelta(hours=hours)
    facts = {"starts_at": begins, "ends_at": begins and begins + timedelta(hours=1), "kind": AgendaKind.EXCHANGE}
    return Session(id=id_, title=title, **{**facts, **more})  # type: ignore[arg-type]  # facts of a session


AGENDA = Agenda(
    rooms=(Room(1, "云冈厅"), Room(2, "北岳厅")),
    people=(Person(1, "李然", "社工部部长", unit_name="玉泉区民政局"),),
    sessions=(
        _session(1, "开幕", 0, room_id=1, kind=AgendaKind.ADDRESS),
        _session(
            2,
            "经验交流",
            1,
            room_id=1,
            talks=(Talk(1, TalkKind.EXPERIENCE, "网格 Ten Years", roles=(Role(1, AgendaRoleKind.SPEAKER),)),),
        ),
        _session(3, "分论坛", 0.5, room_id=2, online=False, detail="讨论网格"),
    ),
)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), {1, 2, 3}),
        (Wanted(kind=AgendaKind.ADDRESS), {1}),
        (Wanted(room_id=1), {1, 2}),
        (Wanted(online=True), {1, 2}),
        (Wanted(words="网格"), {2, 3}),
        (Wanted(words="网格", online=True), {2}),
        (Wanted(words=" ＴＥＮ  years "), {2}),
        (Wanted(words="玉泉 部长"), {2}),
        (Wanted(words="北岳"), {3}),
        (Wanted(words="李然 北岳"), set()),
    ],
)
def test_what_is_found(wanted: Wanted, found: set[int]) -> None:
    assert agenda_search.found(AGENDA, wanted) == found


def test_days_are_the_meetings_and_in_the_order_of_beginning() -> None:
    late = _session(4, "次日", 20)  # 05:00 of the next day; 21:00 of the first one in UTC
    loose = _session(5, "不定时", None)
    agenda = Agenda(sessions=(AGENDA.sessions[2], loose, late, AGENDA.sessions[0]))
    days = agenda_search.days(agenda, "Asia/Shanghai")
    assert [(str(one.day), [item.id for item in one.sessions]) for one in days] == [
        ("2026-07-19", [1, 3, 5]),
        ("2026-07-20", [4]),
    ]
    assert [
        (one.day, [s.id for s in one.sessions]) for one in agenda_search.days(Agenda(sessions=(loose,)), "UTC")
    ] == [(None, [5])]
    assert agenda_search.days(Agenda(), "UTC") == []
