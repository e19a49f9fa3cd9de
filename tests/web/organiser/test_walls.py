"""The desk of the walls: added, shown with its address, revoked, blanked; names released as they were read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference.services import checkpoints, meetings, wall_names, walls
from conference.services.walls import Listed
from conference.vocabulary import CheckpointKind, NameState, Role, WallKind
from tests.cast import Cast

GOOD = {"name": "一楼大厅", "kind": "welcome", "checkpoint_id": "", "surname_only": "y"}


def test_a_wall_is_added_shown_changed_and_revoked(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    base = f"/desk/{cast.slug}/walls"
    assert "还没有大屏" in desk.get(base).text
    made = desk.post(f"{base}/new", data=GOOD)
    wall = _walls(app, cast, now)[0].wall
    assert (made.status_code, made.location) == (303, f"{base}/{wall.id}")
    assert (wall.name, wall.kind, wall.checkpoint_id, wall.surname_only) == ("一楼大厅", WallKind.WELCOME, None, True)
    for _ in range(2):
        page = desk.get(f"{base}/{wall.id}").text
        assert _address(app, cast, wall.id) in page
    assert desk.get(f"{base}/{wall.id}/preview").status_code == 200
    assert desk.get(f"{base}/{wall.id}/preview/picture").status_code == 200
    assert _walls(app, cast, now)[0].wall.seen_at is None, "a preview is no contact of the wall's"
    desk.post(f"{base}/{wall.id}/edit", data={"name": "二楼大厅", "kind": "figures"})
    changed = _walls(app, cast, now)[0].wall
    assert (changed.name, changed.kind, changed.surname_only) == ("二楼大厅", WallKind.WELCOME, False)
    for _ in range(2):
        assert desk.post(f"{base}/{wall.id}/revoke").status_code == 303
    assert _walls(app, cast, now) == []
    assert desk.get(f"{base}/{wall.id}").status_code == 404
    assert desk.get(f"{base}/{2**63}").status_code == 404


def test_a_wall_of_the_agenda_needs_no_checkpoint(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    base = f"/desk/{cast.slug}/walls"
    assert desk.post(f"{base}/new", data={"name": "大礼堂", "kind": "agenda"}).status_code == 303
    wall = _walls(app, cast, now)[0].wall
    assert (wall.kind, wall.checkpoint_id) == (WallKind.AGENDA, None)
    page = desk.get(f"{base}/{wall.id}/edit").text
    assert ("checkpoint_id" in page, "surname_only" in page) == (False, False)
    assert desk.post(f"{base}/{wall.id}/edit", data={"name": "主会场", "kind": "agenda"}).status_code == 303
    assert "议程还没有发布" in desk.get(f"{base}/{wall.id}/preview").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "长" * 51),
        ("name", "大\u202e厅"),
        ("kind", "cinema"),
        ("kind", "check_in"),  # without a checkpoint
        ("checkpoint_id", "99999999999999999999"),
    ],
)
def test_a_bad_wall_is_told_so(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime, field: str, value: str
) -> None:
    answer = desk.post(f"/desk/{cast.slug}/walls/new", data=GOOD | {field: value})
    assert (answer.status_code, "一楼大厅" in answer.text or field == "name") == (422, True)
    assert _walls(app, cast, now) == []


def test_one_button_blanks_all_walls_and_brings_them_back(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    desk.post(f"/desk/{cast.slug}/walls/new", data=GOOD)
    for verb, blank, said in (("blank", True, "恢复显示"), ("show-again", False, "全部黑屏")):
        for _ in range(2):
            assert desk.post(f"/desk/{cast.slug}/walls/{verb}").status_code == 303
        with app.app_context():
            assert (meetings.by_id(cast.meeting_id).walls_blanked_at is not None) is blank
        assert said in desk.get(f"/desk/{cast.slug}/walls").text


def test_names_are_released_as_they_were_read(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    base = f"/desk/{cast.slug}/walls/names"
    assert {"李然", "陈卓"} <= set(_names(app, cast))
    assert "陈卓" in desk.get(base).text
    read = {"person": [str(cast.liran_id), str(cast.chenzhuo_id), "x", "9" * 30], f"name-{cast.liran_id}": "李然"}
    assert desk.post(base, data=read | {f"name-{cast.chenzhuo_id}": "另一个"}).status_code == 303
    assert _names(app, cast) == ["陈卓"], "what reads otherwise by now was not read"
    desk.post(base, data={"person": str(cast.chenzhuo_id), f"name-{cast.chenzhuo_id}": "陈卓", "refuse": "yes"})
    assert _names(app, cast) == []
    assert "陈卓" in desk.get(f"{base}?state=refused").text
    desk.post(base, data={"person": str(cast.chenzhuo_id), f"name-{cast.chenzhuo_id}": "陈卓", "seen": "refused"})
    with app.app_context():
        assert wall_names.held(cast.meeting_id, NameState.REFUSED).total == 0
    shown = f"{base}?state=shown"
    assert "陈卓" in desk.get(shown).text
    gone = {"person": str(cast.chenzhuo_id), f"name-{cast.chenzhuo_id}": "陈卓", "refuse": "yes"}
    assert "刚被别人处理过" in desk.post(base, data=gone, follow_redirects=True).text, "the list was seen before"
    desk.post(base, data=gone | {"seen": "shown"})
    assert "陈卓" not in desk.get(shown).text


def test_who_only_looks_sees_no_address(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime, as_role: Callable[[Role], FlaskClient]
) -> None:
    desk.post(f"/desk/{cast.slug}/walls/new", data=GOOD)
    wall_id, base = _walls(app, cast, now)[0].wall.id, f"/desk/{cast.slug}/walls"
    viewer, clerk = as_role(Role.VIEWER), as_role(Role.REGISTRATION)
    assert [viewer.get(f"{base}{rest}").status_code for rest in ("", f"/{wall_id}", "/names")] == [200, 403, 403]
    assert [clerk.get(f"{base}{rest}").status_code for rest in ("", f"/{wall_id}", "/names")] == [200, 403, 200]
    assert viewer.post(f"{base}/blank").status_code == 403
    assert clerk.post(f"{base}/blank").status_code == 303


def test_a_figures_wall_of_another_kind_of_checkpoint_works(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    data = {"name": "午餐", "kind": "meal", "opens_at": "", "closes_at": ""}
    desk.post(f"/desk/{cast.slug}/checkpoints/new", data=data)
    with app.app_context():
        meal = next(p for p in checkpoints.listed(cast.meeting_id) if p.kind is CheckpointKind.MEAL).id
    desk.post(f"/desk/{cast.slug}/walls/new", data={"name": "餐厅", "kind": "figures", "checkpoint_id": str(meal)})
    wall = _walls(app, cast, now)[0].wall
    assert "午餐" in desk.get(f"/desk/{cast.slug}/walls/{wall.id}/preview").text


def _walls(app: APIFlask, cast: Cast, now: datetime) -> list[Listed]:
    with app.app_context():
        return list(walls.listed(cast.meeting_id, now=now))


def _address(app: APIFlask, cast: Cast, wall_id: int) -> str:
    with app.app_context():
        return walls.address(walls.one(cast.meeting_id, wall_id), public_url=cast.public_url)


def _names(app: APIFlask, cast: Cast) -> list[str]:
    with app.app_context():
        return [one.name for one in wall_names.held(cast.meeting_id).people]
