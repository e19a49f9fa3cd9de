"""Handing the desk over to another liaison: this link dies, one's own too, and a new one is shown to forward."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.unit import desk
from conference.forms.unit_desk import LiaisonForm
from conference.services import liaisons, unit_desk
from conference.web import guards, limits, refusals
from conference.web.filters import moment
from conference.web.limits import limiter

bp = APIBlueprint("hand_over", __name__, url_prefix="/<int:desk_id>", enable_openapi=False)


@bp.route("/hand-over", methods=["GET", "POST"])
@limiter.limit(limits.REGISTRATION)
def show(desk_id: int) -> ResponseReturnValue:
    form, standing = LiaisonForm(), unit_desk.of(g.part, now=clock.now())
    if form.validate_on_submit():
        with refusals.on(form) as said:
            link = liaisons.pass_on(g.desk.id, form.facts, desk.doing())
        if said.ok and link is None:
            return guards.desk_over()
        if said.ok:
            text = _(
                "%(name)s，您好！%(unit)s参加“%(meeting)s”的报名由您接手，请在%(when)s前打开下面的链接办理，请勿外传：",
                name=form.name.data,
                unit=g.part.unit.name,
                meeting=g.meeting.title,
                when=moment(standing.deadline),
            )
            return render_template("unit/hand_over/done.html", name=form.name.data, text=f"{text}\n{link}")
    return desk.answered("unit/hand_over/show.html", form, liaison=standing.liaison)
