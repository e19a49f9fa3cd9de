"""The scanner: codes in, verdicts out; with a script through the API, without one through these pages."""

from __future__ import annotations

from functools import partial

from apiflask import APIBlueprint
from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from conference import clock
from conference.blueprints.door import place
from conference.forms.door import ScanForm
from conference.services import checkin, checkpoints, door, nods, paired_phones, scans
from conference.services.scans import Scan
from conference.services.tokens import Bearer
from conference.vocabulary import Direction
from conference.web import headers, identity, posts, refusals, shells, verdicts
from conference.web.posts import Post

bp = APIBlueprint("scanner", __name__, url_prefix="/<slug>/<int:checkpoint_id>", enable_openapi=False)


@bp.get("")
def show(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    checkpoints.one(g.meeting.id, checkpoint_id)
    if posts.remembered() is None and identity.device() is None:
        return redirect(url_for("door.posts.choose", slug=slug), 303)
    page = make_response(_page(checkpoint_id, ScanForm()))
    return posts.remember(page, Post(posts.gate(), slug, checkpoint_id))


@bp.get("/shell")
def shell(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    """The same page with nothing in it about anybody, for a phone to open where there is no network."""
    return headers.conditional(_page(checkpoint_id, ScanForm(), kept=True))


@bp.post("/token")
def token(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    checkpoints.one(g.meeting.id, checkpoint_id)
    phone = identity.device()
    made = posts.token(meeting_id=g.meeting.id, now=clock.now())
    return {"token": made, "gate": posts.gate(), "device": phone.id if phone else None}


@bp.get("/state")
def state(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    point = checkpoints.one(g.meeting.id, checkpoint_id)
    count = door.count(g.meeting.id, point)
    phone = identity.device()
    if phone is not None:
        paired_phones.seen(phone, waiting=request.args.get("waiting", type=int), now=clock.now())
    return {
        "arrived": count.arrived,
        "expected": count.expected,
        "nods": nods.count(checkpoint_id, now=clock.now()),
        "checkpoint": shells.point(g.meeting, point),
        "csrf": generate_csrf(),
    }


@bp.post("/scan")
def scan(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    checkpoints.one(g.meeting.id, checkpoint_id)
    form = ScanForm()
    if not form.validate_on_submit():
        return _page(checkpoint_id, form), 422
    nonce = form.nonce.data or ScanForm.fresh_nonce()
    scanned = Scan(form.code.data, checkpoint_id, nonce, Direction(form.direction.data or Direction.IN))
    answer = checkin.check_in(g.meeting.id, scanned, _bearer().gate, now=clock.now())
    return redirect(url_for(".verdict", slug=slug, checkpoint_id=checkpoint_id, check_in_id=answer["id"]), 303)


@bp.get("/verdict/<int:check_in_id>")
def verdict(slug: str, checkpoint_id: int, check_in_id: int) -> ResponseReturnValue:
    answer = scans.one(g.meeting.id, checkpoint_id, check_in_id)
    return render_template(
        "door/scanner/verdict.html",
        verdict_=verdicts.of(answer, now=clock.now()),
        voided=answer["voided_at"] is not None,
        **place.here(checkpoint_id),
    )


@bp.get("/verdict/<int:check_in_id>/undo")
def undo(slug: str, checkpoint_id: int, check_in_id: int) -> ResponseReturnValue:
    answer = scans.one(g.meeting.id, checkpoint_id, check_in_id)
    return render_template("door/scanner/undo.html", answer=answer, **place.here(checkpoint_id))


@bp.post("/verdict/<int:check_in_id>/undo")
def take_back(slug: str, checkpoint_id: int, check_in_id: int) -> ResponseReturnValue:
    scans.one(g.meeting.id, checkpoint_id, check_in_id)
    with refusals.flashed():
        actor = _bearer().actor
        checkin.void(g.meeting.id, check_in_id, reason=_("门口撤销"), actor=actor, own_only=True, now=clock.now())
        flash(_("已撤销这次签到"), "success")
    return redirect(url_for(".show", slug=slug, checkpoint_id=checkpoint_id), 303)


@bp.get("/search")
def search(slug: str, checkpoint_id: int) -> ResponseReturnValue:
    text = request.args.get("q", "").strip()[: door.QUERY_LIMIT]
    point = checkpoints.one(g.meeting.id, checkpoint_id)
    found = door.search(g.meeting.id, point, text, now=clock.now()) if text else None
    part = request.headers.get("X-Requested-With") == "scanner"
    template = "door/scanner/_found.html" if part else "door/scanner/search.html"
    return render_template(
        template,
        found=found,
        q=text,
        nonce=ScanForm.fresh_nonce,
        when=partial(verdicts.when, now=clock.now()),
        **place.here(checkpoint_id),
    )


def _page(checkpoint_id: int, form: ScanForm, *, kept: bool = False) -> str:
    if not form.errors:
        form.nonce.data = ScanForm.fresh_nonce()
    here = place.here(checkpoint_id)
    return render_template("door/scanner/show.html", form=form, kept=kept, spoken=verdicts.spoken(), **here)


def _bearer() -> Bearer:
    return posts.bearer(meeting_id=g.meeting.id, now=clock.now())
