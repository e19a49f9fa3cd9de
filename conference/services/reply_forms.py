"""Reply forms that were sent in: kept sealed for a while, understood, shown, brought in, handed back marked.

For the organisers' desk and for the unit's, which passes its `unit_id` to every function here and sees its own alone:

    form_id = reply_forms.receive(meeting_id, data, file_name, doing, unit_id=…)    the upload
    card = reply_forms.show(meeting_id, form_id, now=…, unit_id=…)                  the preview, or how far it has come
    done = reply_forms.bring_in(meeting_id, form_id, doing, unit_id=…)              the good rows
    data, name = reply_forms.marked(meeting_id, form_id, language, unit_id=…)       the same workbook, marked
    reply_forms.listed(meeting_id, unit_id=…)                                       earlier ones

The pages are `components/reply_form.html`'s macros. A long form is read by the worker, or by whoever looks at its page
when no worker has come.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import defer

from conference import db, jobs
from conference.documents import reply_marking, reply_template
from conference.documents.packages import LARGEST_FILE
from conference.models import Meeting, ReplyForm, Unit
from conference.rules import reply_storing
from conference.rules.provinces import PROVINCES
from conference.rules.replies import PassedOver, Problem, Understood
from conference.sealing import seal_bytes, unseal_bytes
from conference.services import replies, reply_files
from conference.services.delegates import Doing
from conference.services.replies import Checked, Done
from conference.settings import Settings
from conference.vocabulary import (
    Category,
    DelegateStatus,
    FileFault,
    Missing,
    Mode,
    Passed,
    Refusal,
    ReplyState,
    RowNews,
    Unreadable,
)
from conference.wording import say

AT_ONCE = 60_000  # bytes that are read while the sender waits; some 1,000 rows
CLAIM_LASTS = timedelta(minutes=2)
NOBODY_CAME = timedelta(seconds=6)
LISTED = 50
JUDGED = 3_000  # rows of one list; the forms beyond them say only that they are not imported


@dataclass(frozen=True)
class Card:
    """A form as its page shows it. `plan` is None while it is read, when it cannot be, and when it is forgotten."""

    form: ReplyForm
    file_name: str
    plan: Checked | None
    waiting: bool

    @property
    def good(self) -> int:
        """How many rows there are to bring in."""
        return sum(n for news, n in self.plan.counts.items() if news is not RowNews.SAME) if self.plan else 0

    @property
    def in_line(self) -> int:
        """How many of its people stand in a line now."""
        rows = self.plan.rows if self.plan else ()
        return sum(row.holder is not None and row.holder.status is DelegateStatus.WAITLISTED for row in rows)

    @property
    def twice(self) -> Sequence[PassedOver]:
        """Rows that say the same as one above them."""
        return [one for one in self.plan.understood.passed if one.why is Passed.SAME_ROW] if self.plan else ()

    @property
    def unit_full(self) -> bool:
        """Whether rows are refused at a unit's desk that more places would let in."""
        full = {Refusal.OWN_UNIT_FULL, Refusal.OWN_MODE_FULL}
        return self.plan is not None and any(problem.fault in full for problem in self.plan.problems)

    @property
    def markable(self) -> bool:
        return self.plan is not None and self.form.file_sealed is not None and self.plan.understood.sheets > 0

    @property
    def several_sheets(self) -> bool:
        return self.plan is not None and self.plan.understood.sheets > 1


@dataclass(frozen=True)
class Sent:
    """A form in the list; `time` tells files of one name apart, counted from the oldest that is listed. `plan` is there
    for one that waits to be imported, unless too many do."""

    form: ReplyForm
    file_name: str
    time: int
    plan: Checked | None

    @property
    def problems(self) -> int:
        return len(self.plan.problems) if self.plan else self.form.problems


