"""The meetings an account works for: made, edited, opened and closed."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference import clock
from conference.blueprints.organiser import desk
from conference.forms.meetings import MeetingForm
from conference.services import accounts as account_reads
from conference.services import capacities, editing, lines, meetings, overview
from conference.vocabulary import MeetingStatus, Mode, Refusal, Right
from conference.web import identity, opened, refusals
from conference.web.filters import words

bp = APIBlueprint("meetings", __name__, enable_openapi=False)
FIELD_OF = {Refusal.SLUG_TAKEN: "slug", Refusal.CAPACITY_BELOW_TAKEN: "capacity_in_person"}


@bp.get("/")
def index() -> ResponseReturnValue:
    ids = account_reads.meeting_ids(identity.signed_in())
    cards = overview.cards(meetings.listed(public=False, ids=ids))
    visible = {card.meeting.id: Right.SEE_MEETING in identity.rights(card.meeting.id) for card in cards}
    return render_template("organiser/meetings/index.html", cards=cards, visible=visible, door=desk.door_address)


@bp.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    form = MeetingForm()
    if _wants_another_host(form):
        return render_template("organiser/meetings/new.html", form=form, another=True)
    if form.validate_on_submit():
        with refusals.on(form, where=FIELD_OF) as said:
            slug = form.slug.data or meetings.free_slug(form.title.data, form.moment("starts_at"))
            made = meetings.make(meetings.Plan(slug=slug, **form.wanted), desk.doing())
        if said.ok:
            flash(_("会议已建好。接下来添加单位，再开放会议。"), "success")
            return redirect(url_for("organiser.overview.index", slug=made.slug), 303)
    return desk.answered("organiser/meetings/new.html", form)


@bp.route("/<slug>/settings", methods=["GET", "POST"])
def settings(slug: str) -> ResponseReturnValue:
    """What others saved while the form was open stays, where this one did not touch it; where both did, one chooses."""
    facts = editing.meeting_facts(g.meeting)
    capacity = {mode: line.capacity for mode, line in capacities.lines(g.meeting.id).items()}
    form = MeetingForm(data=MeetingForm.shown(g.meeting, capacity) | {"opened": opened.write(facts)})
    if _wants_another_host(form):
        return render_template("organiser/meetings/settings.html", form=form, another=True)
    before, wished = opened.read(form.opened.data), {}
    if form.validate_on_submit():
        with refusals.on(form, where=FIELD_OF) as said:
            wanted = form.wanted | {"slug": form.slug.data or g.meeting.slug}
            wished = opened.without_theirs(editing.meeting_wishes(wanted))
            saved = editing.meeting(g.meeting.id, wanted, wished, before, desk.doing())
        if said.ok:
            flash(_("已保存。"), "success")
            if saved.moved_up:
                flash(_("候补里有 %(n)s 人按顺序递补，已记下要通知他们。", n=saved.moved_up), "info")
            if saved.merged.theirs:
                flash(opened.kept(saved.merged.theirs), "info")
            return redirect(url_for(".settings", slug=meetings.by_id(g.meeting.id).slug), 303)
    facts = editing.meeting_facts(meetings.by_id(g.meeting.id))
    clashes = opened.shown("meeting", before, facts, wished)
    form.opened.data = opened.write(facts) if clashes else form.opened.data
    return desk.answered(
        "organiser/meetings/settings.html",
        form,
        wrong=409 if clashes else 422,
        lines=capacities.lines(g.meeting.id),
        waiting=lines.totals(g.meeting.id),
        clashes=clashes,
        who=opened.who(g.meeting.id, "meeting", g.meeting.id),
    )


@bp.route("/<slug>/status/<any(draft,open,closed,archived):wished>", methods=["GET", "POST"])
def status(slug: str, wished: str) -> ResponseReturnValue:
    """Asks with the consequences named; the POST does it."""
    to = MeetingStatus(wished)
    if request.method == "POST":
        with refusals.flashed():
            meetings.turn(g.meeting.id, to, desk.doing())
            flash(_("会议现在的状态：%(status)s。", status=words(to)), "success")
        return redirect(url_for("organiser.overview.index", slug=slug), 303)
    steps = meetings.preparations(g.meeting, units=overview.counts(g.meeting.id).units, now=clock.now())
    return render_template(
        "organiser/meetings/status.html", to=to, steps=steps, lines=capacities.lines(g.meeting.id), Mode=Mode
    )


def _wants_another_host(form: MeetingForm) -> bool:
    """The button under the hosts gives one more row, so that nobody needs a script for it."""
    if request.method == "POST" and "add_host" in request.form:
        form.add_host()
        return True
    return False
