"""Notices to many, and the organisers' own words for our messages."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from conference.blueprints.organiser import desk, filters
from conference.forms.notices import NoticeForm, SendForm, TemplateForm
from conference.notices import channels
from conference.rules import placeholders
from conference.services import bulk, notices, selections
from conference.services.notices import Words
from conference.vocabulary import DelegateStatus, MessageKind, Mode
from conference.web import refusals

bp = APIBlueprint("notices", __name__, enable_openapi=False)
SHOWN = 5
WORDS = f"/<slug>/notices/words/<any({','.join(kind.value for kind in notices.EDITABLE)}):kind>/<any(zh,en):of>"


@bp.get("/<slug>/notices")
def index(slug: str) -> ResponseReturnValue:
    listed = notices.listed(g.meeting.id)
    return render_template(
        "organiser/notices/index.html",
        listed=listed,
        subjects={one.notice.id: notices.subject_of(one.notice, g.meeting.title) for one in listed},
        kinds=notices.EDITABLE,
        changed=notices.templates(g.meeting.id),
    )


@bp.route("/<slug>/notices/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    """Whom it goes to stands in the address, where it was chosen in the list of people."""
    form = NoticeForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            notice = notices.write(g.meeting.id, Words(**form.wanted), desk.doing())
        if said.ok:
            whom: dict[str, Any] = request.args.to_dict(flat=False)  # arguments of an address
            return redirect(url_for(".send", slug=slug, notice_id=notice.id, **whom), 303)
    return desk.answered("organiser/notices/new.html", form, known=placeholders.OPEN)


@bp.route("/<slug>/notices/<int:notice_id>/edit", methods=["GET", "POST"])
def edit(slug: str, notice_id: int) -> ResponseReturnValue:
    notice = notices.one(g.meeting.id, notice_id)
    form = NoticeForm(obj=notice)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            notices.rewrite(g.meeting.id, notice_id, Words(**form.wanted), desk.doing())
        if said.ok:
            flash(_("已保存。"), "success")
            return redirect(url_for(".send", slug=slug, notice_id=notice_id), 303)
    return desk.answered("organiser/notices/edit.html", form, notice=notice, known=placeholders.OPEN)


@bp.get("/<slug>/notices/<int:notice_id>")
def send(slug: str, notice_id: int) -> ResponseReturnValue:
    """Whom it is for, and how it reads for the first of them; the next page asks."""
    notice, wanted, chosen = notices.one(g.meeting.id, notice_id), filters.wanted(request.args), _chosen()
    public_url, audience = current_app.config["PUBLIC_URL"], notices.audience(notice, chosen.ids)
    return render_template(
        "organiser/notices/send.html",
        notice=notice,
        chosen=chosen,
        wanted=wanted,
        kept=request.args.to_dict(flat=False),
        previews=[
            (d, notices.preview(notice, d, public_url=public_url)) for d in (audience.first or chosen.first)[:SHOWN]
        ],
        audience=audience,
        channels=channels.of(current_app.extensions["settings"]),
        statuses=DelegateStatus,
        modes=Mode,
    )


@bp.route("/<slug>/notices/<int:notice_id>/send", methods=["GET", "POST"])
def ask(slug: str, notice_id: int) -> ResponseReturnValue:
    """Names who gets it and asks once; the POST sends it."""
    notice, form, chosen = notices.one(g.meeting.id, notice_id), SendForm(), _chosen()
    seen = bulk.fingerprint(chosen.ids)
    if form.validate_on_submit():
        if form.seen.data == seen:
            n = notices.send(g.meeting.id, notice_id, chosen.ids, desk.doing())
            flash(ngettext("已交给待发箱：%(num)s 人。", "已交给待发箱：%(num)s 人。", n), "success")
            return redirect(url_for(".index", slug=slug), 303)
        flash(_("名单刚刚变了，请再看一遍后发送。"), "danger")
    return render_template(
        "organiser/notices/ask.html",
        notice=notice,
        seen=seen,
        kept=request.args.to_dict(flat=False),
        audience=notices.audience(notice, chosen.ids),
    ), 200 if request.method == "GET" else 409


@bp.route(WORDS, methods=["GET", "POST"])
def template(slug: str, kind: str, of: str) -> ResponseReturnValue:
    """The words of one kind of message, in one language."""
    message = MessageKind(kind)
    words, theirs = notices.template(g.meeting.id, message, of)
    form = TemplateForm(data={"subject": words.subject, "body": words.body})
    form.known = notices.placeholders_of(message)
    if form.validate_on_submit():
        with refusals.on(form) as said:
            notices.set_template(
                g.meeting.id, message, of, subject=form.subject.data, body=form.body.data, doing=desk.doing()
            )
        if said.ok:
            flash(_("已保存，之后发出的消息用新的文字。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
    return desk.answered("organiser/notices/template.html", form, kind=message, of=of, theirs=theirs, known=form.known)


@bp.post(f"{WORDS}/reset")
def reset(slug: str, kind: str, of: str) -> ResponseReturnValue:
    notices.reset_template(g.meeting.id, MessageKind(kind), of, desk.doing())
    flash(_("已恢复原来的文字。"), "success")
    return redirect(url_for(".index", slug=slug), 303)


def _chosen() -> selections.Chosen:
    """Whom the address means: a filter's people, or of them the ticked ones."""
    ticked = filters.ticked(request.args) if "delegate" in request.args else None
    return selections.chosen(g.meeting.id, filters.wanted(request.args), ticked)
