"""Five thousand people who watch: the CPU that serving them takes, and how long the slowest answers took.

Each page says every 30 s that it plays (a beat, to the application), and asks every 12 s what is on stage and every
12 s for questions and polls, on the condition that it has changed: nginx answers most of these from its cache
(deploy/nginx.conf, on http). Every two seconds something that all of them see changes. The time of an answer counts
from when its request was due, so that a server that falls behind cannot hide it. The aim is at most 70 % of two cores,
the load generator not counted, and 99 of 100 answers within 250 ms; on PostgreSQL, as such a meeting runs. The CPU of
all of it together, for each beat, stands beside the floor of the same run.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from apiflask import APIFlask
from flask import session as browser
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf

from benchmarks import cases, crowd, ground, nginx
from benchmarks.load import Request, drive, percentile
from benchmarks.service import Service, running
from conference import clock, db
from conference.app import create_app
from conference.models import AccessLink, Delegate, HallQuestion, Poll
from conference.sealing import digest
from conference.services import activity, agenda, agenda_releases, asking
from conference.services.delegates import Doing
from conference.services.meetings import by_slug
from conference.settings import read
from conference.vocabulary import AgendaKind, HallQuestionStatus, PollKind, PollState

PEOPLE, RUN_UP, SECONDS = 5_000, 35.0, 60.0
BEAT_EACH, ASK_EACH = 30.0, 12.0  # as static/js does
CORES, AIM_SHARE, AIM_P99 = 2, 0.70, 250
SHOWN = 30  # questions on the board
CHANGE_EACH = 2.0  # seconds between two changes of what everybody sees
_SLUG = f"bench-{PEOPLE}"


def measure() -> None:
    """Lay the ground, let them watch, and print what it took."""
    from tests import databases  # its PostgreSQL is private and thrown away

    reason = databases.missing("postgresql") or (None if shutil.which("nginx") else "there is no nginx")
    if reason:
        print(f"\nviewers: left out: {reason}")
        return
    with tempfile.TemporaryDirectory(prefix="tongxing-bench-") as name, databases.empty("postgresql") as url:
        folder = Path(name)
        postgres = int((Path(url.rpartition("host=")[2]) / "data" / "postmaster.pid").read_text().split()[0])
        print(f"\nviewers: laying the ground for {PEOPLE:,}", flush=True)
        grounds = ground.on(url, folder, [PEOPLE])
        app = create_app(read({"DATABASE_URL": url, "CONFERENCE_INSTANCE": name}))
        with app.app_context():
            kinds = _kinds(app)
        environment = {"CONFERENCE_INSTANCE": name, "DATABASE_URL": url, "CONFERENCE_DEMO": "0"}
        with running(environment | {"CONFERENCE_PROXIES": "1"}, database=postgres) as service:
            floor = _cost(service, cases.of(grounds)[0].requests)
            with nginx.before(service, folder) as front, _changes(app):
                took = crowd.gather(
                    front.port, kinds, people=PEOPLE, run_up=RUN_UP, seconds=SECONDS, cpu=front.cpu_seconds
                )
        _print(took, floor)


def _print(took: crowd.Took, floor: float) -> None:
    print(f"{'':12}{'answers/s':>11}{'kB/s':>9}{'median ms':>11}{'p99 ms':>9}   answered")
    for kind, answers in took.answers.items():
        said = ", ".join(f"{status}: {count:,}" for status, count in sorted(answers.statuses.items()))
        median, slow = (percentile(answers.seconds, share) for share in (0.5, 0.99))
        rate, size = len(answers.seconds) / took.elapsed, answers.size / took.elapsed / 1000
        print(f"{kind:12}{rate:11.0f}{size:9.0f}{median:11.1f}{slow:9.1f}   {said}")
    share = took.cpu / took.elapsed / CORES
    beats = len(took.answers["beat"].seconds)
    slowest = percentile([one for answers in took.answers.values() for one in answers.seconds], 0.99)
    print(f"viewers: {PEOPLE:,} take {share:.0%} of {CORES} cores (aim: {AIM_SHARE:.0%}), all that they ask counted:")
    print(f"viewers: {took.cpu / beats * 1000:.2f} ms of CPU for each beat, {took.cpu / beats / floor:.2f} × the floor")
    print(f"viewers: 99 of 100 answers within {slowest:.0f} ms (aim: {AIM_P99})", flush=True)


def _cost(service: Service, requests: Iterator[Request]) -> float:
    """CPU seconds of one answer."""
    drive(service.port, requests, count=50, connections=2)
    before = service.cpu_seconds()
    drive(service.port, requests, count=600, connections=4)
    return (service.cpu_seconds() - before) / 600


def _kinds(app: APIFlask) -> list[crowd.Kind]:
    meeting, now = by_slug(_SLUG), clock.now()
    doing = Doing(activity.SYSTEM, now, "http://127.0.0.1")
    for n in range(8):
        begins = now + timedelta(minutes=40 * n - 20)
        times = {"starts_at": begins, "ends_at": begins + timedelta(minutes=40)}
        agenda.add(meeting.id, agenda.SessionFacts(AgendaKind.SPEECH, f"示例场次{n}", **times), doing)
    preview = agenda_releases.preview(meeting.id)
    reasons = {one.key: "示例" for one in preview.conflicts}
    agenda_releases.release(meeting.id, doing, note="", overruled=reasons, version=preview.version)
    token, cookies = _viewers(app, meeting.id, now)
    key = asking.key(meeting)

    def beat(n: int) -> bytes:
        body = json.dumps({"device": f"bench{n}", "playing": True})
        return (
            f"POST /m/{_SLUG}/live/beats HTTP/1.1\r\nHost: localhost\r\nCookie: tongxing={cookies[n]}\r\n"
            f"X-CSRFToken: {token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def shared(path: str) -> Callable[[int], bytes]:
        head = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\nCookie: tongxing="
        return lambda n: f"{head}{cookies[n]}\r\n\r\n".encode()

    return [
        crowd.Kind("beat", BEAT_EACH, beat),
        crowd.Kind("stage", ASK_EACH, shared(f"/m/{_SLUG}/agenda/now/zh"), conditional=True),
        crowd.Kind("questions", ASK_EACH, shared(f"/m/{_SLUG}/asking/now/{key}/zh"), conditional=True),
    ]


def _viewers(app: APIFlask, meeting_id: int, now: datetime) -> tuple[str, list[str]]:
    """The token of their pages and each one's cookie; on the board there are questions and an open poll."""
    with db.transaction() as session:
        ids = session.scalars(sa.select(Delegate.id).where(Delegate.meeting_id == meeting_id)).all()
        rows = [
            {"id": n + 1, "delegate_id": id_, "digest": digest(f"{n}"), "created_at": now} for n, id_ in enumerate(ids)
        ]
        session.execute(sa.insert(AccessLink), rows)
        session.add(
            Poll(
                meeting_id=meeting_id,
                kind=PollKind.ONE,
                title="示例投票",
                options=["示例甲", "示例乙", "示例丙"],
                state=PollState.OPEN,
                created_at=now,
                opened_at=now,
            )
        )
        session.add_all(
            HallQuestion(
                meeting_id=meeting_id,
                delegate_id=ids[n],
                text=f"示例提问{n}：" + "多民族社区怎样一起议事？" * 3,
                named=n % 2 == 0,
                status=HallQuestionStatus.SHOWN,
                asked_at=now,
                settled_at=now,
            )
            for n in range(SHOWN)
        )
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    if signer is None:
        raise RuntimeError("there is no secret to sign cookies with")
    with app.test_request_context():
        token = generate_csrf()
        kept = dict(browser)
    return token, [str(signer.dumps(kept | {"links": [row["id"]]})) for row in rows]


@contextlib.contextmanager
def _changes(app: APIFlask) -> Iterator[None]:
    """Somebody votes for a question every two seconds, so that what everybody shares is another."""
    over = threading.Event()

    def vote() -> None:
        with app.app_context():
            while not over.wait(CHANGE_EACH):
                with db.transaction() as session:
                    session.execute(sa.update(HallQuestion).values(votes=HallQuestion.votes + 1))
                db.release()
            db.db.engine.dispose()

    thread = threading.Thread(target=vote)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
