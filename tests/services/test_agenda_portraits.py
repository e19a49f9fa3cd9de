"""Portraits of people on the agenda: drawn anew, refused in words, shown to everybody only as released."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from PIL import Image

from conference import db
from conference.services import agenda_people, agenda_portraits, files
from conference.services import agenda_people_editing as editing
from conference.services.agenda_people_editing import PersonFacts
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, Missing
from tests.cast import Cast
from tests.services.test_agenda_people import doing, photograph, put_on, release, stored

__all__ = ["doing"]  # the fixture


def test_a_portrait_is_drawn_anew_small_square_and_bare(doing: Doing, cast: Cast) -> None:
    where = Image.Exif()
    where[0x0112] = 6  # lies on its side
    where[0x010E] = "Yuquan, floor 3"
    content = photograph(2400, 1200, exif=where, comment=b"taken at home")
    made = editing.add(cast.meeting_id, PersonFacts("王敏"), doing, portrait=content)
    kept = agenda_people.draft_portrait(cast.meeting_id, made.id)
    assert kept.mimetype == "image/jpeg"
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert picture.size == (600, 600)
        assert (dict(picture.getexif()), picture.info.get("comment")) == ({}, None)
        left, right = picture.convert("RGB").getpixel((20, 300)), picture.convert("RGB").getpixel((580, 300))
    assert [left[0] > 100, left[2] > 100] == [False, True]  # it was turned upright
    assert [right[0] > 100, right[2] > 100] == [True, False]
    small = editing.add(cast.meeting_id, PersonFacts("陈卓"), doing, portrait=photograph(80, 120, "PNG"))
    with Image.open(io.BytesIO(agenda_people.draft_portrait(cast.meeting_id, small.id).content)) as picture:
        assert picture.size == (80, 80)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (photograph(40, 40)[:300], Fault.PICTURE_BROKEN),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, Fault.PICTURE_BROKEN),
        (photograph(40, 40, "GIF"), Fault.NOT_THAT_KIND_OF_FILE),
        (b"%PDF-1.7 %%EOF", Fault.NOT_THAT_KIND_OF_FILE),
        (b"\xff\xd8\xff" + b"\0" * agenda_portraits.LARGEST, Fault.FILE_TOO_LARGE),
    ],
    ids=["half a JPEG", "no PNG", "GIF", "PDF", "too large"],
)
def test_what_is_no_portrait_gets_a_word(doing: Doing, cast: Cast, content: bytes, fault: Fault) -> None:
    with pytest.raises(Malformed) as malformed:
        editing.add(cast.meeting_id, PersonFacts("王敏"), doing, portrait=content)
    assert malformed.value.faults == {"portrait": fault}
    assert agenda_people.listed(cast.meeting_id) == []


def test_everybody_sees_the_portrait_of_the_last_release(doing: Doing, cast: Cast, now: datetime) -> None:
    made = editing.add(cast.meeting_id, PersonFacts("王敏"), doing, portrait=photograph(90, 90))
    put_on(cast, made.id)
    with pytest.raises(Missing):
        agenda_people.portrait(cast.meeting_id, made.id)
    release(cast, now)
    shown = agenda_people.portrait(cast.meeting_id, made.id).content
    editing.edit(cast.meeting_id, made.id, {}, doing, portrait=photograph(50, 50))
    assert agenda_people.portrait(cast.meeting_id, made.id).content == shown
    assert agenda_people.draft_portrait(cast.meeting_id, made.id).content != shown
    assert stored() == 2
    release(cast, now)
    db.session().expire_all()
    assert agenda_people.portrait(cast.meeting_id, made.id).content != shown
    assert stored() == 1  # what only the earlier one showed is gone
    files.sweep(now + timedelta(days=1))
    agenda_people.portrait(cast.meeting_id, made.id)
    editing.edit(cast.meeting_id, made.id, {}, doing, drop_portrait=True)
    editing.edit(cast.meeting_id, made.id, {}, doing, portrait=photograph(70, 70))
    editing.edit(cast.meeting_id, made.id, {}, doing, portrait=photograph(60, 60))
    assert stored() == 2  # the one that is shown, and the one in the draft
