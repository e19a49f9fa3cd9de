"""Materials of sessions and talks: what is taken, every version kept, who sees what and when."""

from __future__ import annotations

import io
import tempfile
import tracemalloc
import zipfile
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import (
    AccessLink,
    Activity,
    AgendaPerson,
    Delegate,
    Material,
    MaterialVersion,
    Meeting,
    StoredFile,
)
from conference.rules.agenda import Session
from conference.services import (
    agenda_talks,
    delegates,
    files,
    large_files,
    links,
    live_access,
    material_lists,
    material_versions,
    materials,
    merging,
    own_data,
    own_materials,
    retention,
    stage,
)
from conference.services.activity import Actor
from conference.services.agenda_talks import TalkFacts
from conference.services.delegates import Doing
from conference.services.materials import Came, MaterialFacts, Spot
from conference.vocabulary import (
    ActorKind,
    Fault,
    Malformed,
    MaterialAudience,
    MaterialKind,
    MaterialMoment,
    MeetingStatus,
    Missing,
    Refusal,
    Refused,
)
from tests.agendas import SPEAKERS, Morning, a_morning, noon
from tests.cast import Cast
from tests.documents.test_handed_in import PDF, package
from tests.documents.test_presented import DECK, LETTER

AFTER, BEFORE = MaterialMoment.AFTER, MaterialMoment.BEFORE
DESK, DELEGATES, PUBLIC = MaterialAudience.ORGANISERS, MaterialAudience.DELEGATES, MaterialAudience.PUBLIC


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁"), now, cast.public_url)


@pytest.fixture
def morning(doing: Doing, cast: Cast, now: datetime) -> Morning:
    """The opening begins in half an hour; 李然 gives its first talk."""
    noon(cast.meeting_id, now)
    made = a_morning(cast.meeting_id, begins=now + timedelta(minutes=30))
    with db.transaction() as session:
        speaker = session.scalars(sa.select(AgendaPerson).where(AgendaPerson.name == SPEAKERS[0][0])).one()
        speaker.delegate_id = cast.liran_id
    return made


def came(content: bytes = PDF, name: str = "一站式服务.pdf") -> Came:
    return Came(io.BytesIO(content), name)


def content_of(version: material_lists.Version) -> bytes:
    assert version.file_id is not None
    return b"".join(large_files.one(version.file_id).pieces())


def stored() -> int:
    return db.session().scalar(sa.select(sa.func.count()).select_from(StoredFile)) or 0


def link_of(token: str) -> AccessLink:
    return links.by_token(token)


def at(cast: Cast, session_id: int, now: datetime) -> tuple[Meeting, Session]:
    meeting = db.session().get_one(Meeting, cast.meeting_id)
    return meeting, stage.of(meeting, now=now).agenda.session[session_id]


