"""What the pages of an agenda's draft share: which part is asked for, rows of people, what is said after an act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from flask import flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from conference import clock
from conference.forms import agenda as forms
from conference.forms.agenda import WithPeople
from conference.rules.agenda_times import day_of
from conference.services import agenda
from conference.services.agenda_draft import Clash, Seen
from conference.services.agenda_moves import Moved
from conference.vocabulary import AgendaRoleKind, Malformed, Missing
from conference.web import refusals
from conference.web.filters import clock_time, words

NAMED = 4  # so many that moved are named, the others counted


def template(name: str) -> str:
    """A page, or its inner part for the script that works on the list."""
    part = "_" if request.headers.get("X-Requested-With") == "agenda" else ""
    return f"organiser/agenda/{part}{name}.html"


def asked_day() -> date | None:
    """The day in the query of the address."""
    try:
        return date.fromisoformat(request.args.get("day", "")[:10])
    except ValueError:
        return None


def wants_rows(form: WithPeople, role: AgendaRoleKind) -> bool:
    """The buttons among the people give another row, or take one away, so that nobody needs a script for it."""
    if request.method == "POST" and "add_row" in request.form:
        form.add_row(role)
        return True
    if request.method == "POST" and "drop_row" in request.form:
        form.drop_row(request.form["drop_row"])
        return True
    if request.method == "GET" and not form.roles.entries:
        form.add_row(role)
    return False


def seen() -> Seen | None:
    """What the page of whoever posts this showed; None where it does not say."""
    if "version" not in request.form:
        return None
    return forms.seen(request.form.get("version"), request.form.get("seen"))


def beside() -> tuple[int, bool]:
    """Beside which other something was dropped, and whether after it. Raises Missing for nonsense."""
    for name in ("before", "after"):
        text = request.form.get(name, "")
        if text.isascii() and text.isdigit() and len(text) < 18:
            return int(text), name == "after"
    raise Missing


class Clashes:
    """The fields that somebody else changed too, where a verb was refused for them."""

    def __init__(self) -> None:
        self.fields: list[str] = []


@contextmanager
def clashes() -> Iterator[Clashes]:
    """Note for which fields a verb is refused as changed meanwhile; the refusal goes on."""
    found = Clashes()
    try:
        yield found
    except Clash as clash:
        found.fields = clash.fields
        raise


@contextmanager
def flashed() -> Iterator[None]:
    """Say a refusal, or what is wrong, at the top of the next page."""
    try:
        with refusals.flashed():
            yield
    except Malformed as malformed:
        for fault in malformed.faults.values():
            flash(words(fault), "danger")


def tell(done: str, moved: Sequence[Moved]) -> None:
    """What was done, and which sessions are on at another time now."""
    lines = [done] if done else []
    if moved:
        named = [_moved(one) for one in moved[:NAMED]]
        if len(moved) > NAMED:
            named.append(ngettext("还有 %(num)s 场", "还有 %(num)s 场", len(moved) - NAMED))
        lines.append(_("时间变了：%(which)s", which=_("；").join(named)))
    if lines:
        flash(" ".join(lines), "success")


def _moved(one: Moved) -> str:
    if one.old == one.new:
        return str(_("“%(title)s”换了会场", title=one.title))
    zone = g.meeting.timezone
    old, new = clock_time(one.old, zone), clock_time(one.new, zone)
    if day_of(one.old, zone) != day_of(one.new, zone):
        new = f"{day_of(one.new, zone):%m-%d} {new}"
    return str(_("“%(title)s”由 %(old)s 改到 %(new)s", title=one.title, old=old, new=new))


def back_to(session_id: int) -> Response:
    """To the list, where this session stands in it."""
    address = url_for("organiser.agenda.index", slug=g.meeting.slug, at=session_id, _anchor=f"session-{session_id}")
    return redirect(address, 303)


def next_to(after: int | None) -> dict[str, object]:
    """What a form for a new session begins with: the day that was asked for, and where another session ends."""
    zone = g.meeting.timezone
    ready: dict[str, object] = {"day": asked_day() or day_of(g.meeting.starts_at, zone)}
    if after is None:
        return ready
    row = agenda.one(g.meeting.id, after)
    if row.ends_at:
        ready |= {"day": day_of(row.ends_at, zone), "begins": clock.local(row.ends_at, zone).time()}
    return ready | {"room": str(row.room_id or "")}
