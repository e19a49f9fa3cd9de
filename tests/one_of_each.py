"""One of each thing that a page can be about, and with them the address of every endpoint.

The addresses are made from the routes themselves, so that no page is left out of a test that walks all of them. A page
about something new wants one of it here: its address cannot be filled before.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from apiflask import APIFlask
from PIL import Image
from werkzeug.routing import AnyConverter, Rule

from conference import db
from conference.models import AccessLink, Delay, Delegate, Meeting, OutboxMessage
from conference.rules import polls
from conference.rules.hall_questions import Step
from conference.rules.halls import Row
from conference.rules.question_drafts import READERS, Draft
from conference.services import (
    agenda_people,
    agenda_people_editing,
    asking,
    broadcasts,
    bulk,
    change_requests,
    checkin,
    desks,
    devices,
    duplicates,
    files,
    hall_question_asking,
    hall_question_desk,
    halls,
    here,
    invitations,
    liaisons,
    links,
    meetings,
    nods,
    notices,
    paper_people,
    paper_runs,
    places_requests,
    platform_reports,
    poll_making,
    question_making,
    questions,
    registration,
    replays,
    reply_forms,
    saved_filters,
    seats,
    stage,
    tickets,
    units,
    viewing_rooms,
    visits_desk,
    visits_stops,
    walk_ins,
    walls,
)
from conference.services.activity import STRANGER, SYSTEM, Actor
from conference.services.delegates import Doing
from conference.services.devices import GateFacts
from conference.services.hall_question_asking import Asked
from conference.services.halls import HallPlan
from conference.services.liaisons import LiaisonFacts
from conference.services.replays import ReplayFacts
from conference.services.scans import Gate, Scan
from conference.services.viewing_rooms import RoomFacts
from conference.services.visits import StayFacts
from conference.services.visits_fields import DepartureFields
from conference.services.visits_stops import Contact, StopFields
from conference.services.walls import WallFacts
from conference.vocabulary import (
    ActorKind,
    BulkAct,
    ChangeWish,
    FileKind,
    Mode,
    Origin,
    PaperKind,
    PollKind,
    QuestionKind,
    QuestionStage,
    SeatNumbering,
    StopRole,
    Viewership,
    WallKind,
)
from conference.web import calendar_links
from tests import materials
from tests.agendas import a_morning, release
from tests.cast import Cast
from tests.visits import a_swap, an_afternoon

REPLY = Path(__file__).parent / "replies" / "a-one-unit.xlsx"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

# What an address has besides its path. Without it the page asks for it, or leads somewhere else.
QUERIES = {
    "organiser.units.find": "q=玉泉",
    "organiser.bulk.ask": "whom=all",
    "public.agenda.named_unit": "name=垦利区民政局",
}
Ids = Mapping[str, object]


def make(cast: Cast, now: datetime) -> Ids:
    """The arguments of addresses, by name; where a blueprint means something else by one, `blueprint.name`."""
    doing = Doing(SYSTEM, now, cast.public_url)
    paper_run = paper_runs.ask(
        cast.meeting_id,
        cast.zhouning_id,
        PaperKind.BADGE,
        paper_people.of([cast.liran_id]),
        total=1,
        first=1,
        nonce="one-of-each",
        doing=doing,
    )
    paper_runs.make_waiting(cast.public_url, now=now)
    session = db.session()
    for unit_id, liaison in ((cast.yuquan_id, _SUNLI), (cast.kenli_id, _HANMEI)):
        liaisons.appoint(cast.meeting_id, unit_id, liaison, doing)
    desk_token = invitations.make_link(cast.meeting_id, cast.yuquan_id, doing).rpartition("/")[2]
    desk, mine = desks.by_token(desk_token), links.by_token(cast.liran_token)
    assert desk is not None
    assert isinstance(mine, AccessLink)
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)
    waiting = _enter(cast, "孙明", "13900000001", now).delegate
    twin = _enter(cast, "陈卓", "13900000002", now).delegate
    repeat = _enter(cast, "李然", "13800000001", now, origin=Origin.PUBLIC).repeat
    assert repeat is not None
    duplicates.look(cast.meeting_id, now=now)
    asked = change_requests.ask(
        cast.meeting_id, cast.liran_id, ChangeWish.EDIT, {"position": "主任"}, actor=SYSTEM, reason="", now=now
    )
    places = places_requests.ask(
        units.one(cast.meeting_id, cast.kenli_id).id, in_person=2, online=0, reason="两位专家", doing=doing
    )
    question = question_making.add(cast.meeting_id, _DRAFT, doing)
    with db.transaction() as writing:
        liran = writing.get_one(Delegate, cast.liran_id)
        questions.keep_answers(writing, liran, {question.id: files.look("发言稿.pdf", PDF)}, by=SYSTEM, now=now)
    halls.save(cast.meeting_id, HallPlan("大礼堂", (Row("1", 12, (6,)),), SeatNumbering.MIDDLE), opened="", doing=doing)
    seats.sit(cast.meeting_id, cast.liran_id, (0, 6), doing, pinned=True)
    ids = [cast.wangmin_id]
    deed_id = bulk.begin(
        cast.meeting_id,
        cast.zhouning_id,
        BulkAct.REMIND,
        ids,
        facts={},
        nonce="one-of-each",
        seen=bulk.fingerprint(ids),
        doing=doing,
    )
    notice = notices.write(cast.meeting_id, notices.Words("会前提醒", "{{name}}，请于八点到。"), doing)
    reply, name = REPLY.read_bytes(), REPLY.name
    scanned = Scan(cast.wangmin_code, cast.venue_id, "one-of-each")
    let_in = Scan(cast.wangmin_code, cast.venue_id, "let-in-alone", admitted_offline=True)
    flagged = checkin.check_in(cast.meeting_id, let_in, Gate("西门"), now=now)["id"]
    wall = walls.add(cast.meeting_id, WallFacts("一楼大厅", WallKind.WELCOME), doing)
    walked = walk_ins.Said(
        nonce="one-of-each",
        checkpoint_id=cast.venue_id,
        name="钱进",
        phone="13900000009",
        unit_id=cast.kenli_id,
        wait=True,
    )
    nods.ask(cast.meeting_id, tickets.make(cast.venue_id, now=now), "李然", "0001", now=now)
    (nod,) = nods.waiting_at(cast.meeting_id, cast.venue_id, now=now)
    walls.add(cast.meeting_id, WallFacts("签到处", WallKind.CHECK_IN, cast.venue_id), doing)
    kept = saved_filters.keep(cast.meeting_id, cast.zhouning_id, "线上", "mode=online", doing)
    account = Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁")
    device = devices.prepare(cast.meeting_id, GateFacts("东门"), Doing(account, now, cast.public_url))
    morning = a_morning(cast.meeting_id, begins=now)
    speaker = agenda_people.called(session, cast.meeting_id, "白川")[0]
    facts = {"unit_id": cast.yuquan_id, "unit": "呼和浩特市玉泉区民政局", "about": "社区工作者。"}
    agenda_people_editing.edit(cast.meeting_id, speaker.id, facts, doing, portrait=_portrait())
    release(cast.meeting_id)
    meeting = session.get_one(Meeting, cast.meeting_id)
    report_id, _ = platform_reports.receive(meeting, "姓名,入会时间\n李冉,09:00\n".encode(), "参会记录.csv", doing)
    platform_reports.bring_in(meeting, report_id, doing)
    stage.delay(cast.meeting_id, morning.exchange, 15, "交流延长", Doing(account, now, cast.public_url))
    watching = RoomFacts(cast.yuquan_id, "三楼会议室", "孙立", 12, ("钱进", "孙明"))
    viewing = viewing_rooms.declare(cast.meeting_id, watching, doing, photo=_portrait())
    wondered = Asked("社区养老的经费从哪里来？", named=True)
    question_asked = hall_question_asking.ask(cast.meeting_id, cast.liran_id, wondered, now=now).id
    hall_question_desk.settle(cast.meeting_id, question_asked, Step.SHOW, doing)
    poll = poll_making.prepare(cast.meeting_id, polls.Asked(PollKind.ONE, "下一届在哪里开", ("大同", "垦利")), doing)
    poll_making.start(cast.meeting_id, poll.id, doing)
    film = ReplayFacts("开幕", "https://media.example.org/day.m3u8", audience=Viewership.PUBLIC)
    replay = replays.add(cast.meeting_id, film, doing)
    broadcasts.put_captions(cast.meeting_id, "1\n00:00:01,000 --> 00:00:02,000\n各位好\n".encode(), doing)
    host = Contact(StopRole.HOST, "韩梅", "13700000002")
    stop = visits_stops.add(cast.meeting_id, StopFields("社区治理创新中心", 140, people=(host,)), doing)
    there = StayFacts(stop.id, now + timedelta(hours=6), now + timedelta(hours=7))
    bus = DepartureFields("示例车", now + timedelta(hours=5), 45, (there,), leader_name="何静")
    photo = visits_stops.add_photo(cast.meeting_id, stop.id, _portrait(), "议事厅", doing)
    buses = an_afternoon(cast.meeting_id, begins=now + timedelta(hours=2))
    return {
        "slug": cast.slug,
        "stop_id": stop.id,
        "photo_id": photo.id,
        "organiser.visits_departures.departure_id": visits_desk.add(cast.meeting_id, bus, doing).id,
        "replay_id": replay.id,
        "organiser.broadcasts.at": 0,
        "session_id": morning.exchange,
        "organiser.agenda_talks.session_id": morning.opening,
        "talk_id": morning.talks[0],
        "person_id": speaker.id,
        **materials.brought(cast, morning, mine, speaker.id, doing),
        "room_id": morning.room,
        "organiser.viewing_rooms.room_id": viewing.id,
        "unit.viewing_rooms.room_id": viewing.id,
        "organiser.agenda_people.other_id": agenda_people.called(session, cast.meeting_id, "林一")[0].id,
        "poll_id": poll.id,
        "delay_id": session.scalars(sa.select(Delay.id)).one(),
        "device_id": device.id,
        "door.pairing.token": devices.code_of(device, now=now),
        "unit_id": cast.yuquan_id,
        "other_id": cast.kenli_id,
        "delegate_id": cast.liran_id,
        "organiser.waiting.delegate_id": waiting.id,
        "number": 1,
        "first_id": cast.chenzhuo_id,
        "second_id": twin.id,
        "repeat_id": repeat.id,
        "request_id": asked,
        "organiser.places_requests.request_id": places.id,
        "question_id": question.id,
        "form_id": reply_forms.receive(cast.meeting_id, reply, name, doing),
        "unit.replies.form_id": reply_forms.receive(cast.meeting_id, reply, name, doing, unit_id=cast.yuquan_id),
        "filter_id": kept.id,
        "deed_id": deed_id,
        "run_id": paper_run,
        "report_id": report_id,
        "organiser.platform_reports.row": 2,
        "organiser.paper_settings.which": 3,
        "notice_id": notice.id,
        "message_id": session.scalars(sa.select(sa.func.min(OutboxMessage.id))).one(),
        "checkpoint_id": cast.venue_id,
        "check_in_id": checkin.check_in(cast.meeting_id, scanned, Gate("东门"), now=now)["id"],
        "walk_in_id": walk_ins.enter(cast.meeting_id, walked, Gate("东门"), doing, may_exceed=False, consent=None).id,
        "organiser.reviews.check_in_id": flagged,
        "account_id": cast.hejing_id,
        "organiser.accounts.role": "door",
        "code": cast.liran_code,
        "public.asking.token": asking.key(meeting),
        "public.hall_questions.question_id": question_asked,
        "organiser.hall_questions.question_id": question_asked,
        "link_id": mine.id,
        "departure_id": buses[1],
        "swap_id": a_swap(cast.meeting_id, buses, cast.liran_id, cast.chenzhuo_id, doing),
        "desk_id": desk.id,
        "nod_id": nod.id,
        "wall_id": wall.id,
        "wall.links.token": walls.address(wall, public_url="").rpartition("/")[2],
        "delegate.links.token": cast.liran_token,
        "unit.links.token": desk_token,
        "public.here.code": here.text(cast.venue_id, datetime.now(UTC)),  # good for a minute
        "public.calendars.token": calendar_links.token(mine),
        "public.registration.token": cast.yuquan_link,
        "public.sign_in.token": "spent",
    }


@dataclass(frozen=True)
class Place:
    """One endpoint, and an address of it that leads to something."""

    endpoint: str
    address: str
    methods: frozenset[str]


def places(app: APIFlask, audience: str, ids: Ids) -> Iterator[Place]:
    """Every endpoint of an audience; where a word in its address can be one of several, with each of them in turn."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith(f"{audience}."):
            query = QUERIES.get(rule.endpoint)
            for address in _addresses(rule, ids):
                methods = frozenset(rule.methods or ()) & {"GET", "POST"}
                yield Place(rule.endpoint, f"{address}?{query}" if query else address, methods)


