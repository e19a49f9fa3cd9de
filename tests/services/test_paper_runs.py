"""Long papers: asked for once, made by the worker, begun anew when it dies, forgotten with whoever is on them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, timedelta

import pypdf
import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import PaperRun, PrintedPaper
from conference.services import delegates, files, paper_people, paper_runs, retention
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.paper_people import Holder
from conference.services.selections import Wanted
from conference.vocabulary import Mode, PaperKind, Refusal, Refused
from tests.cast import Cast

BADGE = PaperKind.BADGE


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(SYSTEM, now, cast.public_url)


def people(cast: Cast, **more: object) -> list[Holder]:
    return paper_people.chosen(cast.meeting_id, Wanted(), kind=BADGE, **more)  # type: ignore[arg-type]


def ask(cast: Cast, doing: Doing, folk: Sequence[Holder], nonce: str = "one") -> int:
    return paper_runs.ask(
        cast.meeting_id,
        cast.zhouning_id,
        BADGE,
        folk,
        total=len(folk),
        first=1,
        nonce=nonce,
        doing=doing,
    )


def work(cast: Cast, now: datetime) -> int:
    return paper_runs.make_waiting(cast.public_url, now=now)


def names(cast: Cast, run_id: int, now: datetime) -> list[str]:
    made = paper_runs.opened(cast.meeting_id, run_id, now=now)
    return ["".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(made.content)).pages]


def rows() -> int:
    return int(db.session().scalar(sa.select(sa.func.count()).select_from(PaperRun)) or 0)


def test_a_run_asked_twice_is_one_and_is_made_once(cast: Cast, doing: Doing, now: datetime) -> None:
    folk = people(cast)
    run_id = ask(cast, doing, folk)
    assert ask(cast, doing, folk[:1]) == run_id
    waiting = paper_runs.one(cast.meeting_id, run_id, now=now)
    assert (waiting.done, waiting.total, waiting.finished) == (0, 3, False)
    assert (work(cast, now), work(cast, now)) == (1, 0)
    made = paper_runs.one(cast.meeting_id, run_id, now=now)
    assert (made.done, made.ready, made.missing, made.by) == (3, True, {}, "周宁")
    pages = names(cast, run_id, now)
    assert [("李然" in p, "王敏" in p, "陈卓" in p) for p in pages] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]


def test_a_run_whose_worker_died_is_begun_anew_and_given_up_in_the_end(cast: Cast, doing: Doing, now: datetime) -> None:
    run_id = ask(cast, doing, people(cast))
    claim = sa.update(PaperRun).values(claimed_at=now, done=2, attempts=1)
    with db.transaction() as session:
        session.execute(claim)
    assert work(cast, now + paper_runs.STALLED - timedelta(seconds=5)) == 0  # it may still be at it
    later = now + paper_runs.STALLED + timedelta(seconds=1)
    assert paper_runs.one(cast.meeting_id, run_id, now=later).stalled
    assert work(cast, later) == 1
    assert len(names(cast, run_id, later)) == 3
    with db.transaction() as session:
        session.execute(claim.values(attempts=paper_runs.ATTEMPTS, finished_at=None, key_sealed=None))
    assert work(cast, later) == 0
    assert paper_runs.one(cast.meeting_id, run_id, now=later).failed


def test_who_cannot_be_drawn_is_left_out_and_named(cast: Cast, doing: Doing, now: datetime) -> None:
    for id_ in (cast.wangmin_id, cast.chenzhuo_id):
        delegates.edit(cast.meeting_id, id_, {"name": "\U000323af敏"}, doing)
    run_id = ask(cast, doing, people(cast))
    work(cast, now)
    run = paper_runs.one(cast.meeting_id, run_id, now=now)
    assert (run.ready, run.total, list(run.missing.values())) == (True, 1, [["\U000323af"]] * 2)
    assert [name.partition(" · ")[0] for name in run.missing] == ["0002 \U000323af敏", "0003 \U000323af敏"]
    assert len(names(cast, run_id, now)) == 1


def test_who_cancelled_is_printed_only_where_they_are_ticked(cast: Cast, doing: Doing) -> None:
    delegates.cancel(cast.meeting_id, cast.wangmin_id, doing)
    delegates.decline(cast.meeting_id, cast.chenzhuo_id, doing, reason="")
    assert [one.name for one in people(cast)] == ["李然"]
    assert [(one.name, one.gone) for one in people(cast, ticked=[cast.wangmin_id])] == [("王敏", True)]


def test_nobody_is_no_run(cast: Cast, doing: Doing) -> None:
    with pytest.raises(Refused) as refused:
        ask(cast, doing, [])
    assert refused.value.refusal is Refusal.NOBODY_TO_PRINT
    assert rows() == 0


def test_only_the_new_and_the_changed_are_printed_again(cast: Cast, doing: Doing, now: datetime) -> None:
    paper_runs.made_at_once(cast.meeting_id, BADGE, people(cast), doing)
    assert people(cast, only_new=True) == []
    delegates.edit(cast.meeting_id, cast.wangmin_id, {"position": "主任"}, doing)
    delegates.reissue(cast.meeting_id, cast.chenzhuo_id, doing)
    assert [one.id for one in people(cast, only_new=True)] == [cast.wangmin_id, cast.chenzhuo_id]
    paper_runs.made_at_once(cast.meeting_id, BADGE, people(cast, only_new=True), doing)
    assert people(cast, only_new=True) == []
    in_person = paper_people.chosen(cast.meeting_id, Wanted(mode=Mode.IN_PERSON), kind=PaperKind.LABEL, only_new=True)
    assert [one.id for one in in_person] == [cast.liran_id, cast.chenzhuo_id]


def test_an_erased_person_takes_the_papers_along(cast: Cast, doing: Doing, now: datetime) -> None:
    folk = people(cast)
    with_wangmin, without = ask(cast, doing, folk), ask(cast, doing, folk[:1], nonce="two")
    work(cast, now)
    delegates.erase(cast.meeting_id, cast.wangmin_id, doing)
    assert list(db.session().scalars(sa.select(PaperRun.id))) == [without]
    assert with_wangmin != without
    kept = db.session().scalars(sa.select(PrintedPaper.delegate_id).order_by(PrintedPaper.delegate_id))
    assert list(kept) == [cast.liran_id, cast.chenzhuo_id]


def test_a_run_is_over_after_a_day_and_its_file_is_swept(cast: Cast, doing: Doing, now: datetime) -> None:
    run_id = ask(cast, doing, people(cast))
    work(cast, now)
    file = files._FOLDER["uploads"] / db.session().get_one(PaperRun, run_id).path
    assert b"%PDF" not in file.read_bytes()[:64]
    over = now + paper_runs.KEPT
    files.sweep(over)
    assert file.exists()
    paper_runs.sweep(over)
    files.sweep(over)
    assert (rows(), file.exists()) == (0, False)


def test_the_privacy_job_forgets_the_runs_of_a_meeting(cast: Cast, doing: Doing, now: datetime) -> None:
    ask(cast, doing, people(cast))
    retention.expire(now + timedelta(days=800))
    assert rows() == 0
    assert db.session().scalar(sa.select(sa.func.count()).select_from(PrintedPaper)) == 0
