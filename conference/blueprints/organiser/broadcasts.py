"""Where the meeting is shown online (直播): who may watch, the outside room, the lines of a stream, captions."""

from __future__ import annotations

from collections.abc import Sequence

from apiflask import APIBlueprint
from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from conference import clock
from conference.blueprints.organiser import desk
from conference.forms.broadcasts import WATCHING, CaptionsForm, RoomForm, Rows, StreamsForm, WatchingForm
from conference.services import broadcasts, files
from conference.services.broadcasts import BroadcastFacts
from conference.vocabulary import Refusal, Viewership
from conference.web import files as answers
from conference.web import refusals
from conference.web.filters import clock_time, short_day, words

bp = APIBlueprint("broadcasts", __name__, url_prefix="/<slug>/broadcast", enable_openapi=False)


@bp.get("/")
def index(slug: str) -> ResponseReturnValue:
    return _page()


@bp.post("/watching")
def watch(slug: str) -> ResponseReturnValue:
    """Who may watch, whether questions are taken, how attendance is counted."""
    form = WatchingForm()
    form.offer(_sessions(broadcasts.of(g.meeting.id)))
    return _changed(form, "watching", WATCHING)


@bp.post("/room")
def set_room(slug: str) -> ResponseReturnValue:
    return _changed(RoomForm(), "room", ("room",))


@bp.post("/room/away")
def drop_room(slug: str) -> ResponseReturnValue:
    with refusals.flashed():
        broadcasts.change(g.meeting.id, {"room": None}, desk.doing(), seen=request.form.get("seen"))
        flash(_("已去掉会议室，代表看不到它了。"), "success")
    return _back("room")


@bp.post("/streams")
def set_streams(slug: str) -> ResponseReturnValue:
    """All lines at once; a row that was emptied is none any more."""
    return _changed(StreamsForm(), "streams", ("streams",))


@bp.post("/streams/<int(max=9):at>/<any(up,down,away):way>")
def step(slug: str, at: int, way: str) -> ResponseReturnValue:
    """Which line is tried first, and which goes; `seen` says which ones were looked at."""
    lines = list(broadcasts.of(g.meeting.id).streams)
    if at < len(lines):
        line = lines.pop(at)
        if way != "away":
            lines.insert(max(at + (1 if way == "down" else -1), 0), line)
        with refusals.flashed():
            broadcasts.change(g.meeting.id, {"streams": tuple(lines)}, desk.doing(), seen=request.form.get("seen"))
            if way == "away":
                flash(_("已去掉线路“%(name)s”。", name=line.name), "success")
    else:
        flash(words(Refusal.CHANGED_MEANWHILE), "danger")
    return _back("streams")


@bp.post("/captions")
def put_captions(slug: str) -> ResponseReturnValue:
    form = CaptionsForm()
    if form.validate_on_submit():
        with refusals.on(form) as said:
            broadcasts.put_captions(g.meeting.id, form.content, desk.doing(), seen=form.seen.data)
        if said.ok:
            flash(_("字幕已保存，直播页里可以打开。"), "success")
            return _back("captions")
    return _page("captions", form)


@bp.get("/captions.vtt")
def captions(slug: str) -> Response:
    """What is kept, to be looked at."""
    return answers.download(broadcasts.captions(g.meeting.id))


@bp.post("/captions/away")
def drop_captions(slug: str) -> ResponseReturnValue:
    with refusals.flashed():
        broadcasts.drop_captions(g.meeting.id, desk.doing(), seen=request.form.get("seen"))
        flash(_("已去掉字幕。"), "success")
    return _back("captions")


def _changed(form: WatchingForm | RoomForm | Rows, part: str, names: Sequence[str]) -> ResponseReturnValue:
    """Set what a form is about."""
    if form.validate_on_submit():
        with refusals.on(form) as said:
            broadcasts.change(g.meeting.id, form.wanted, desk.doing(), seen=form.seen.data)
        if said.ok:
            flash(_("已保存。"), "success")
            return _back(part)
        if Refusal.CHANGED_MEANWHILE in said.reasons:  # told, and looked at again with what was typed
            form.seen.data = broadcasts.of(g.meeting.id).stamp(*names)
    return _page(part, form)


def _page(part: str = "", sent: FlaskForm | None = None) -> ResponseReturnValue:
    """All forms; the one that was sent says what is wrong with it."""
    found = broadcasts.of(g.meeting.id)
    sessions = _sessions(found)
    watching = WatchingForm.of(found, formdata=None)
    watching.offer(sessions)
    forms: dict[str, FlaskForm] = {
        "watching": watching,
        "room": RoomForm.of(found, formdata=None),
        "streams": StreamsForm.of(found, formdata=None),
        "captions": CaptionsForm(formdata=None),
    }
    stamps = {name: found.stamp(name) for name in ("room", "streams", "captions_id")}
    if sent is not None:
        forms[part] = sent
    said = render_template(
        "organiser/broadcasts/index.html",
        found=found,
        form=sent,
        forms=forms,
        sessions=sessions,
        captions=found.captions_id and files.named([found.captions_id])[found.captions_id],
        live_address=_live_address(),
        share=_share(found),
        stamps=stamps,
    )
    return said, 422 if sent is not None and sent.errors else 200


def _live_address() -> str:
    return f"{current_app.config['PUBLIC_URL']}/m/{g.meeting.slug}/live"


def _share(found: BroadcastFacts) -> str:
    """What is forwarded to a group: the way through us, never the room's own address."""
    first = _("《%(title)s》线上参会入口：", title=g.meeting.title)
    if found.audience is Viewership.PUBLIC:
        how = _("点开就能看。代表请用自己的个人链接登录过的手机打开，才能提问、投票、记入出席。")
    else:
        how = _("只限已确认的代表，请用报名的手机打开；打不开的，先打开自己的个人链接，再点“看直播”。")
    return f"{first}\n{_live_address()}\n{how}"


def _sessions(found: BroadcastFacts) -> list[tuple[int, str]]:
    """Those that may count, and those that were ticked and are shown online no more, so that they can be unticked."""
    there = broadcasts.countable(g.meeting, now=clock.now())
    named = [
        (one.id, f"{short_day(one.starts_at)} {clock_time(one.starts_at)} {one.title}" if one.starts_at else one.title)
        for one in there
    ]
    gone = set(found.threshold_session_ids) - {one.id for one in there}
    return [*named, *((id_, _("已不在线上议程里的一场")) for id_ in sorted(gone))]


def _back(part: str) -> ResponseReturnValue:
    return redirect(url_for(".index", slug=g.meeting.slug, _anchor=f"the-{part}"), 303)
