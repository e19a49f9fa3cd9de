"""One's own pass: the picture with the code, the day at a glance, what is kept about one."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.delegate import own, picture, summaries, wordings
from conference.documents import pass_picture
from conference.services import (
    here,
    meeting_page,
    own_agenda,
    own_answers,
    own_changes,
    own_details,
    own_links,
    own_requests,
    passes,
    public_agenda,
    visits_shown,
)
from conference.web import agenda, headers, identity, limits
from conference.web.limits import limiter

bp = APIBlueprint("mine", __name__, url_prefix="/my", enable_openapi=False)


@bp.get("/")
def index() -> ResponseReturnValue:
    """The passes that this browser opened; a single one is shown at once."""
    held = passes.of_links(identity.held_links(), now=clock.now())
    if len(held) == 1:
        return redirect(url_for(".show", link_id=held[0].link_id), 303)
    return render_template("delegate/mine/index.html", passes=held, tones=picture.TONES)


@bp.get("/<int:link_id>/")
def show(link_id: int) -> ResponseReturnValue:
    return _page()


@bp.get("/<int:link_id>/pass.png")
def image(link_id: int) -> ResponseReturnValue:
    drawn = pass_picture.draw(picture.facts(g.pass_, public_url=current_app.config["PUBLIC_URL"]))
    return headers.conditional(Response(drawn, mimetype="image/png"))


@bp.get("/<int:link_id>/links")
def links(link_id: int) -> ResponseReturnValue:
    return render_template("delegate/mine/links.html", mine=g.pass_, links=own_links.of_link(g.link))


@bp.post("/<int:link_id>/links/revoke-others")
def revoke_others(link_id: int) -> ResponseReturnValue:
    """Other phones are signed out, and links passed on are dead."""
    own_links.revoke_others(g.link, now=clock.now())
    flash(_("其他链接都已作废，别的手机和浏览器不能再打开这一页。"), "success")
    return redirect(url_for(".links", link_id=link_id), 303)


@bp.route("/<int:link_id>/link", methods=["GET", "POST"])
@limiter.limit(limits.REGISTRATION)
def link(link_id: int) -> ResponseReturnValue:
    """One more private link, shown on this answer alone; who comes back to the address finds the page."""
    if request.method == "GET":
        return redirect(url_for(".show", link_id=link_id), 303)
    return _page(fresh_link=own_changes.new_link(g.link, **own.when()))


def _page(*, fresh_link: str | None = None) -> str:
    mine, meeting, now = g.pass_, g.pass_.meeting, clock.now()
    own_links.opened(g.link, now=now)
    doors = meeting_page.doors(meeting) if mine.opens_door else []
    return render_template(
        "delegate/mine/show.html",
        mine=mine,
        refusal=mine.refusal_to_change(now=now),
        frozen=mine.frozen(now=now),
        requests=own_requests.of_link(g.link),
        answer=own_requests.last_answer(g.link),
        told=own_details.of_link(g.link, now=now),
        say=summaries,
        asked=own_answers.of_link(g.link) if mine.status.active and not mine.to_acknowledge else [],
        again=meeting_page.window(meeting, now=now).open,
        visits=visits_shown.mine(g.link.delegate_id) if g.link.repeat_id is None else [],
        has_visits=visits_shown.any_departures(meeting.id),
        days=agenda.days(public_agenda.of(meeting, now=now), own_agenda.of_link(g.link)),
        screens=here.told(meeting, now=now) if mine.opens_door else [],
        doors=agenda.doors(doors, place=meeting.place, sample=meeting.demonstration),
        text=wordings.text_to_copy(mine),
        tones=picture.TONES,
        fresh_link=fresh_link,
        just_entered=mine.just_entered(now=now),
    )
