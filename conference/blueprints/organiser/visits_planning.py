"""The planner of the visits at the desk: asked, looked at, accepted."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from conference.blueprints.organiser import desk
from conference.forms.visits_planning import AcceptForm, PlanForm
from conference.rules.visits_planning_answers import Undecided
from conference.services import visits_proposals, visits_settings, visits_stops
from conference.services.visits_planning import Unplanned
from conference.services.visits_proposals import Proposal
from conference.vocabulary import Malformed, Refused
from conference.web import refusals, visits_charts, visits_refusals, visits_words
from conference.web.filters import words

bp = APIBlueprint("visits_planning", __name__, url_prefix="/<slug>/visits", enable_openapi=False)


@bp.route("/plan", methods=["GET", "POST"])
def index(slug: str) -> ResponseReturnValue:
    """A POST asks; nothing is written before it is accepted."""
    form = PlanForm.of(visits_settings.of(g.meeting.id), g.meeting.timezone)
    stops = visits_stops.listed(g.meeting.id)
    names = {stop.id: stop.name for stop in stops}
    proposal, days, why_not, undecided = None, [], "", ""
    if form.validate_on_submit():
        found, why_not = _asked(form)
        if isinstance(found, Undecided):
            undecided = visits_words.undecided(found, names)
        elif found is not None:
            proposal = found
            ways = [*map(visits_charts.proposed, found.buses), *map(visits_charts.way, found.kept)]
            days = visits_charts.days(ways, stops, g.meeting.timezone)
    return desk.answered(
        "organiser/visits/plan.html",
        form,
        proposal=proposal,
        accept=AcceptForm(formdata=None, data={"proposal": proposal.sealed if proposal else ""}),
        days=days,
        names=names,
        why_not=why_not,
        undecided=undecided,
    )


@bp.post("/plan/departures")
def accept(slug: str) -> ResponseReturnValue:
    """Writes what was seen; again: nothing more."""
    form = AcceptForm()
    said = ""
    if form.validate_on_submit():
        try:
            made = visits_proposals.write(g.meeting.id, form.proposal.data or "", desk.doing())
        except Malformed as malformed:
            said = str(_("；")).join(words(fault) for fault in malformed.faults.values())
        except Refused as refused:
            said = visits_refusals.spoken(refused)
        else:
            if made:
                flash(ngettext("已添加 %(num)s 个车次。", "已添加 %(num)s 个车次。", made), "success")
            else:
                flash(_("这些车次已经在了，没有重复添加。"), "info")
            return redirect(url_for("organiser.visits.index", slug=slug, _anchor="timetable"), 303)
    if said:
        flash(said, "danger")
    return redirect(url_for(".index", slug=slug), 303)


def _asked(form: PlanForm) -> tuple[Proposal | Undecided | None, str]:
    """What was found, or why there is no plan; neither where the form says what is wrong with it."""
    asked = form.asked(g.meeting.timezone)
    if asked is None:
        return None, ""
    found: Proposal | Undecided | None = None
    why_not = ""
    with refusals.on(form):
        try:
            found = visits_proposals.propose(
                g.meeting.id, asked, replacing=bool(form.replacing.data), bus_name=_("%(n)s号车", n="{n}")
            )
        except Unplanned as unplanned:
            why_not = visits_words.no_plan(unplanned, g.meeting.timezone)
    return found, why_not
