"""One form sent many times at one instant: one place, one answer; and again without what claims the key."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate
from tests.cast import Cast
from tests.races import deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.recount import assert_whole

pytestmark = pytest.mark.races
CROWD = 8


def test_a_form_sent_at_one_instant_gives_one_place(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    said = at_once([deed(deeds.send_form, cast.meeting_id, cast.kenli_id, "a" * 64)] * CROWD)
    assert len(set(said)) == 1
    assert _places() == said[:1]
    assert_whole(cast.meeting_id)


def test_without_a_key_each_gives_a_place(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    """The control: it is the key that makes them one, and neither phone nor e-mail, which differ here."""
    said = at_once([deed(deeds.send_form, cast.meeting_id, cast.kenli_id, None)] * CROWD)
    assert sorted(said) == _places()
    assert len(said) == CROWD
    assert_whole(cast.meeting_id)


def _places() -> list[int]:
    db.release()
    return list(db.session().scalars(sa.select(Delegate.id).where(Delegate.name == "孙明").order_by(Delegate.id)))
