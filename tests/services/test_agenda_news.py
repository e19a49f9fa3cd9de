"""What is different on an agenda, in words; no database is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conference.rules.agenda_changes import Change, TalkChange
from conference.services import agenda_news
from conference.vocabulary import AgendaChange as C

NINE = datetime(2023, 7, 19, 1, 0, tzinfo=UTC)  # on a Wednesday in Shanghai
OLD = {"old_starts_at": NINE, "old_ends_at": NINE + timedelta(hours=1)}
NEW = {"new_starts_at": NINE + timedelta(minutes=15), "new_ends_at": NINE + timedelta(minutes=75)}
NEXT_DAY = {f"new{name[3:]}": at + timedelta(days=1) for name, at in OLD.items()}
STAYS = OLD | {f"new{name[3:]}": at for name, at in OLD.items()}
TALK = TalkChange(
    7, "管家", (C.MOVED, C.PEOPLE), NINE, NINE + timedelta(minutes=20), NINE + timedelta(minutes=10), None
)


@pytest.mark.parametrize(
    ("change", "zh", "en"),
    [
        (
            Change(1, "颁证", (C.ADDED,), **NEW, new_room="大礼堂 一楼"),
            "颁证：新增 7月19日（周三）09:15–10:15，大礼堂 一楼",
            "颁证: Added Wed 19 Jul 09:15–10:15, 大礼堂 一楼",
        ),
        (Change(1, "颁证", (C.REMOVED,)), "颁证：取消", "颁证: Cancelled"),
        (
            Change(1, "颁证", (C.MOVED,), **OLD, **NEW),
            "颁证：改时间 7月19日（周三）09:00–10:00 → 09:15–10:15",
            "颁证: Moved Wed 19 Jul 09:00–10:00 → 09:15–10:15",
        ),
        (
            Change(1, "颁证", (C.MOVED,), **OLD, **NEXT_DAY),
            "颁证：改时间 7月19日（周三）09:00–10:00 → 7月20日（周四）09:00–10:00",
            "颁证: Moved Wed 19 Jul 09:00–10:00 → Thu 20 Jul 09:00–10:00",
        ),
        (
            Change(1, "颁证", (C.MOVED,), **OLD),
            "颁证：改时间 7月19日（周三）09:00–10:00 → 未定",
            "颁证: Moved Wed 19 Jul 09:00–10:00 → not set",
        ),
        (
            Change(1, "颁证", (C.ROOM, C.PEOPLE, C.ONLINE), **STAYS, new_room="二号厅", joined=("孙立", "李然")),
            "颁证 7月19日（周三）09:00–10:00：换会场 未定 → 二号厅；人员变动 新增孙立、李然；线上可以收看",
            (
                "颁证 (Wed 19 Jul 09:00–10:00): Another room not set → 二号厅; Other people now with 孙立, 李然; "
                "Now shown online"
            ),
        ),
        (
            Change(1, "颁证", (C.DETAIL,), talks=(TALK, TalkChange(8, "", (C.REMOVED,)))),
            "颁证：发言“管家” 改时间 09:00–09:20 → 09:10，人员变动；一个发言 取消",
            "颁证: Talk “管家” Moved 09:00–09:20 → 09:10, Other people; A talk Cancelled",
        ),
        (
            Change(1, "颁证", (C.PLACES,), capacity=2),
            "颁证：改为限 2 人，需报名",
            "颁证: Now limited to 2, sign-up needed",
        ),
        (Change(1, "颁证", (C.PLACES,)), "颁证：不再需要报名", "颁证: No sign-up needed any more"),
        (Change(1, "颁证", (C.DETAIL,), own_detail=True), "颁证：内容调整", "颁证: Details changed"),
    ],
)
def test_a_change_in_words(change: Change, zh: str, en: str) -> None:
    assert agenda_news.listed([change], language="zh", timezone="Asia/Shanghai") == f"· {zh}"
    assert agenda_news.listed([change], language="en", timezone="Asia/Shanghai") == f"· {en}"


def test_a_message_names_so_many_and_counts_the_rest() -> None:
    changes = [Change(n, f"第{n}场", (C.REMOVED,)) for n in range(23)]
    lines = agenda_news.listed(changes, language="zh", timezone="Asia/Shanghai").split("\n")
    assert (len(lines), lines[-1]) == (21, "另有 3 项，见议程。")
