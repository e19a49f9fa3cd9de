"""What all pages of the desk share: who does it, the menu, how a form is answered, how a filter is read."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from flask import Response, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf import FlaskForm

from conference import clock
from conference.rules.text import legible
from conference.services import overview
from conference.services.delegates import Doing
from conference.vocabulary import Right
from conference.web import files, identity

E = TypeVar("E", bound=StrEnum)
# Parts of pages that ask again by themselves: they show no menu.
REFRESHED = {
    "organiser.overview.figures",
    "organiser.devices.live",
    "organiser.devices.code_live",
    "organiser.polls.live",
    "organiser.stage.live",
    "organiser.hall_questions.live",
}
AGENDA = {
    f"organiser.{feature}"
    for feature in (
        "agenda",
        "agenda_talks",
        "agenda_pasting",
        "agenda_rooms",
        "agenda_people",
        "agenda_releases",
        "stage",
        "materials",
        "session_places",
    )
}
ONLINE = {
    f"organiser.{feature}"
    for feature in (
        "broadcasts",
        "replays",
        "hall_questions",
        "polls",
        "attendance",
        "platform_reports",
        "viewing_rooms",
    )
}
VISITS = {
    f"organiser.{feature}"
    for feature in ("visits", "visits_departures", "visits_planning", "visits_seats", "visits_stops")
}
SEATING = {f"organiser.{feature}" for feature in ("seats", "hall", "seat_filling", "seat_papers")}


def doing() -> Doing:
    """The signed-in account, now."""
    return Doing(identity.actor(), clock.now(), current_app.config["PUBLIC_URL"])


def answered(
    template: str, form: FlaskForm, *, wrong: int = 422, **context: Any
) -> ResponseReturnValue:  # whatever the template names
    """The page of a form; `wrong` when it says that something is wrong, with all that was typed."""
    return render_template(template, form=form, **context), wrong if form.errors else 200


def wish(name: str, members: type[E]) -> E | None:
    """A filter of the address; None where it is missing or no member."""
    text = request.args.get(name, "")
    return members(text) if text in list(members) else None


def search() -> str:
    """The text looked for, fit for any database."""
    return legible(request.args.get("q", "")[:100]).strip()


def id_wish(name: str) -> int | None:
    """An id in the query of the address; None where it is none."""
    return whole(request.args.get(name, ""))


def whole(text: str | None) -> int | None:
    """An id as a page carries it; None where it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else None


def surroundings() -> dict[str, Any]:
    """The menu, the name of the meeting and the address of its overview."""
    ready: dict[str, Any] = {
        "may": identity.may,
        "may_change": identity.may_change,
        "Right": Right,
        "desk_home": url_for("organiser.meetings.index"),
    }
    if request.endpoint in REFRESHED or identity.current_account() is None:
        return ready
    ready["sign_out_address"] = _sign_out_address()
    meeting = g.get("meeting")
    if meeting is None:
        return ready
    if identity.may(Right.SEE_MEETING):
        ready["desk_home"] = url_for("organiser.overview.index", slug=meeting.slug)
    return ready | {"meeting": meeting, "desk_title": meeting.title, "desk_navigation": _navigation(meeting)}


