"""Filters that somebody keeps for themselves: kept from the list, renamed, taken away."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from conference.blueprints.organiser import desk, filters
from conference.forms.bulk import FilterForm
from conference.services import saved_filters
from conference.web import identity, refusals

bp = APIBlueprint("saved_filters", __name__, enable_openapi=False)


@bp.get("/<slug>/filters")
def index(slug: str) -> ResponseReturnValue:
    return _page(FilterForm())


@bp.post("/<slug>/filters")
def keep(slug: str) -> ResponseReturnValue:
    form = FilterForm()
    query = filters.query(filters.of_query(form.query.data or ""))
    if form.validate():
        with refusals.on(form) as said:
            saved_filters.keep(g.meeting.id, identity.signed_in().id, form.name.data, query, desk.doing())
        if said.ok:
            flash(_("已保存，下次在名单上面一点就能用。"), "success")
            return redirect(url_for("organiser.delegates.index", slug=slug) + f"?{query}", 303)
    return _page(form)


@bp.post("/<slug>/filters/<int:filter_id>")
def rename(slug: str, filter_id: int) -> ResponseReturnValue:
    form = FilterForm()
    if form.validate():
        with refusals.on(form) as said:
            saved_filters.rename(g.meeting.id, identity.signed_in().id, filter_id, form.name.data)
        if said.ok:
            flash(_("已保存。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
    return _page(form, renaming=filter_id)


@bp.post("/<slug>/filters/<int:filter_id>/drop")
def drop(slug: str, filter_id: int) -> ResponseReturnValue:
    saved_filters.drop(g.meeting.id, identity.signed_in().id, filter_id)
    flash(_("已删除。"), "success")
    return redirect(url_for(".index", slug=slug), 303)


def _page(form: FilterForm, *, renaming: int | None = None) -> ResponseReturnValue:
    """Where something is wrong with a new one, its form stands on the page again."""
    return desk.answered(
        "organiser/saved_filters/index.html",
        form,
        found=saved_filters.kept(g.meeting.id, identity.signed_in().id),
        renaming=renaming,
    )
