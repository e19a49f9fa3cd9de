"""One's own agenda: what one marked, says oneself and signed up for, with doors, seat and the day's delays."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from conference import clock
from conference.services import meeting_page, own_agenda, public_agenda, stars, visits_shown
from conference.web import agenda, local_path

bp = APIBlueprint("agenda", __name__, url_prefix="/my/<int:link_id>/agenda", enable_openapi=False)


@bp.get("")
def show(link_id: int) -> ResponseReturnValue:
    mine, meeting, own = g.pass_, g.pass_.meeting, own_agenda.of_link(g.link)
    shown = public_agenda.of(meeting, now=clock.now())
    doors = meeting_page.doors(meeting) if mine.opens_door else []
    return render_template(
        "delegate/agenda/show.html",
        mine=mine,
        meeting=meeting,
        shown=shown,
        own=own,
        visits=visits_shown.mine(g.link.delegate_id) if g.link.repeat_id is None else [],
        days=agenda.own_days(shown, own),
        doors=agenda.doors(doors, place=meeting.place, sample=meeting.demonstration),
        now=agenda.now_card(shown),
    )


@bp.post("/stars/<int:session_id>")
def star(link_id: int, session_id: int) -> ResponseReturnValue:
    """Mark a session, or take the mark off; then back to where the button was."""
    if request.form.get("starred") == "yes":
        stars.star(g.link, session_id, now=clock.now())
    else:
        stars.unstar(g.link, session_id)
    if request.headers.get("X-Requested-With") == "star":
        return "", 204
    back = local_path.of(request.form.get("back")) or url_for(".show", link_id=link_id)
    return redirect(f"{back}#s{session_id}", 303)
