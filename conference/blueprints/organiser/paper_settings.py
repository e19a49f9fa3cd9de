"""How papers look: logo, colours, fields, sizes, with badges as they would be."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk
from conference.forms.papers import PaperSettingsForm
from conference.services import paper_samples, papers
from conference.web import opened, refusals

bp = APIBlueprint("paper_settings", __name__, enable_openapi=False)


@bp.route("/<slug>/papers/settings", methods=["GET", "POST"])
def edit(slug: str) -> ResponseReturnValue:
    """What others saved while the form was open stays, where this one did not touch it; where both did, one chooses."""
    kept = papers.of(g.meeting.id)
    form = PaperSettingsForm(data=dict(kept.chosen) | {"opened": opened.write(kept.chosen)})
    before, wished = opened.read(form.opened.data), form.wanted
    if form.validate_on_submit():
        with refusals.on(form) as said:
            wished = opened.without_theirs(form.wanted)
            logo = form.picture(papers.LARGEST_LOGO + 1)
            merged = papers.save(
                g.meeting.id, wished, before, desk.doing(), logo=logo, drop_logo=bool(form.drop_logo.data)
            )
        if said.ok:
            flash(_("已保存。"), "success")
            if merged.theirs:
                flash(opened.kept(merged.theirs), "info")
            return redirect(url_for(".edit", slug=slug), 303)
    kept = papers.of(g.meeting.id)
    clashes = opened.shown("meeting", before, kept.chosen, wished) if form.errors else []
    form.opened.data = opened.write(kept.chosen) if clashes else form.opened.data
    return desk.answered(
        "organiser/paper_settings/edit.html",
        form,
        wrong=409 if clashes else 422,
        clashes=clashes,
        who=opened.who(g.meeting.id, "meeting", g.meeting.id) if clashes else "",
        has_logo=kept.logo is not None,
        samples=paper_samples.COUNT,
        version=kept.version,
    )


@bp.get("/<slug>/papers/settings/sample/<int:which>")
def sample(slug: str, which: int) -> ResponseReturnValue:
    """A badge as the settings in the address, or else the kept ones, would make it."""
    typed = (
        PaperSettingsForm(formdata=request.args, meta={"csrf": False}).wanted if "badge_size" in request.args else {}
    )
    picture = paper_samples.picture(g.meeting, which, typed)
    answer = Response(picture, mimetype="image/png")
    answer.headers["Cache-Control"] = "no-store"
    return answer