def test_it_is_added_versioned_renamed_moved_taken_down_and_brought_back(
    doing: Doing, cast: Cast, morning: Morning
) -> None:
    spot = Spot(morning.opening, morning.talks[1])
    deck = materials.add(cast.meeting_id, spot, MaterialFacts(), came(package(DECK), "社区 议事.pptx"), doing)
    assert (deck.kind, deck.title, deck.audience, deck.shown) == (MaterialKind.SLIDES, "社区 议事", DESK, BEFORE)
    text = materials.add(cast.meeting_id, spot, MaterialFacts(), came(package(LETTER), "讲稿.docx"), doing)
    assert text.kind is MaterialKind.TEXT
    url = "https://v.example.org/看?id=7"
    video = materials.add(cast.meeting_id, spot, MaterialFacts(MaterialKind.VIDEO, "短片"), Came(url=url), doing)
    assert materials.add_version(cast.meeting_id, deck.id, came(), doing).number == 2
    materials.edit(cast.meeting_id, deck.id, MaterialFacts(None, "怎样议事", PUBLIC, AFTER), doing)
    materials.step(cast.meeting_id, video.id, -1, doing)
    materials.step(cast.meeting_id, deck.id, -1, doing)  # it is the first already
    for _ in range(2):
        materials.remove(cast.meeting_id, text.id, doing)
    db.session().expire_all()
    found = material_lists.desk(cast.meeting_id)
    talk = found.sessions[0].talks[1]
    assert [(one.title, one.version.number, one.version.host) for one in talk.materials] == [
        ("怎样议事", 2, ""),
        ("短片", 1, "v.example.org"),
    ]
    assert talk.materials[1].version.url == "https://v.example.org/%E7%9C%8B?id=7"
    assert [content_of(one) for one in talk.materials[0].versions] == [PDF, package(DECK)]
    assert [one.by for one in talk.materials[0].versions] == ["周宁", "周宁"]
    assert ([one.lacks_slides for one in found.talks], found.lacking) == ([True, False, True], 2)
    assert [one.title for one in found.removed] == ["讲稿"]
    for _ in range(2):
        materials.bring_back(cast.meeting_id, text.id, doing)
    trail = sa.select(Activity.verb).where(Activity.subject == "material").order_by(Activity.id)
    verbs = db.session().scalars(trail).all()
    names = [*["added"] * 3, "version_added", "edited", "moved", "removed", "brought_back"]
    assert verbs == [f"material.{name}" for name in names]
    assert [one.title for one in material_lists.desk(cast.meeting_id).talks[1].materials] == [
        "怎样议事",
        "短片",
        "讲稿",
    ]


def test_what_is_sent_twice_is_there_once(doing: Doing, cast: Cast, morning: Morning) -> None:
    spot, facts = Spot(morning.opening), MaterialFacts(audience=PUBLIC)
    first, again = (materials.add(cast.meeting_id, spot, facts, came(), doing) for _ in range(2))
    assert first.id == again.id
    other = materials.add(cast.meeting_id, spot, MaterialFacts(title="另一份", audience=PUBLIC), came(), doing)
    assert other.id != first.id
    assert [materials.add_version(cast.meeting_id, first.id, came(), doing).number for _ in range(2)] == [1, 1]
    assert materials.add_version(cast.meeting_id, first.id, came(package(DECK)), doing).number == 2
    assert materials.add_version(cast.meeting_id, first.id, came(), doing).number == 3, "back to the first is another"


def test_a_replaced_version_goes_with_its_file_and_what_others_added_stays(
    doing: Doing, cast: Cast, morning: Morning
) -> None:
    made = materials.add(cast.meeting_id, Spot(morning.opening), MaterialFacts(), came(), doing)
    materials.add_version(cast.meeting_id, made.id, came(package(DECK)), doing)  # meanwhile
    materials.replace(cast.meeting_id, made.id, 1, came(PDF + b"\n%%EOF"), doing)
    found = material_lists.one(cast.meeting_id, made.id)
    assert ([one.number for one in found.versions], stored()) == ([3, 2], 2)
    assert content_of(found.versions[1]) == package(DECK)


@pytest.mark.parametrize(
    ("kind", "content", "fault"),
    [
        (None, b"", Fault.FILE_EMPTY),
        (None, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), Fault.OLD_OFFICE_FILE),
        (None, b"<svg onload='alert(1)'/>", Fault.NOT_SLIDES),
        (None, PDF[:20], Fault.FILE_BROKEN),
        (MaterialKind.TEXT, b"MZ", Fault.NOT_A_WRITTEN_TEXT),
        (MaterialKind.TEXT, package(DECK), Fault.NOT_A_WRITTEN_TEXT),
        (MaterialKind.SLIDES, package(LETTER), Fault.NOT_SLIDES),
        (MaterialKind.VIDEO, PDF, Fault.VIDEO_IS_A_LINK),
    ],
)
def test_what_is_not_taken_gets_a_word_and_leaves_nothing(
    doing: Doing, cast: Cast, morning: Morning, kind: MaterialKind | None, content: bytes, fault: Fault
) -> None:
    with pytest.raises(Malformed) as malformed:
        materials.add(cast.meeting_id, Spot(morning.opening), MaterialFacts(kind), came(content), doing)
    assert malformed.value.faults == {"file": fault}
    assert (stored(), material_lists.desk(cast.meeting_id).materials) == (0, [])


