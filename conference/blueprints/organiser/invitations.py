"""Invitations of a meeting: how far each has come, sent and reminded in bulk, handed over as text, QR or a workbook."""

from __future__ import annotations

from datetime import datetime

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from conference.blueprints.organiser import desk
from conference.documents import qr, tables
from conference.notices import texts
from conference.services import invitation_lists, invitations, units
from conference.services.invitation_lists import Invited, Wish
from conference.services.invitations import Sent
from conference.vocabulary import InvitationState, Mode
from conference.web import unit_tables
from conference.web.filters import moment, words
from conference.web.language import language

bp = APIBlueprint("invitations", __name__, enable_openapi=False)
# Whom an invitation or a reminder can be sent to at one go.
WHOM = {
    "not_invited": (InvitationState.NOT_INVITED, None, False),
    "not_opened": (InvitationState.NOT_OPENED, None, True),
    "silent": (None, Wish.SILENT, True),
    "places_left": (None, Wish.PLACES_LEFT, True),
}


@bp.get("/<slug>/invitations")
def index(slug: str) -> ResponseReturnValue:
    state, wish, search = desk.wish("state", InvitationState), desk.wish("wish", Wish), desk.search()
    number = min(desk.id_wish("page") or 1, 100_000)
    page = invitation_lists.page(g.meeting.id, number=number, search=search, state=state, wish=wish)
    return render_template(
        "organiser/invitations/index.html",
        page=page,
        state=state,
        wish=wish,
        search=search,
        states=list(InvitationState),
        wishes=list(Wish),
    )


@bp.post("/<slug>/invitations/send")
def send(slug: str) -> ResponseReturnValue:
    """To the ticked ones of the list."""
    ids = [int(text) for text in request.form.getlist("unit") if text.isascii() and text.isdigit() and len(text) <= 18]
    _say(invitations.send(g.meeting.id, ids, desk.doing(), reminder="remind" in request.form))
    return redirect(url_for(".index", slug=slug), 303)


@bp.route("/<slug>/invitations/send/<any(not_invited,not_opened,silent,places_left):whom>", methods=["GET", "POST"])
def send_all(slug: str, whom: str) -> ResponseReturnValue:
    """To all of a kind; says first how many they are."""
    state, wish, reminder = WHOM[whom]
    ids = invitation_lists.ids(g.meeting.id, state=state, wish=wish)
    if request.method == "POST":
        _say(invitations.send(g.meeting.id, ids, desk.doing(), reminder=reminder))
        return redirect(url_for(".index", slug=slug), 303)
    unreachable = invitation_lists.unreachable(g.meeting.id, ids)
    return render_template(
        "organiser/invitations/send.html", whom=whom, n=len(ids), unreachable=unreachable, reminder=reminder
    )


@bp.route("/<slug>/invitations/workbook", methods=["GET", "POST"])
def workbook(slug: str) -> ResponseReturnValue:
    """One row for each unit with its text and its link, made now; asks first, since each link opens a desk."""
    if request.method == "GET":
        page = invitation_lists.page(g.meeting.id)
        return render_template("organiser/invitations/workbook.html", n=sum(page.counts.values()))
    links = invitations.make_links(g.meeting.id, desk.doing())
    columns, cells = unit_tables.invitations(invitation_lists.everyone(g.meeting.id), links, text_of)
    return desk.workbook(tables.workbook(g.meeting.title, columns, cells, sheet=_("单位邀请")), _("单位邀请"))


@bp.post("/<slug>/units/<int:unit_id>/invitation")
def link(slug: str, unit_id: int) -> ResponseReturnValue:
    """A fresh link to the unit's desk; it stands on this answer alone, since only its digest is kept."""
    address = invitations.make_link(g.meeting.id, unit_id, desk.doing())
    part = units.one(g.meeting.id, unit_id)
    one = invitation_lists.one(part.id)
    return render_template(
        "organiser/invitations/link.html",
        part=part,
        invited=one,
        link=address,
        text=text_of(one, address),
        picture=Markup(qr.svg(address, title=_("单位报名页面的二维码"))),  # noqa: S704 — our own drawing, its title escaped
    )


@bp.post("/<slug>/units/<int:unit_id>/invitation/reset")
def reset(slug: str, unit_id: int) -> ResponseReturnValue:
    """As if the unit had not answered."""
    invitations.reset(g.meeting.id, unit_id, desk.doing())
    flash(_("答复已撤回，可以重新答复。"), "success")
    return redirect(url_for("organiser.units.show", slug=slug, unit_id=unit_id), 303)


def text_of(one: Invited, address: str) -> str:
    """What goes into a chat with the liaison, beside the link."""
    return texts.unit_invitation(
        meeting=g.meeting.title,
        unit=one.unit,
        when=moment(g.meeting.starts_at),
        place=g.meeting.place,
        link=address,
        closes=moment(_closes(one)),
        places=limits(one),
        liaison=one.liaison,
        language=language(),
    )


def limits(one: Invited) -> str:
    """现场 6 人，线上 10 人，共 12 人; "" where there is no limit."""
    said = [
        _("%(mode)s %(n)s 人", mode=words(mode), n=limit)
        for mode, limit in ((Mode.IN_PERSON, one.in_person_limit), (Mode.ONLINE, one.online_limit))
        if limit is not None
    ]
    if one.delegate_limit is not None:
        said.append(_("共 %(n)s 人", n=one.delegate_limit))
    return str(_("，").join(said))


def _closes(one: Invited) -> datetime:
    closes: datetime = one.reply_by or g.meeting.registration_closes_at
    return closes


def _say(sent: Sent) -> None:
    if sent.sent:
        flash(ngettext("%(num)s 条消息已放进待发箱。", "%(num)s 条消息已放进待发箱。", sent.sent), "success")
    if sent.unreachable:
        names = _("、").join(sent.unreachable[:5])
        n = len(sent.unreachable)
        flash(_("%(n)s 个单位没有能联系上的联络员，请复制文字发送：%(names)s", n=n, names=names), "warning")
    if not sent.sent and not sent.unreachable:
        flash(_("没有选中任何单位。"), "info")
