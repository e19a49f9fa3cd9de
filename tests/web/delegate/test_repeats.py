"""A stranger's entry with a number that has a place already looks like a fresh one, everywhere and to the byte."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from conference import db
from conference.models import Code, Delegate, Line, Meeting, RepeatEntry
from conference.services import checkin, delegates, meetings, registration
from conference.services.activity import SYSTEM, Actor
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.vocabulary import ActorKind, DelegateStatus, Mode, Origin
from tests.cast import Cast

PAGES = (
    *("pass.png", "mode", "cancel", "correct", "contact", "refuse", "stay", "needs", "consents", "links", "data"),
    *("data/file", "erase", "proof/cancel", "proof/erase", "questions"),
)
STAY = {"room": "shared", "gender": "female", "share_with": "赵敏", "arrives_by": "G7883", "agreed": "y"}
KNOWN, FRESH = "13800000003", "13811110000"  # 陈卓's, and nobody's


@dataclass
class Visit:
    """One stranger with a browser of their own; everything that they are shown, masked."""

    client: FlaskClient
    cast: Cast
    phone: str
    seen: list[str] = field(default_factory=list)
    address: str = ""

    def see(self, answer: TestResponse) -> TestResponse:
        hidden = {"X-Request-Id", "Set-Cookie", "ETag", "Content-Length", "Date"}
        said = [f"{k}: {v}" for k, v in sorted(answer.headers) if k not in hidden]
        cookies = len(answer.headers.getlist("Set-Cookie"))
        text = str(len(answer.data) > 0) if answer.mimetype == "image/png" else ""
        if answer.mimetype == "application/zip":
            with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
                text = "\n".join(f"{name}\n{packed.read(name).decode()}" for name in packed.namelist())
        text = text or answer.get_data(as_text=True)
        whole = "\n".join([answer.status, *said, f"{cookies} cookies", text])
        whole = re.sub(r'name="csrf_token" value="[^"]+"', "TOKEN", whole)
        whole = re.sub(r'class="code">[0-9a-f]{12}<', "REQUEST", whole)
        whole = re.sub(r'name="nonce" type="hidden" value="[^"]+"', "NONCE", whole)
        whole = re.sub(r"/my/\d+/", "/my/ID/", whole)
        whole = re.sub(r"/p/[\w-]{20,}", "/p/TOKEN", whole)
        whole = re.sub(r"(?:[2-9A-HJKMNP-Z]{4} ){4}[2-9A-HJKMNP-Z]{2}", "CODE", whole)
        whole = re.sub(r"(Remaining|Reset|Retry-After): \d+", r"\1: N", whole)
        whole = re.sub(r"\b00\d\d\b", "NUMBER", whole)
        whole = re.sub(r"余 \d+ / ", "余 N / ", whole)
        whole = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(?:\+00:00)?", "MOMENT", whole)
        whole = re.sub(r"\d\d:\d\d\b", "TIME", whole)
        whole = whole.replace(self.phone, "PHONE").replace(f"{self.phone[:7]}••••", "MASKED")
        self.seen.append(whole)
        return answer

    def register(self, mode: str = "in_person") -> None:
        form = {"mode": mode, "name": "李明", "position": "主任", "phone": self.phone, "agreed": "y"}
        form |= {"unit": "呼和浩特市玉泉区民政局"}
        self.address = self.see(self.client.post(f"/m/{self.cast.slug}/register", data=form)).location
        self.look()

    def look(self) -> TestResponse:
        for page in PAGES:
            self.see(self.client.get(self.address + page))
        self.see(self.client.get("/my/"))
        self.see(self.client.get(f"/m/{self.cast.slug}/register"))
        return self.see(self.client.get(self.address))

    def prove(self) -> TestResponse:
        return self.do("proof/cancel", proof=self.phone[-4:])

    def do(self, act: str, **form: str) -> TestResponse:
        self.see(self.client.post(self.address + act, data=form))
        return self.look()


def left(client: FlaskClient, cast: Cast) -> int | str:
    found = re.search(r"余 (\d+) / ", client.get(f"/m/{cast.slug}/").text)
    return int(found[1]) if found else "full"


def assert_alike(fresh: Visit, repeat: Visit) -> None:
    assert len(fresh.seen) == len(repeat.seen)
    for one, other in zip(fresh.seen, repeat.seen, strict=True):
        assert one.splitlines() == other.splitlines()


def both(app: APIFlask, cast: Cast) -> tuple[Visit, Visit]:
    return Visit(app.test_client(), cast, FRESH), Visit(app.test_client(), cast, KNOWN)


def test_the_two_cannot_be_told_apart(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    counts = []
    visits = both(app, cast)
    for visit in visits:
        steps = [left(client, cast)]
        for act, form in (
            (None, {}),
            ("mode/online", {}),
            ("mode/in_person", {}),
            ("correct", {"name": "李小明", "position": ""}),
            ("acknowledge", {}),
            ("link", {}),
            ("stay", STAY | {"agreed": ""}),
            ("stay", STAY),
            ("needs", {"diet": "素食", "agreed": "y"}),
            ("consents/directory", {}),
            ("consents/directory/withdraw", {}),
            ("consents/hotel/withdraw", {}),
            ("links/revoke-others", {}),
            ("mode/online", {}),
            ("proof/cancel", {"proof": "9999"}),
            ("proof/cancel", {}),
            ("cancel", {}),
            ("cancel", {}),
            ("mode/online", {}),
        ):
            if act == "proof/cancel" and not form:
                visit.prove()
            else:
                visit.do(act, **form) if act else visit.register()
            steps.append(left(client, cast))
        counts.append([a - steps[0] for a in steps if isinstance(a, int)])
    assert_alike(*visits)
    assert counts[0] == counts[1] == [0, -1, 0, *[-1] * 11, *[0] * 6]
    with app.app_context():
        assert db.session().scalar(sa.select(sa.func.count()).select_from(RepeatEntry)) == 1
        assert {line.repeats for line in db.session().scalars(sa.select(Line))} == {0}
        holder = db.session().get_one(Delegate, cast.chenzhuo_id)
        assert (holder.status, holder.mode, holder.name) == (DelegateStatus.CONFIRMED, Mode.IN_PERSON, "陈卓")


@pytest.mark.parametrize("mode", ["in_person", "online"])
def test_nor_where_places_are_full(app: APIFlask, cast: Cast, now: datetime, mode: str) -> None:
    with app.app_context():
        wish = {Mode.IN_PERSON: 2, Mode.ONLINE: 50}
        meetings.edit(cast.meeting_id, {"capacity": wish}, Doing(SYSTEM, now, cast.public_url))
    visits = both(app, cast)
    for visit in visits:
        visit.register(mode)
        for act in ("mode/in_person", "mode/online", "mode/in_person"):
            visit.do(act)
        visit.prove()
        visit.do("cancel")
    assert_alike(*visits)


def test_the_code_leads_where_any_code_leads(app: APIFlask, cast: Cast) -> None:
    visits = both(app, cast)
    answers = []
    for visit in visits:
        visit.register()
        with app.app_context():
            row = db.session().scalars(sa.select(RepeatEntry)).first() if visit.phone == KNOWN else None
            made = db.session().scalars(sa.select(Delegate).where(Delegate.name == "李明")).one()
            code = row.code if row else made.codes[0].code
        answers.append((visit.client.get(f"/c/{code}").status_code, visit.client.get(f"/c/{code}").location))
    assert answers[0] == answers[1] == (303, f"/m/{cast.slug}/")


def test_a_waiting_repeat_moves_up_when_its_turn_comes(app: APIFlask, cast: Cast, now: datetime) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)
    _, repeat = both(app, cast)
    repeat.register()
    assert "您是候补第 1 位" in repeat.look().text
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.liran_id, doing)
    assert "现场 · 已确认" in repeat.look().text
    with app.app_context():
        line = db.session().get_one(Line, (cast.meeting_id, Mode.IN_PERSON))
        assert (line.taken, line.repeats, line.places_left) == (1, 1, 1)


def test_the_holders_own_second_entry_admits_until_it_is_given_up(app: APIFlask, cast: Cast, now: datetime) -> None:
    client = app.test_client()
    form = {"mode": "in_person", "name": "陈卓", "phone": KNOWN, "agreed": "y", "unit": "东营市垦利区民政局"}
    address = client.post(f"/m/{cast.slug}/register", data=form).location
    with app.app_context():
        code = db.session().scalars(sa.select(Code.code).where(Code.repeat_id.is_not(None))).one()
        scanned = checkin.check_in(cast.meeting_id, Scan(code, cast.venue_id, "1"), Gate("东门"), now=now)
        assert (scanned["outcome"], scanned["delegate"]["id"]) == ("admitted", cast.chenzhuo_id)
    client.post(address + "proof/cancel", data={"proof": KNOWN[-4:]})
    client.post(address + "cancel")
    with app.app_context():
        scanned = checkin.check_in(cast.meeting_id, Scan(code, cast.venue_id, "2"), Gate("东门"), now=now)
        assert (scanned["outcome"], scanned["reason"]) == ("refused", "revoked")


def test_erasing_the_holder_frees_what_hid_behind_their_entries(app: APIFlask, cast: Cast, now: datetime) -> None:
    _, repeat = both(app, cast)
    repeat.register()
    with app.app_context():
        delegates.erase(cast.meeting_id, cast.chenzhuo_id, Doing(SYSTEM, now, cast.public_url))
        assert db.session().get_one(Line, (cast.meeting_id, Mode.IN_PERSON)).repeats == 0
    assert repeat.client.get(repeat.address).status_code == 410


def test_the_links_kept_for_another_phone_open_the_same_page(app: APIFlask, cast: Cast) -> None:
    pages = []
    for visit in both(app, cast):
        visit.register()
        shown = visit.client.post(visit.address + "link").text
        token = re.search(r'value="http://localhost/p/([\w-]+)"', shown)
        assert token is not None
        other = Visit(app.test_client(), cast, visit.phone)
        other.address = other.see(other.client.get(f"/p/{token[1]}")).location
        other.look()
        pages.append(other)
    assert "李明" in pages[1].seen[-1]
    assert_alike(*pages)


@pytest.mark.parametrize("frozen", [False, True], ids=["open", "frozen"])
def test_nor_what_a_liaison_entered(app: APIFlask, cast: Cast, now: datetime, frozen: bool) -> None:
    """With a number of another unit's person it is a repeat; its page asks and does as a fresh one's."""
    visits = both(app, cast)
    for visit in visits:
        with app.app_context():
            made = registration.register(
                cast.meeting_id,
                registration.Entry("李明", cast.yuquan_id, Mode.IN_PERSON, phone=visit.phone, position="主任"),
                actor=Actor(ActorKind.LIAISON, 1, "玉泉区民政局"),
                origin=Origin.LIAISON,
                public_url=cast.public_url,
                now=now,
            )
            with db.transaction() as session:
                session.get_one(Meeting, cast.meeting_id).frozen_at = now if frozen else None
        visit.address = visit.see(visit.client.get(f"/p/{made.token}")).location
        visit.look()
        for act, form in (
            ("stay", STAY),
            ("correct", {"name": "李小明", "position": "科长"}),
            ("stay", STAY),
            ("acknowledge", {}),
            ("proof/contact", {"proof": visit.phone[-4:]}),
            ("contact", {"phone": "13800000001", "email": ""}),
            ("contact", {"phone": visit.phone, "email": f"x{visit.phone}@example.org"}),
            ("mode/online", {}),
            ("requests/mode/withdraw", {}),
            ("refuse", {}),
            ("cancel", {}),
            ("erase", {}),
        ):
            visit.do(act, **form)
    assert "请您看一看" in "".join(visits[0].seen[: len(PAGES) + 4])
    assert_alike(*visits)