def test_a_file_that_is_too_large_is_not_even_looked_at(doing: Doing, cast: Cast, morning: Morning) -> None:
    with tempfile.TemporaryFile() as file:
        file.truncate(100 * 1024 * 1024 + 1)
        with pytest.raises(Malformed) as malformed:
            materials.add(cast.meeting_id, Spot(morning.tea), MaterialFacts(), Came(file, "大.pptx"), doing)
    assert (malformed.value.faults, stored()) == ({"file": Fault.FILE_TOO_LARGE}, 0)


def test_where_there_is_no_place_nothing_is_added(doing: Doing, cast: Cast, morning: Morning) -> None:
    for spot in (Spot(10**9), Spot(morning.opening, 10**9), Spot(morning.exchange, morning.talks[0])):
        with pytest.raises(Missing):
            materials.add(cast.meeting_id, spot, MaterialFacts(), came(), doing)
    with pytest.raises(Malformed) as titled:
        materials.add(cast.meeting_id, Spot(morning.tea), MaterialFacts(title="x\x00"), came(), doing)
    assert titled.value.faults == {"title": Fault.FORBIDDEN_CHARACTERS}
    for n in range(20):
        facts = MaterialFacts(MaterialKind.VIDEO, f"短片 {n}")
        materials.add(cast.meeting_id, Spot(morning.tea), facts, Came(url="https://v.example.org/"), doing)
    with pytest.raises(Malformed) as full:
        materials.add(cast.meeting_id, Spot(morning.tea), MaterialFacts(), came(), doing)
    assert (full.value.faults, stored()) == ({"file": Fault.TOO_MANY}, 0)
    with db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
    with pytest.raises(Refused) as refused:
        materials.add(cast.meeting_id, Spot(morning.opening), MaterialFacts(), came(), doing)
    assert refused.value.refusal is Refusal.MEETING_OVER


def test_who_sees_what_is_asked_by_audience_and_by_the_end_of_the_session_as_the_day_goes(
    doing: Doing, cast: Cast, morning: Morning, now: datetime
) -> None:
    made = {
        (audience, moment): materials.add(
            cast.meeting_id,
            Spot(morning.opening),
            MaterialFacts(title=f"{audience}-{moment}", audience=audience, shown=moment),
            came(),
            doing,
        ).id
        for audience in MaterialAudience
        for moment in MaterialMoment
    }

    def seen(delegate: bool, when: datetime) -> set[tuple[MaterialAudience, MaterialMoment]]:
        meeting, session = at(cast, morning.opening, when)
        over = material_lists.over(meeting, session, now=when)
        listed = {one.id for one in material_lists.seen(meeting, session, delegate=delegate, over=over)}
        given = set()
        for key, id_ in made.items():
            try:
                material_lists.for_reader(meeting, id_, delegate=delegate, now=when)
            except Missing:
                continue
            given.add(key)
        assert {made[key] for key in given} == listed, "the list and the download say the same"
        return given

    ends = now + timedelta(minutes=90)
    assert seen(False, now) == {(PUBLIC, BEFORE)}
    assert seen(True, now) == {(PUBLIC, BEFORE), (DELEGATES, BEFORE)}
    assert seen(False, ends) == {(PUBLIC, BEFORE), (PUBLIC, AFTER)}
    assert seen(True, ends) == {(a, m) for a in (PUBLIC, DELEGATES) for m in MaterialMoment}
    stage.delay(cast.meeting_id, morning.opening, 15, "", doing)
    assert seen(False, ends) == {(PUBLIC, BEFORE)}
    assert seen(False, ends + timedelta(minutes=15)) == {(PUBLIC, BEFORE), (PUBLIC, AFTER)}
    materials.remove(cast.meeting_id, made[PUBLIC, BEFORE], doing)
    assert seen(False, now) == set()


