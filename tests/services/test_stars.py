"""Stars: put on and taken off, gone with the person, and taken along where two entries become one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import AccessLink, Delegate, Star
from conference.services import activity, delegates, links, merging, own_agenda, own_data, registration, stars
from conference.services.delegates import Doing
from conference.vocabulary import Missing, Mode, Origin
from tests.agendas import Morning, a_morning
from tests.cast import Cast


@pytest.fixture
def morning(context: APIFlask, cast: Cast, now: datetime) -> Morning:
    return a_morning(cast.meeting_id, begins=now + timedelta(hours=1))


def _link(token: str) -> AccessLink:
    found = links.by_token(token)
    assert found is not None
    return found


def _rows() -> set[tuple[int, int]]:
    return {
        (delegate_id, session_id)
        for delegate_id, session_id in db.session().execute(sa.select(Star.delegate_id, Star.session_id))
    }


def test_a_star_is_put_on_once_and_taken_off_once(cast: Cast, now: datetime, morning: Morning) -> None:
    link = _link(cast.liran_token)
    for _ in range(2):
        stars.star(link, morning.exchange, now=now)
    stars.star(link, morning.untimed, now=now)
    assert _rows() == {(cast.liran_id, morning.exchange), (cast.liran_id, morning.untimed)}
    for _ in range(2):
        stars.unstar(link, morning.exchange)
    assert stars.of_link(link) == {morning.untimed}
    assert stars.of_link(_link(cast.chenzhuo_token)) == frozenset()
    told = own_data.of_link(link, now=now).plain()["stars"]
    assert told == [{"session": "自由参观", "starred_at": now.isoformat()}]


def test_what_is_not_on_the_last_release_has_no_star(cast: Cast, now: datetime, morning: Morning) -> None:
    link = _link(cast.liran_token)
    with pytest.raises(Missing):
        stars.star(link, 9_999, now=now)
    stars.unstar(link, 9_999)
    assert _rows() == set()


def test_a_repeat_entry_has_stars_of_its_own_and_no_row(cast: Cast, now: datetime, morning: Morning) -> None:
    again = registration.register(
        cast.meeting_id,
        registration.Entry("李然", cast.yuquan_id, Mode.IN_PERSON, phone="13800000001"),
        actor=activity.STRANGER,
        origin=Origin.PUBLIC,
        public_url=cast.public_url,
        now=now,
    )
    link = _link(again.token)
    assert link.repeat_id is not None
    for _ in range(2):
        stars.star(link, morning.tea, now=now)
    assert (stars.of_link(link), stars.of_link(_link(cast.liran_token)), _rows()) == ({morning.tea}, set(), set())
    assert [one.session for one in own_data.of_link(link, now=now).stars] == ["茶歇"]
    assert own_agenda.of_link(link).person_ids == frozenset()
    stars.unstar(link, morning.tea)
    assert stars.of_link(link) == frozenset()


def test_two_entries_that_become_one_have_the_stars_of_both(cast: Cast, now: datetime, morning: Morning) -> None:
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    entry = registration.Entry("李 然", cast.yuquan_id, Mode.IN_PERSON, phone="13911110001")
    twin = registration.register(
        cast.meeting_id,
        entry,
        actor=activity.SYSTEM,
        origin=Origin.PROGRAM,
        public_url=cast.public_url,
        now=now,
    )
    for token, session_id in (
        (cast.liran_token, morning.tea),
        (twin.token, morning.tea),
        (twin.token, morning.opening),
    ):
        stars.star(_link(token), session_id, now=now)
    merging.merge(cast.meeting_id, cast.liran_id, twin.delegate.id, (), doing)
    assert stars.of_link(_link(cast.liran_token)) == {morning.tea, morning.opening}
    delegates.erase(cast.meeting_id, cast.liran_id, doing)
    assert _rows() == set()
    assert db.session().get_one(Delegate, twin.delegate.id).erased_at is not None