def receive(
    meeting_id: int,
    data: bytes,
    file_name: str,
    doing: Doing,
    *,
    unit_id: int | None = None,
    mode: Mode | None = None,
    late: bool = False,
) -> int:
    """Keep an uploaded form, and read it now if it is short. What cannot be read is not kept. The form's id."""
    form = ReplyForm(
        meeting_id=meeting_id,
        unit_id=unit_id,
        state=ReplyState.WAITING,
        mode=mode,
        late=late,
        uploaded_at=doing.now,
        uploaded_by_kind=doing.actor.kind,
        uploaded_by=doing.actor.name[:200],
        name_sealed=reply_files.name_sealed(file_name),
        file_sealed=reply_files.sealed(file_name, data) if len(data) <= LARGEST_FILE else None,
    )
    if form.file_sealed is None:
        form.state, form.fault = ReplyState.UNREADABLE, FileFault.TOO_LARGE
    with db.transaction() as session:
        session.add(form)
        session.flush()
        form_id = form.id
    if form.state is ReplyState.WAITING:
        if len(data) <= AT_ONCE:
            _understand(form_id, now=doing.now)
        else:
            jobs.soon("understand_replies")
    return form_id


def show(meeting_id: int, form_id: int, *, now: datetime, unit_id: int | None = None) -> Card:
    """Raises Missing. One that nobody has begun to read for a while is read here."""
    form = _one(meeting_id, form_id, unit_id)
    if form.state is ReplyState.WAITING and now - form.uploaded_at >= NOBODY_CAME:
        _understand(form_id, now=now)
        db.session().expire_all()
        form = _one(meeting_id, form_id, unit_id)
    plan = _plan(form, now=now)
    return Card(form, reply_files.name_of(form) or reply_files.opened(form)[0], plan, form.state is ReplyState.WAITING)


def bring_in(meeting_id: int, form_id: int, doing: Doing, *, unit_id: int | None = None) -> Done | None:
    """Enter the good rows; None where the form is not (or no longer) to be read. Again, it changes nothing."""
    form = _one(meeting_id, form_id, unit_id)
    if form.understood_sealed is None:
        return None
    said = reply_storing.read(json.loads(zlib.decompress(unseal_bytes(form.understood_sealed))))
    done = replies.bring_in(meeting_id, said, doing, unit_id=form.unit_id, late=form.late)
    with db.transaction() as session:
        held = session.scalars(db.lock(sa.select(ReplyForm).where(ReplyForm.id == form_id))).one()
        held.state = ReplyState.IMPORTED
        if held.imported_at is None or done.counts[RowNews.NEW] or done.counts[RowNews.CHANGED]:
            held.new, held.changed, held.same = (done.counts[news] for news in RowNews)
            held.problems = len(done.problems)
            held.imported_at, held.imported_by = doing.now, doing.actor.name[:200]
    return done


def marked(
    meeting_id: int, form_id: int, language: str, *, now: datetime, unit_id: int | None = None
) -> tuple[bytes, str]:
    """The sender's own workbook with the problems marked, and a name for it. Raises Missing."""
    card = show(meeting_id, form_id, now=now, unit_id=unit_id)
    if card.plan is None or card.form.file_sealed is None:
        raise Missing
    _, data = reply_files.opened(card.form)
    marks = [
        reply_marking.Mark(problem.sheet, problem.row, problem.spot.column, said(problem, language))
        for problem in card.plan.problems
    ]
    marks += [
        reply_marking.Mark(one.sheet, one.row, None, say(one.why, language))
        for one in card.twice
        if one.row is not None
    ]
    headers = {column.sheet: column.header_row for column in reversed(card.plan.understood.columns)}
    return reply_marking.mark(
        data, marks, headers
    ), f"{card.file_name.rpartition('.')[0] or card.file_name}（标注）.xlsx"


def said(problem: Problem, language: str) -> str:
    """The column and the reason of a problem."""
    between = "：" if language == "zh" else ": "
    return f"{problem.spot.header}{between}{say(problem.fault, language)}"


