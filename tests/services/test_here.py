"""The rotating text on a screen: whose checkpoint it names, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask

from conference import db
from conference.models import Wall
from conference.rules import here as rules
from conference.services import here
from conference.vocabulary import Fault, Malformed, Refusal, Refused, WallKind
from tests.cast import Cast
from tests.screen import open_wall


def test_a_fresh_text_names_its_checkpoint_for_sixty_seconds(context: APIFlask, cast: Cast, now: datetime) -> None:
    open_wall(cast, now)
    shown = here.shown(cast.venue_id, public_url=cast.public_url, now=now)
    began = shown.changes_at - rules.STEP
    assert shown.address == f"HTTP://LOCALHOST/H/{shown.text}"
    assert here.text(cast.venue_id, began) == shown.text != here.text(cast.venue_id, shown.changes_at)
    for text in (shown.text, shown.address, shown.text.lower()):
        assert here.point(text, now=began + timedelta(seconds=60)).id == cast.venue_id
    with pytest.raises(Refused) as refused:
        here.point(shown.text, now=began + timedelta(seconds=61))
    assert refused.value.refusal is Refusal.HERE_EXPIRED


def test_a_forged_or_changed_text_is_none_of_ours(context: APIFlask, cast: Cast, now: datetime) -> None:
    open_wall(cast, now)
    true = rules.parse(here.text(cast.venue_id, now))
    assert true is not None
    for said in (
        rules.Here(cast.venue_id, true.step, (true.seal + 1) % rules.SEALS),
        rules.Here(cast.venue_id + 1, true.step, true.seal),
        rules.Here(cast.venue_id, true.step + 1, true.seal),
    ):
        with pytest.raises(Malformed) as malformed:
            here.point(rules.write(said), now=now)
        assert malformed.value.faults == {"here": Fault.NOT_A_HERE_TEXT}


def test_without_a_screen_that_shows_it_a_text_is_as_good_as_an_old_one(
    context: APIFlask, cast: Cast, now: datetime
) -> None:
    text = here.text(cast.venue_id, now)
    open_wall(cast, now, kind=WallKind.FIGURES)
    for revoked in (False, True):
        assert here.is_open(cast.venue_id) is False
        assert here.open_points(cast.meeting_id) == []
        with pytest.raises(Refused) as refused:
            here.point(text, now=now)
        assert refused.value.refusal is Refusal.HERE_EXPIRED
        if not revoked:
            wall_id = open_wall(cast, now)
            assert [point.id for point in here.open_points(cast.meeting_id)] == [cast.venue_id]
            with db.transaction() as session:
                session.get_one(Wall, wall_id).revoked_at = now
