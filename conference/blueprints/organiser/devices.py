"""Scanning devices (扫码设备): a gate is named, its code shown to a phone, and who is at work is seen live."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from conference import clock
from conference.blueprints.organiser import desk
from conference.documents import qr
from conference.forms.devices import DeviceForm
from conference.services import checkpoints, device_lists, devices
from conference.vocabulary import Refusal
from conference.web import headers, identity, refusals

bp = APIBlueprint("devices", __name__, enable_openapi=False)
ONE = "/<slug>/devices/<int:device_id>"
_WHERE = {Refusal.GATE_TAKEN: "name"}


@bp.get("/<slug>/devices")
def index(slug: str) -> ResponseReturnValue:
    return render_template("organiser/devices/index.html", found=device_lists.listed(g.meeting.id, now=clock.now()))


@bp.get("/<slug>/devices/live")
def live(slug: str) -> Response:
    """The inside of the list; 304 while nothing changed."""
    found = device_lists.listed(g.meeting.id, now=clock.now())
    return headers.conditional(render_template("organiser/devices/_live.html", found=found, meeting=g.meeting))


@bp.route("/<slug>/devices/new", methods=["GET", "POST"])
def new(slug: str) -> ResponseReturnValue:
    like = desk.id_wish("like")
    form = _form(DeviceForm(data=_held(like) if like else None))
    if form.validate_on_submit():
        with refusals.on(form, where=_WHERE) as said:
            device = devices.prepare(g.meeting.id, form.wanted, desk.doing())
        if said.ok:
            return redirect(url_for(".code", slug=slug, device_id=device.id), 303)
    return desk.answered("organiser/devices/new.html", form)


@bp.route(f"{ONE}/edit", methods=["GET", "POST"])
def edit(slug: str, device_id: int) -> ResponseReturnValue:
    form = _form(DeviceForm(data=_held(device_id)))
    if form.validate_on_submit():
        with refusals.on(form, where=_WHERE) as said:
            devices.edit(g.meeting.id, device_id, form.wanted, desk.doing())
        if said.ok:
            flash(_("已保存，手机上马上生效。"), "success")
            return redirect(url_for(".index", slug=slug), 303)
    return desk.answered("organiser/devices/edit.html", form, device=devices.one(g.meeting.id, device_id))


@bp.get(f"{ONE}/code")
def code(slug: str, device_id: int) -> ResponseReturnValue:
    """The code on the screen; the page notices by itself when a phone has taken it."""
    return render_template("organiser/devices/code.html", **_shown(device_id))


@bp.get(f"{ONE}/code/live")
def code_live(slug: str, device_id: int) -> Response:
    return headers.conditional(render_template("organiser/devices/_code.html", meeting=g.meeting, **_shown(device_id)))


@bp.post(f"{ONE}/code")
def renew(slug: str, device_id: int) -> ResponseReturnValue:
    with refusals.flashed():
        devices.renew(g.meeting.id, device_id, desk.doing())
    return redirect(url_for(".code", slug=slug, device_id=device_id), 303)


@bp.route(f"{ONE}/revoke", methods=["GET", "POST"])
def revoke(slug: str, device_id: int) -> ResponseReturnValue:
    form = DeviceForm()
    if not form.is_submitted():
        card = device_lists.card(devices.one(g.meeting.id, device_id), now=clock.now())
        return render_template("organiser/devices/revoke.html", card=card)
    devices.revoke(g.meeting.id, device_id, actor=identity.actor(), now=clock.now())
    flash(_("已停用，这部手机从现在起不能再扫码。"), "success")
    return redirect(url_for(".index", slug=slug), 303)


def _form(form: DeviceForm) -> DeviceForm:
    form.offer((point.id, point.name) for point in checkpoints.listed(g.meeting.id))
    return form


def _held(device_id: int) -> dict[str, object]:
    device = devices.one(g.meeting.id, device_id)
    return {"name": device.name, "checkpoint_ids": [str(id_) for id_ in device.checkpoint_ids]}


def _shown(device_id: int) -> dict[str, object]:
    device, now = devices.one(g.meeting.id, device_id), clock.now()
    secret = devices.code_of(device, now=now)
    address = f"{current_app.config['PUBLIC_URL']}/door/pair/{secret}" if secret else None
    picture = Markup(qr.svg(address, title=_("配对二维码"))) if address else None  # noqa: S704 — our own drawing
    minutes = 1 + int((device.pairing_expires_at - now).total_seconds() // 60)
    return {
        "card": device_lists.card(device, now=now),
        "address": address,
        "picture": picture,
        "minutes": minutes,
    }