def test_what_is_not_released_is_nowhere(doing: Doing, cast: Cast, morning: Morning, now: datetime) -> None:
    talk = agenda_talks.add(cast.meeting_id, morning.opening, TalkFacts(title="新加的"), doing)
    facts = MaterialFacts(audience=PUBLIC)
    made = materials.add(cast.meeting_id, Spot(morning.opening, talk.id), facts, came(), doing)
    meeting, session = at(cast, morning.opening, now)
    assert material_lists.seen(meeting, session, delegate=True, over=True) == []
    with pytest.raises(Missing):
        material_lists.for_reader(meeting, made.id, delegate=True, now=now)


def test_confirmed_delegates_of_either_mode_are_readers(doing: Doing, cast: Cast) -> None:
    meeting = db.session().get_one(Meeting, cast.meeting_id)

    def reads(token: str) -> bool:
        return live_access.of(meeting, [link_of(token).id]).is_delegate

    assert [reads(token) for token in (cast.liran_token, cast.wangmin_token)] == [True, True]
    assert not live_access.of(meeting, []).is_delegate
    other = Meeting(id=cast.meeting_id + 1)
    assert not live_access.of(other, [link_of(cast.liran_token).id]).is_delegate
    link_id = link_of(cast.wangmin_token).id
    delegates.cancel(cast.meeting_id, cast.wangmin_id, doing)
    assert not live_access.of(meeting, [link_id]).is_delegate


def test_a_speaker_brings_slides_until_their_session_begins(
    doing: Doing, cast: Cast, morning: Morning, now: datetime
) -> None:
    spot, url = Spot(morning.opening, morning.talks[0]), cast.public_url

    def bring(token: str, spot: Spot, when: datetime = now, content: bytes = PDF) -> int:
        return own_materials.bring(link_of(token), spot, came(content), public_url=url, now=when)

    with pytest.raises(Missing):
        bring(cast.chenzhuo_token, spot)
    with pytest.raises(Missing):
        bring(cast.liran_token, Spot(morning.opening, morning.talks[1]))
    assert bring(cast.liran_token, spot) == 1
    [brought] = material_lists.desk(cast.meeting_id).talks[0].materials
    assert (brought.title, brought.audience, brought.version.by) == ("社区好管家", DESK, "李然")
    materials.edit(cast.meeting_id, brought.id, MaterialFacts(None, brought.title, PUBLIC), doing)
    [seen] = material_lists.desk(cast.meeting_id).talks[0].materials
    for _ in range(2):  # the same file again, as a form that was sent twice: one version
        assert bring(cast.liran_token, spot, content=package(DECK)) == 2
    renamed = MaterialFacts(None, brought.title, DELEGATES)
    with pytest.raises(Refused) as refused:  # what came meanwhile is opened by nobody who has not seen it
        materials.edit(cast.meeting_id, brought.id, renamed, doing, seen=seen.stamp)
    assert refused.value.refusal is Refusal.CHANGED_MEANWHILE
    [again] = material_lists.desk(cast.meeting_id).talks[0].materials
    assert (again.id, again.audience, again.version.brought, again.waits) == (brought.id, PUBLIC, True, True)
    assert material_versions.count_waiting(cast.meeting_id) == 1

    def everybody_sees() -> bytes:
        kept, _name = material_lists.for_reader(at(cast, spot.session_id, now)[0], brought.id, delegate=False, now=now)
        return b"".join(kept.pieces())

    assert everybody_sees() == PDF, "until an organiser looked at the new one"
    facts = MaterialFacts(None, brought.title, PUBLIC)
    with pytest.raises(Refused):
        materials.edit(cast.meeting_id, brought.id, facts, doing, seen=seen.stamp, approve=True)
    for _ in range(2):
        materials.edit(cast.meeting_id, brought.id, facts, doing, seen=again.stamp, approve=True)
    assert (everybody_sees(), material_versions.count_waiting(cast.meeting_id)) == (package(DECK), 0)
    [own] = own_materials.of_link(link_of(cast.liran_token), now=now)
    assert (own.open, [one.id for one in own.brought]) == (True, [brought.id])
    kept, name = own_materials.file(link_of(cast.liran_token), brought.id, now=now)
    assert (b"".join(kept.pieces()), name) == (package(DECK), "社区好管家.pptx")
    with pytest.raises(Missing):
        own_materials.file(link_of(cast.chenzhuo_token), brought.id, now=now)
    with pytest.raises(Refused) as refused:
        bring(cast.liran_token, spot, now + timedelta(minutes=30))
    assert refused.value.refusal is Refusal.SESSION_BEGUN
    stage.delay(cast.meeting_id, morning.opening, 10, "", doing)
    assert bring(cast.liran_token, spot, now + timedelta(minutes=35)) == 3
    data = own_data.of_link(link_of(cast.liran_token), now=now).materials
    assert [(one.title, one.version) for one in data] == [("社区好管家", n) for n in (1, 2, 3)]


