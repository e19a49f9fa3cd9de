"""The page of somebody with a ticket: the verdict, the wait for a steward, or one's own name on a button."""

from __future__ import annotations

from flask import current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from conference import clock
from conference.notices import channels
from conference.services import at_the_screen
from conference.services.at_the_screen import Stage
from conference.services.tickets import Ticket
from conference.web import identity, own_verdicts
from conference.web.verdicts import Verdict


def over() -> ResponseReturnValue:
    """For who has no ticket (any more): the text was old, the ten minutes are over, it is another browser's."""
    return make_response(render_template("public/here/over.html", known=bool(identity.held_links())), 410)


def of(ticket: Ticket | None) -> ResponseReturnValue:
    if ticket is None:
        return over()
    stage = _stage(ticket)
    if stage.answer is not None or stage.waiting:
        return render_template("public/here/stage.html", **_facts(stage))
    if stage.places and "other" not in request.args:
        return render_template("public/here/known.html", **_facts(stage))
    way = "address" if channels.of(current_app.extensions["settings"]).any else "nod"
    if stage.asked is not None:
        return render_template("public/here/turned_away.html", **_facts(stage))
    return redirect(url_for(f"public.here_proof.{way}", slug=g.meeting.slug), 303)


def inside(ticket: Ticket | None) -> str:
    """The inside of the page that waits; when the waiting is over, what came of it."""
    if ticket is None:
        return render_template("public/here/_over.html")
    return render_template("public/here/_stage.html", **_facts(_stage(ticket)))


def _stage(ticket: Ticket) -> Stage:
    return at_the_screen.of(g.meeting.id, ticket, identity.held_links(), now=clock.now())


def _facts(stage: Stage) -> dict[str, object]:
    verdict: Verdict | None = None
    if stage.answer is not None:
        verdict = own_verdicts.of(stage.answer, stage.checkpoint, now=clock.now())
    return {"meeting": g.meeting, "stage": stage, "verdict_": verdict}
