"""The record, as organisers read it."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import services
from conference.models import Activity
from conference.vocabulary import ActorKind, DelegateStatus
from conference.web import record
from conference.web.record_words import SUBJECTS, VERBS
from tests.cast import Cast


def test_every_verb_that_is_recorded_has_words() -> None:
    folder = Path(services.__file__).parent
    source = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.py"))
    subjects = "|".join({*SUBJECTS, *(verb.partition(".")[0] for verb in VERBS)})
    recorded = set(re.findall(rf'"((?:{subjects})\.[a-z_]+)"', source))
    decided = {f"delegate.{status.value}" for status in (DelegateStatus.DECLINED, DelegateStatus.CANCELLED)}
    assert recorded | decided == set(VERBS)


def test_the_record_reads_in_words_in_both_languages(desk: FlaskClient, cast: Cast) -> None:
    desk.post(f"/desk/{cast.slug}/status/closed")
    chinese = desk.get(f"/desk/{cast.slug}/activity").text
    assert "修改会议" in chinese
    assert "<del>开放</del> → <ins>已截止</ins>" in chinese
    assert "周宁" in chinese
    english = desk.get(f"/desk/{cast.slug}/activity?lang=en").text
    assert "<del>Open</del> → <ins>Closed</ins>" in english
    only_units = desk.get(f"/desk/{cast.slug}/activity?subject=unit&lang=zh").text
    assert "添加单位" in only_units
    assert "修改会议" not in only_units


def test_the_record_has_pages(desk: FlaskClient, cast: Cast) -> None:
    for _ in range(30):
        for to in ("closed", "open"):
            desk.post(f"/desk/{cast.slug}/status/{to}")
    first = desk.get(f"/desk/{cast.slug}/activity").text
    older = re.search(r'href="([^"]+before=\d+)"', first)
    assert older is not None
    assert "新建会议" not in first
    assert "新建会议" in desk.get(older[1].replace("&amp;", "&")).text


def test_a_persons_name_is_called_otherwise_than_a_units(context: APIFlask, cast: Cast, now: datetime) -> None:
    name = {"name": "李然"}
    said = {}
    for subject in ("delegate", "unit"):
        act = Activity(at=now, actor_kind=ActorKind.SYSTEM, verb=f"{subject}.edited", subject=subject, subject_id=1)
        act.actor_name, act.before, act.after = "", name, {"name": "李燃"}
        with context.test_request_context(headers={"Accept-Language": "zh-CN"}):
            [entry] = record.entries([act])
        said[subject] = [change.field for change in entry.changes]
    assert said == {"delegate": ["姓名"], "unit": ["名称"]}
