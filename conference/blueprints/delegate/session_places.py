"""Signing up for a session that has places of its own, and giving the place back."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import current_app, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.services import session_places
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.vocabulary import ActorKind, SignUpStatus
from conference.web import local_path, refusals

bp = APIBlueprint("session_places", __name__, url_prefix="/my/<int:link_id>/agenda/places", enable_openapi=False)


@bp.post("/<int:session_id>")
def change(link_id: int, session_id: int) -> ResponseReturnValue:
    """Sign up, or give the place back; then back to where the button was."""
    actor = Actor(ActorKind.DELEGATE, g.link.delegate_id, g.pass_.name)
    doing = Doing(actor, clock.now(), current_app.config["PUBLIC_URL"])
    with refusals.flashed():
        if request.form.get("signed_up") == "yes":
            _sign_up(session_id, doing)
        else:
            session_places.leave(g.link, session_id, doing)
            flash(_("已取消这一场的报名。"), "success")
    back = local_path.of(request.form.get("back")) or url_for("delegate.agenda.show", link_id=link_id)
    return redirect(back, 303)


def _sign_up(session_id: int, doing: Doing) -> None:
    try:
        made = session_places.sign_up(g.link, session_id, doing)
    except session_places.Overlap as overlap:
        flash(_("您已报的“%(title)s”和这一场时间重叠，先取消那一场才能报。", title=overlap.title), "danger")
        return
    if made.status is SignUpStatus.CONFIRMED:
        flash(_("报名成功，已记在我的议程里。"), "success")
    else:
        flash(_("名额已满，已排入候补；有空位时按顺序补上，并通知您。"), "info")