def listed(meeting_id: int, *, now: datetime, unit_id: int | None = None) -> Sequence[Sent]:
    """The newest `LISTED` forms; for a unit its own. What was not imported yet is judged as its own page does."""
    query = sa.select(ReplyForm).where(ReplyForm.meeting_id == meeting_id)
    if unit_id is not None:
        query = query.where(ReplyForm.unit_id == unit_id)
    light = (defer(ReplyForm.file_sealed), defer(ReplyForm.understood_sealed))
    forms = db.session().scalars(query.options(*light).order_by(ReplyForm.id.desc()).limit(LISTED)).all()
    found, rows_left = [], JUDGED
    names = [reply_files.name_of(form) for form in forms]
    for n, form in enumerate(forms):
        plan = None
        if form.state is ReplyState.UNDERSTOOD and form.people <= rows_left and form.understood_sealed is not None:
            rows_left -= form.people
            plan = _plan(form, now=now)
        found.append(Sent(form, names[n], names[n:].count(names[n]), plan))
    return found


def template(meeting_id: int, *, closes: str = "", unit_id: int | None = None) -> tuple[bytes, str]:
    """The workbook to hand out, and a name for it; with `unit_id` for one unit, whose name stands in it."""
    session = db.session()
    meeting = session.get_one(Meeting, meeting_id)
    unit = session.get(Unit, unit_id) if unit_id is not None else None
    own = (Category.DELEGATE, Category.OBSERVER, Category.MEDIA) if unit is not None else tuple(Category)
    wanted = reply_template.Wanted(
        meeting=meeting.title,
        unit=unit.name if unit is not None else None,
        modes=[say(mode, "zh") for mode in Mode],
        categories=[say(category, "zh") for category in own],
        provinces=[province.name for province in PROVINCES.values()],
        closes=closes,
    )
    name = f"{unit.name}回执.xlsx" if unit is not None else f"{meeting.title}回执.xlsx"
    return reply_template.workbook(wanted), name


@jobs.every(seconds=30)
def understand_replies(settings: Settings, now: datetime) -> None:
    """Read the forms that wait."""
    waiting = sa.select(ReplyForm.id).where(ReplyForm.state == ReplyState.WAITING).order_by(ReplyForm.id).limit(20)
    for form_id in db.session().scalars(waiting).all():
        _understand(form_id, now=now)


def _understand(form_id: int, *, now: datetime) -> None:
    """Read one form, unless somebody else is at it. Nothing is locked while it is read."""
    with db.transaction() as session:
        form = session.scalars(db.lock(sa.select(ReplyForm).where(ReplyForm.id == form_id))).first()
        if form is None or form.state is not ReplyState.WAITING or form.file_sealed is None:
            return
        if form.claimed_at is not None and now - form.claimed_at < CLAIM_LASTS:
            return
        form.claimed_at = now
        file_name, data = reply_files.opened(form)
        unit_id, mode = form.unit_id, form.mode
    fault, understood = None, None
    try:
        understood = replies.read(data, file_name, unit_id=unit_id, mode=mode)
    except Unreadable as unreadable:
        fault = unreadable.fault
    with db.transaction() as session:
        form = session.scalars(db.lock(sa.select(ReplyForm).where(ReplyForm.id == form_id))).one()
        if form.state is ReplyState.WAITING:
            _keep(form, understood, fault)


def _keep(form: ReplyForm, understood: Understood | None, fault: FileFault | None) -> None:
    if understood is None:
        form.state, form.fault, form.file_sealed = ReplyState.UNREADABLE, fault, None
        return
    text = json.dumps(reply_storing.written(understood), ensure_ascii=False)
    form.understood_sealed = seal_bytes(zlib.compress(text.encode()))
    form.state = ReplyState.UNDERSTOOD
    form.people, form.problems = len(understood.people), len(understood.problems)


def _plan(form: ReplyForm, *, now: datetime) -> Checked | None:
    if form.understood_sealed is None:
        return None
    said = reply_storing.read(json.loads(zlib.decompress(unseal_bytes(form.understood_sealed))))
    return replies.check(form.meeting_id, said, now=now, unit_id=form.unit_id, late=form.late)


def _one(meeting_id: int, form_id: int, unit_id: int | None) -> ReplyForm:
    query = sa.select(ReplyForm).where(ReplyForm.id == form_id, ReplyForm.meeting_id == meeting_id)
    if unit_id is not None:
        query = query.where(ReplyForm.unit_id == unit_id)
    found = db.session().scalars(query).first()
    if found is None:
        raise Missing
    return found
