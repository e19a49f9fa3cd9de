"""Questions and polls in the cast's meeting, as delegates ask them and an organiser shows them."""

from __future__ import annotations

from datetime import datetime

from conference import db
from conference.rules.hall_questions import Step
from conference.rules.polls import Asked as Put
from conference.services import broadcasts, hall_question_asking, hall_question_desk, poll_making
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.hall_question_asking import Asked
from conference.vocabulary import PollKind, Viewership
from tests.cast import Cast

COMMUNITY = "社区议事会怎样让年轻人也愿意来？"
WHERE = Put(PollKind.ONE, "下一届推进会在哪里开？", ("大同", "垦利", "玉泉"))


def doing(cast: Cast, now: datetime) -> Doing:
    return Doing(SYSTEM, now, cast.public_url)


def a_question(cast: Cast, delegate_id: int, now: datetime, *, text: str = COMMUNITY, named: bool = True) -> int:
    """Waiting; its id."""
    asked = hall_question_asking.ask(cast.meeting_id, delegate_id, Asked(text, named), now=now)
    found = asked.id
    db.release()
    return found


def show(cast: Cast, question_id: int, now: datetime) -> None:
    hall_question_desk.settle(cast.meeting_id, question_id, Step.SHOW, doing(cast, now))
    db.release()


def pin(cast: Cast, question_id: int, now: datetime) -> None:
    hall_question_desk.pin(cast.meeting_id, question_id, doing(cast, now))
    db.release()


def a_poll(cast: Cast, now: datetime, *, asked: Put = WHERE, result: bool = False) -> int:
    """Open; its id."""
    poll = poll_making.prepare(cast.meeting_id, asked, doing(cast, now))
    poll_id = poll.id
    poll_making.start(cast.meeting_id, poll_id, doing(cast, now))
    if result:
        poll_making.show_result(cast.meeting_id, poll_id, doing(cast, now))
    db.release()
    return poll_id


def audience(cast: Cast, who: Viewership, now: datetime) -> None:
    broadcasts.change(cast.meeting_id, {"audience": who}, doing(cast, now))
    db.release()