def test_what_a_speaker_brought_goes_with_them_and_follows_when_entries_are_merged(
    doing: Doing, cast: Cast, morning: Morning, now: datetime
) -> None:
    spot = Spot(morning.opening, morning.talks[0])
    own_materials.bring(link_of(cast.liran_token), spot, came(), public_url="", now=now)
    other = materials.add(cast.meeting_id, spot, MaterialFacts(title="会务组的"), came(), doing)
    merging.merge(cast.meeting_id, cast.wangmin_id, cast.liran_id, [], doing)
    versions = db.session().scalars(sa.select(MaterialVersion.delegate_id).order_by(MaterialVersion.id))
    assert versions.all() == [cast.wangmin_id, None]
    files.sweep(now + timedelta(days=1))
    assert stored() == 2
    delegates.erase(cast.meeting_id, cast.wangmin_id, doing)
    db.session().expire_all()
    assert db.session().scalars(sa.select(Material.id)).all() == [other.id]
    assert stored() == 1
    assert "李然" not in str(db.session().scalars(sa.select(Activity.actor_name)).all())


def test_when_a_meetings_time_is_up_they_go(doing: Doing, cast: Cast, morning: Morning, now: datetime) -> None:
    materials.add(cast.meeting_id, Spot(morning.opening), MaterialFacts(audience=PUBLIC), came(), doing)
    with db.transaction() as session:
        meeting = session.get_one(Meeting, cast.meeting_id)
        meeting.starts_at, meeting.ends_at = now - timedelta(days=400), now - timedelta(days=399)
    retention.expire(now)
    assert (db.session().scalars(sa.select(Material.id)).all(), stored()) == ([], 0)
    assert db.session().scalar(sa.select(sa.func.count()).select_from(Delegate)) == 3


def test_a_large_file_is_never_held_in_memory(doing: Doing, cast: Cast, morning: Morning) -> None:
    """Thirty megabytes come and go while Python holds less than four."""
    deck = io.BytesIO()
    with zipfile.ZipFile(deck, "w") as archive:
        for name, content in DECK.items():
            archive.writestr(name, content)
        archive.writestr("ppt/media/image1.jpeg", bytes(range(256)) * (30 * 4096))
    tracemalloc.start()
    try:
        made = materials.add(cast.meeting_id, Spot(morning.tea), MaterialFacts(), Came(deck, "大.pptx"), doing)
        version = material_lists.one(cast.meeting_id, made.id).version
        assert version.file_id is not None
        assert sum(len(piece) for piece in large_files.one(version.file_id).pieces()) == len(deck.getbuffer())
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_the_lists_cost_the_same_for_one_and_for_many(doing: Doing, cast: Cast, morning: Morning) -> None:
    asked = []
    for n in range(3):
        facts = MaterialFacts(MaterialKind.VIDEO, str(n))
        materials.add(cast.meeting_id, Spot(morning.opening), facts, Came(url="https://v.example.org/"), doing)
        db.session().expire_all()
        statements: list[str] = []

        def note(*said: object, to: list[str] = statements) -> None:
            to.append(str(said[2]))

        sa.event.listen(db.db.engine, "before_cursor_execute", note)
        assert len(material_lists.desk(cast.meeting_id).materials) == n + 1
        sa.event.remove(db.db.engine, "before_cursor_execute", note)
        asked.append(len(statements))
    assert asked[0] == asked[-1]
