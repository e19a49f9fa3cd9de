"""Messages: how each stands, with its text to copy; tried again, forwarded by hand, put aside."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from conference import clock
from conference.blueprints.organiser import desk
from conference.notices import channels
from conference.services import letters, messages, ways
from conference.vocabulary import MessageState
from conference.web import refusals

bp = APIBlueprint("outbox", __name__, enable_openapi=False)
ONE = "/<slug>/outbox/<int:message_id>"
# What the tabs hold; the first is everything.
TABS = {
    "": tuple(MessageState),
    "waiting": (MessageState.WAITING, MessageState.SENDING),
    "by_hand": (MessageState.BY_HAND,),
    "failed": (MessageState.FAILED,),
    "in_doubt": (MessageState.IN_DOUBT,),
    "sent": (MessageState.SENT, MessageState.FORWARDED),
}


@bp.get("/<slug>/outbox")
def index(slug: str) -> ResponseReturnValue:
    tab = request.args.get("state", "")
    tab = tab if tab in TABS else ""
    page = letters.page(
        g.meeting.id, public_url=_channels().public_url, before_id=desk.id_wish("before"), states=TABS[tab]
    )
    counts = messages.counts(g.meeting.id)
    return render_template(
        "organiser/outbox/index.html",
        page=page,
        tab=tab,
        states=MessageState,
        counts={name: sum(counts.get(state, 0) for state in states) for name, states in TABS.items()},
        first=desk.id_wish("before") is None,
        **_ways(),
    )


@bp.get(ONE)
def show(slug: str, message_id: int) -> ResponseReturnValue:
    letter = letters.one(g.meeting.id, message_id, public_url=_channels().public_url)
    return render_template("organiser/outbox/show.html", letter=letter, copied=False, **_ways())


@bp.route(f"{ONE}/text", methods=["GET", "POST"])
def text(slug: str, message_id: int) -> ResponseReturnValue:
    """The text with a link made for it, on this answer alone; who comes back to the address finds the message."""
    if request.method == "GET":
        return redirect(url_for(".show", slug=slug, message_id=message_id), 303)
    letter = messages.copy(g.meeting.id, message_id, desk.doing())
    return render_template("organiser/outbox/show.html", letter=letter, copied=True, **_ways())


@bp.route(f"{ONE}/again", methods=["GET", "POST"])
def again(slug: str, message_id: int) -> ResponseReturnValue:
    """Asks before a message goes out that may have gone out already."""
    if request.method == "POST":
        with refusals.flashed():
            messages.try_again(g.meeting.id, message_id, desk.doing())
            flash(_("马上再发。"), "success")
        return redirect(url_for(".show", slug=slug, message_id=message_id), 303)
    letter = letters.one(g.meeting.id, message_id, public_url=_channels().public_url)
    return render_template("organiser/outbox/again.html", letter=letter)


@bp.post("/<slug>/outbox/again")
def all_again(slug: str) -> ResponseReturnValue:
    n = messages.try_all_again(g.meeting.id, _channels(), desk.doing())
    flash(
        ngettext("%(num)s 条消息马上再发。", "%(num)s 条消息马上再发。", n) if n else _("没有可以再发的消息。"), "info"
    )
    return redirect(url_for(".index", slug=slug), 303)


@bp.post(f"{ONE}/forwarded")
def forwarded(slug: str, message_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        messages.mark_forwarded(g.meeting.id, message_id, desk.doing())
        flash(_("已标为人工转发。"), "success")
    return redirect(url_for(".show", slug=slug, message_id=message_id), 303)


@bp.post(f"{ONE}/withdraw")
def withdraw(slug: str, message_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        messages.withdraw(g.meeting.id, message_id, desk.doing())
        flash(_("这条消息不再发送。"), "success")
    return redirect(url_for(".show", slug=slug, message_id=message_id), 303)


def _channels() -> channels.Channels:
    return channels.of(current_app.extensions["settings"])


def _ways() -> dict[str, object]:
    """Which ways are set up, and what is wrong with them."""
    return {"channels": _channels(), "trouble": ways.trouble(clock.now())}
