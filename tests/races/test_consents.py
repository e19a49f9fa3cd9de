"""Two taps at one instant agree once; and the control."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Activity, Consent
from conference.vocabulary import ConsentPurpose
from tests.cast import Cast
from tests.races import deeds, unguarded
from tests.races.conftest import Crowd
from tests.races.crowd import deed

pytestmark = pytest.mark.races
CROWD = 8
ROUNDS = 24  # of the control, until the race shows
PURPOSES = [purpose for purpose in ConsentPurpose if purpose is not ConsentPurpose.MEETING]


def test_many_taps_agree_once(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    said = at_once([deed(deeds.agree, cast.liran_id, "directory") for _ in range(CROWD)])
    assert Counter(said) == {"agreed": CROWD}
    assert (_live(cast, ConsentPurpose.DIRECTORY), _recorded()) == (1, 1)


def test_without_lock_and_index_they_agree_twice(
    context: APIFlask, cast: Cast, at_once: Crowd, database_url: str
) -> None:
    db.release()
    unguarded.drop(database_url, "consents", "uq_consents_live")
    for turn in range(ROUNDS):
        purpose, delegate_id = PURPOSES[turn % len(PURPOSES)], (cast.liran_id, cast.wangmin_id)[turn // len(PURPOSES)]
        at_once([deed(deeds.agree, delegate_id, purpose.value) for _ in range(CROWD)], without="locks")
        if _count(Consent.delegate_id == delegate_id, Consent.purpose == purpose) > 1:
            return
    pytest.fail("the race did not show")


def _live(cast: Cast, purpose: ConsentPurpose) -> int:
    return _count(Consent.delegate_id == cast.liran_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))


def _count(*which: sa.ColumnElement[bool]) -> int:
    db.release()
    return db.session().scalar(sa.select(sa.func.count()).select_from(Consent).where(*which)) or 0


def _recorded() -> int:
    query = sa.select(sa.func.count()).select_from(Activity).where(Activity.verb == "delegate.consent_given")
    return db.session().scalar(query) or 0
