"""Releasing the agenda: what the draft would change, the release, and those that were, as they were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from conference import clock
from conference.blueprints.organiser import desk
from conference.forms import agenda_releases as forms
from conference.forms.agenda_releases import ReleaseForm
from conference.notices import channels
from conference.rules import agenda_search
from conference.rules.agenda import Agenda, Role, Session
from conference.services import agenda_news, agenda_releases, stage_desk
from conference.services.agenda_releases import Preview, Released
from conference.web import refusals
from conference.web.filters import words
from conference.web.language import language

bp = APIBlueprint("agenda_releases", __name__, enable_openapi=False)


@bp.get("/<slug>/agenda/releases")
def index(slug: str) -> ResponseReturnValue:
    preview = agenda_releases.preview(g.meeting.id)
    form = forms.under(preview.asked)(data={"tell": preview.released is not None, **preview.reasons})
    return _page(preview, form)


@bp.post("/<slug>/agenda/releases")
def release(slug: str) -> ResponseReturnValue:
    preview = agenda_releases.preview(g.meeting.id)
    form = forms.under(preview.asked)()
    if _is_sent_twice(preview, form):
        return redirect(url_for(".show", slug=slug, number=form.expected), 303)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            made = agenda_releases.release(
                g.meeting.id,
                desk.doing(),
                note=form.note.data,
                overruled=form.reasons,
                version=form.seen,
                tell=form.tell.data,
            )
        if said.ok:
            flash(_("已发布第 %(n)s 版，现在所有人看到的就是这一版。", n=made.number), "success")
            return redirect(url_for(".show", slug=slug, number=made.number), 303)
        preview = agenda_releases.preview(g.meeting.id)  # which is another one, if that was why
        if _is_sent_twice(preview, form):  # at the same instant
            return redirect(url_for(".show", slug=slug, number=form.expected), 303)
        form = _again(form, preview)
    return _page(preview, form)


@bp.get("/<slug>/agenda/releases/<int:number>")
def show(slug: str, number: int) -> ResponseReturnValue:
    """A release as everybody saw it."""
    found, agenda = agenda_releases.one(g.meeting.id, number)
    return render_template(
        "organiser/agenda_releases/show.html",
        found=found,
        agenda=agenda,
        days=[
            (day.begins, [_item(agenda, one) for one in day.sessions])
            for day in agenda_search.days(agenda, g.meeting.timezone)
        ],
        news=_news(found),
        told=_told(found),
    )


def _page(preview: Preview, form: ReleaseForm) -> ResponseReturnValue:
    form.show(version=preview.version, number=preview.number)
    return desk.answered(
        "organiser/agenda_releases/index.html",
        form,
        preview=preview,
        news=agenda_news.of(preview.changes, language=language(), timezone=g.meeting.timezone),
        releases=[(one, _told(one)) for one in agenda_releases.listed(g.meeting.id)],
        delays=stage_desk.holding(g.meeting, now=clock.now()),
        channels=channels.of(current_app.extensions["settings"]),
    )


def _is_sent_twice(preview: Preview, form: ReleaseForm) -> bool:
    """Whether what the form asks for is the release that holds."""
    return preview.is_draft_same and form.expected == preview.number - 1


def _again(form: ReleaseForm, preview: Preview) -> ReleaseForm:
    """The same, with a field for each conflict that there is by now."""
    fresh = forms.under(preview.asked)(request.form)
    fresh.form_errors = list(form.form_errors)
    for name in form.errors:
        if name in fresh:
            fresh[name].errors = form[name].errors
    return fresh


def _item(agenda: Agenda, session: Session) -> dict[str, Any]:
    """As the component takes it."""
    room = agenda.room.get(session.room_id) if session.room_id else None
    kind = words(session.kind)

    def named(roles: Sequence[Role]) -> str:
        return str(_("、")).join(agenda.person[one.person_id].name for one in roles)

    return {
        "starts": session.starts_at or "",
        "ends": session.ends_at,
        "title": session.title,
        "place": " · ".join(one for one in ("" if kind in session.title else kind, room.name if room else "") if one),
        "note": session.detail,
        "people": [(words(one.role), named([one])) for one in session.roles]
        + [(talk.title or talk.unit_name or words(talk.kind), named(talk.roles)) for talk in session.talks],
    }


def _news(found: Released) -> list[agenda_news.News]:
    return agenda_news.of(found.changes, language=language(), timezone=g.meeting.timezone)


def _told(found: Released) -> str:
    """To how many messages went."""
    return ngettext("通知了 %(num)s 人", "通知了 %(num)s 人", found.messages) if found.messages else ""