def _navigation(meeting: Any) -> list[dict[str, Any]]:  # a meeting as the guard found it; items as the macro takes them
    counts = overview.counts(meeting.id)
    slug, pending = meeting.slug, "status=pending"
    awaiting = request.endpoint == "organiser.delegates.index" and request.query_string.decode() == pending

    def item(
        right: Right, label: str, endpoint: str, *, count: int | None = None, **more: Any
    ) -> dict[str, Any] | None:
        if not identity.may(right):
            return None
        feature = endpoint.rpartition(".")[0]
        here = request.endpoint == endpoint or (request.blueprint == feature and feature != "organiser.meetings")
        ready = {"label": label, "href": url_for(endpoint, slug=slug), "current": here, "count": count}
        return ready | more

    def queue(right: Right, label: str, endpoint: str, waiting: int, **more: Any) -> dict[str, Any] | None:
        """What is worked off; where nothing waits it is not there, unless one is on its pages."""
        found = item(right, label, endpoint, count=waiting or None, waiting=True, **more)
        return found if found and (waiting or found["current"]) else None

    people = {"organiser.delegates", "organiser.decisions"}
    groups = [
        ("", [item(Right.SEE_MEETING, _("总览"), "organiser.overview.index")]),
        (
            _("来的人"),
            [
                item(Right.SEE_MEETING, ngettext("单位", "单位", 2), "organiser.units.index", count=counts.units),
                item(Right.REGISTER_PEOPLE, _("邀请"), "organiser.invitations.index", under=True),
                queue(
                    Right.REGISTER_PEOPLE,
                    _("名额申请"),
                    "organiser.places_requests.index",
                    counts.places_requests,
                    under=True,
                ),
                item(
                    Right.SEE_PEOPLE,
                    _("代表"),
                    "organiser.delegates.index",
                    count=counts.delegates,
                    current=request.blueprint in people and not awaiting,
                ),
                queue(
                    Right.SEE_PEOPLE,
                    _("待审核"),
                    "organiser.delegates.index",
                    counts.pending,
                    href=url_for("organiser.delegates.index", slug=slug) + f"?{pending}",
                    current=awaiting,
                ),
                queue(Right.REGISTER_PEOPLE, _("变更申请"), "organiser.requests.index", counts.change_requests),
                queue(Right.SEE_PEOPLE, _("疑似重复"), "organiser.duplicates.index", counts.duplicates),
                queue(Right.SEE_PEOPLE, _("重复报名"), "organiser.repeats.index", counts.repeats),
                item(Right.SEE_PEOPLE, _("候补"), "organiser.waiting.index", count=counts.waiting or None),
                item(Right.REGISTER_PEOPLE, _("参会回执"), "organiser.replies.index"),
                item(Right.SEE_DETAILS, _("住宿和饮食"), "organiser.details.index"),
            ],
        ),
        (
            _("这一天"),
            [
                item(Right.SEE_MEETING, _("议程"), "organiser.agenda.index", current=request.blueprint in AGENDA),
                item(Right.SEE_PEOPLE, _("参访"), "organiser.visits.index", current=request.blueprint in VISITS),
                item(
                    Right.SEE_MEETING,
                    ngettext("签到点", "签到点", 2),
                    "organiser.checkpoints.index",
                    current=request.blueprint in {"organiser.checkpoints", "organiser.inside"},
                ),
                item(Right.CHECK_IN, _("领导和嘉宾"), "organiser.tick_in.index"),
                item(Right.SEE_MEETING, _("线上"), "organiser.broadcasts.index", current=request.blueprint in ONLINE),
                item(Right.RUN_MEETING, _("扫码设备"), "organiser.devices.index"),
                queue(Right.RUN_MEETING, _("扫码复核"), "organiser.reviews.index", counts.reviews),
                item(
                    Right.SEE_MEETING,
                    _("大屏"),
                    "organiser.walls.index",
                    current=request.blueprint in {"organiser.walls", "organiser.wall_names"},
                ),
                item(
                    Right.REGISTER_PEOPLE,
                    ngettext("座位", "座位", 2),
                    "organiser.seats.index",
                    current=request.blueprint in SEATING,
                ),
                item(
                    Right.REGISTER_PEOPLE,
                    _("证件打印"),
                    "organiser.papers.index",
                    current=request.blueprint in {"organiser.papers", "organiser.paper_settings"},
                ),
            ],
        ),
        (
            _("会务"),
            [
                item(Right.REGISTER_PEOPLE, _("通知"), "organiser.notices.index"),
                item(Right.REGISTER_PEOPLE, _("待发箱"), "organiser.outbox.index"),
                item(
                    Right.RUN_MEETING,
                    _("会议设置"),
                    "organiser.meetings.settings",
                    current=request.endpoint in {"organiser.meetings.settings", "organiser.terms.edit"},
                ),
                item(Right.RUN_MEETING, _("自设问题"), "organiser.questions.index"),
                item(Right.RUN_MEETING, _("账号"), "organiser.accounts.index"),
                item(Right.RUN_MEETING, _("操作记录"), "organiser.activity.index"),
            ],
        ),
    ]
    shown = [{"title": title, "items": [i for i in items if i]} for title, items in groups]
    everything = {"label": _("全部会议"), "href": url_for("organiser.meetings.index"), "current": False}
    return [*(group for group in shown if group["items"]), {"title": "", "items": [everything]}]


def workbook(data: bytes, what: str) -> Response:
    """A workbook to be kept, named after what it is and the meeting."""
    return files.saved(data, f"{what}-{g.meeting.slug}.xlsx")


def door_address(slug: str) -> str:
    """Where the door of a meeting is kept."""
    return url_for("door.posts.choose", slug=slug)


def _sign_out_address() -> str:
    return url_for("public.sign_in.sign_out")
