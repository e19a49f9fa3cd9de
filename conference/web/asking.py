"""The region of questions and polls (互动), as the asking page and the live page show it and ask for it again."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for
from flask_babel import gettext as _

from conference.models import Meeting
from conference.rules.agenda import Session
from conference.services import asking, hall_questions, polls, public_agenda
from conference.services.asking import Board
from conference.services.hall_questions import Mine
from conference.services.live_access import Access
from conference.vocabulary import AgendaKind, MeetingStatus
from conference.web.language import language


@dataclass(frozen=True)
class Asking:
    """`back` is the page that shows it; the shared inside is asked again at `address`, `tag` is that of what is shown.

    `may` says whether the reader may ask and vote, else `why_not` says in words why they may not; `holds` whether they
    are a delegate, whose own questions are there also when the meeting is over. `sessions` are those
    of today that a question can be about.
    """

    board: Board
    back: str
    address: str
    tag: str
    may: bool
    holds: bool
    why_not: str
    mine: Mine
    chosen: Mapping[int, Collection[int]]
    sessions: Sequence[Session]

    @property
    def own(self) -> str:
        """What the script lays over the shared inside, as JSON."""
        return json.dumps(own(self.mine, self.chosen), separators=(",", ":"))


def region(meeting: Meeting, access: Access, *, now: datetime, back: str = "asking") -> Asking:
    """For somebody who may watch, or for an organiser who looks."""
    board = asking.board(meeting, now=now)
    mine, chosen = of(meeting.id, access.delegate_id)
    may = access.is_delegate and meeting.status is not MeetingStatus.ARCHIVED
    today = public_agenda.of(meeting, now=now).sessions_today() if may else ()
    return Asking(
        board=board,
        back=back,
        address=url_for("public.asking.now", slug=meeting.slug, token=asking.key(meeting), tongue=language()),
        tag=tag(board, language()),
        may=may,
        holds=access.is_delegate,
        why_not="" if may else _why_not(meeting, access),
        mine=mine,
        chosen=chosen,
        sessions=[one for one in today if one.kind is not AgendaKind.BREAK],
    )


def of(meeting_id: int, delegate_id: int | None) -> tuple[Mine, Mapping[int, Collection[int]]]:
    """What is a person's own: their questions and votes, and what they chose by poll. Of nobody, nothing."""
    if delegate_id is None:
        return Mine(), {}
    return hall_questions.mine(delegate_id), polls.mine(meeting_id, delegate_id)


def own(mine: Mine, chosen: Mapping[int, Collection[int]]) -> dict[str, object]:
    """The same as plain JSON: the script lays it over what everybody shares."""
    return {"voted": sorted(mine.voted), "chosen": {str(poll): sorted(options) for poll, options in chosen.items()}}


def tag(board: Board, tongue: str) -> str:
    """Another one whenever the shared inside would be another."""
    return f"{board.version}-{tongue}"


def inside(meeting: Meeting, board: Board) -> str:
    """What everybody shares, without a token and without anything of one's own."""
    # Not by render_template, which asks who is signed in.
    template = current_app.jinja_env.get_template("public/asking/_shared.html")
    return template.render(meeting=meeting, board=board)


def _why_not(meeting: Meeting, access: Access) -> str:
    if meeting.status is MeetingStatus.ARCHIVED:
        return str(_("会议已结束，不再收提问和投票。"))
    if access.status is not None:
        return str(_("您的报名还没有确认，确认以后就可以提问和投票。"))
    return str(_("参会代表可以提问和投票：请先在这台设备上打开一次您的个人链接，再回到这一页。"))
