"""The online half of `demo`: an outside room, questions, polls, a material, and a unit that watches together."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import AgendaSession
from conference.rules.hall_questions import Step
from conference.rules.polls import Asked as PollAsked
from conference.services import (
    broadcasts,
    hall_question_asking,
    hall_question_desk,
    materials,
    poll_making,
    polls,
    viewing_rooms,
)
from conference.services.broadcasts import OutsideRoom
from conference.services.delegates import Doing
from conference.services.demonstration.people import MARK
from conference.services.hall_question_asking import Asked
from conference.services.materials import Came, MaterialFacts, Spot
from conference.services.viewing_rooms import RoomFacts
from conference.vocabulary import AgendaKind, MaterialAudience, MaterialKind, PollKind

# The address leads nowhere: example.org belongs to nobody who meets.
ROOM = OutsideRoom("示例会议室", "https://example.org/room", "000 000 000", "2468")
SHOWN = "议事厅的议题由谁来定？居民怎样提？"
ANSWERED = "讲稿会后能看到吗？"
WAITING = "加装电梯时一楼住户不同意，怎么办？"


def go_online(session: Session, meeting_id: int, liran: int, chenzhuo: int, unit_id: int, doing: Doing) -> None:
    """李然 and 陈卓 ask and choose; one unit declares a room."""
    broadcasts.change(meeting_id, {"room": ROOM, "checks": 1}, doing)
    _ask(meeting_id, liran, chenzhuo, doing)
    _vote(meeting_id, liran, chenzhuo, doing)
    exchange = session.scalars(
        sa.select(AgendaSession)
        .where(AgendaSession.meeting_id == meeting_id, AgendaSession.kind == AgendaKind.EXCHANGE)
        .order_by(AgendaSession.starts_at)
    ).first()
    if exchange is not None and exchange.talks:
        facts = MaterialFacts(MaterialKind.VIDEO, "一站式议事厅：短片（示例）", MaterialAudience.PUBLIC)
        came = Came(url="https://example.org/film")
        materials.add(meeting_id, Spot(exchange.id, exchange.talks[0].id), facts, came, doing)
    viewing_rooms.declare(meeting_id, RoomFacts(unit_id, "示例社区活动室", f"何静{MARK}", 24), doing)


def _ask(meeting_id: int, liran: int, chenzhuo: int, doing: Doing) -> None:
    shown = hall_question_asking.ask(meeting_id, chenzhuo, Asked(SHOWN, named=True), now=doing.now)
    answered = hall_question_asking.ask(meeting_id, liran, Asked(ANSWERED), now=doing.now)
    hall_question_asking.ask(meeting_id, liran, Asked(WAITING), now=doing.now)
    for one in (shown, answered):
        hall_question_desk.settle(meeting_id, one.id, Step.SHOW, doing)
    hall_question_asking.vote(meeting_id, liran, shown.id, now=doing.now)
    hall_question_desk.answer(meeting_id, answered.id, "能，会后在议程里每一项的下面。", doing)


def _vote(meeting_id: int, liran: int, chenzhuo: int, doing: Doing) -> None:
    topics = ("一老一小", "加装电梯", "社区食堂", "议事协商")
    which = PollAsked(PollKind.SEVERAL, "下午的小组交流，您最想谈什么？", topics, 2)
    poll = poll_making.prepare(meeting_id, which, doing)
    poll_making.start(meeting_id, poll.id, doing)
    polls.choose(meeting_id, poll.id, liran, (0, 3), now=doing.now)
    polls.choose(meeting_id, poll.id, chenzhuo, (0,), now=doing.now)
    after = PollAsked(PollKind.SCALE, "今天的会对您有多大帮助？", ("没有帮助", "很有帮助"))
    poll_making.prepare(meeting_id, after, doing)