def _portrait() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (300, 300), "grey").save(file, "PNG")
    return file.getvalue()


_SUNLI = LiaisonFacts("孙立", "13700000001")
_HANMEI = LiaisonFacts("韩梅", "13700000002")
_DRAFT = Draft(
    QuestionKind.FILE,
    QuestionStage.LATER,
    "发言稿",
    seen_by=READERS,
    file_kinds=(FileKind.PDF,),
    largest_bytes=1024 * 1024,
)


def _enter(
    cast: Cast, name: str, phone: str, now: datetime, *, origin: Origin = Origin.PROGRAM
) -> registration.Registered:
    return registration.register(
        cast.meeting_id,
        registration.Entry(name, cast.yuquan_id if name == "李然" else cast.kenli_id, Mode.IN_PERSON, phone=phone),
        actor=STRANGER if origin is Origin.PUBLIC else SYSTEM,
        origin=origin,
        public_url=cast.public_url,
        now=now,
    )


def _addresses(rule: Rule, ids: Ids) -> Iterator[str]:
    blueprint = rule.endpoint.rpartition(".")[0]
    values: dict[str, list[object]] = {}
    for name, converter in rule._converters.items():
        known = ids.get(f"{blueprint}.{name}", ids.get(name))
        values[name] = [known]
        if known is None:
            assert isinstance(converter, AnyConverter), f"{rule.endpoint}: <{name}> is made in tests/one_of_each.py"
            values[name] = [*sorted(converter.items)]
    for turn in range(max((len(several) for several in values.values()), default=1)):
        built = rule.build({name: several[turn % len(several)] for name, several in values.items()})
        assert built is not None, rule.endpoint
        yield built[1]
