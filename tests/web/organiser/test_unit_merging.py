"""Units that may be one, at the desk: suggested, compared, merged; those that strangers typed are matched or kept."""

from __future__ import annotations

from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.services import units
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.units import UnitFacts
from tests.cast import Cast
from tests.recount import assert_whole


@pytest.fixture
def twin(app: APIFlask, cast: Cast, now: datetime) -> tuple[int, str]:
    """玉泉 once more, as a stranger typed it: its id and its common link."""
    with app.app_context():
        doing = Doing(SYSTEM, now, cast.public_url)
        part, _ = units.add(cast.meeting_id, UnitFacts("玉泉区民政局", "150000"), doing, proposed=True)
        found = part.unit_id, units.link_token(part)
        db.release()
    return found


def test_two_alike_are_suggested_compared_and_merged(
    app: APIFlask, desk: FlaskClient, client: FlaskClient, cast: Cast, twin: tuple[int, str]
) -> None:
    base = f"/desk/{cast.slug}/units"
    address = f"{base}/{cast.yuquan_id}/merge/{twin[0]}"
    assert address in desk.get(f"{base}/duplicates").text
    asked = desk.get(address).text
    for said in ("合并以后不能拆开", "玉泉区民政局", "呼和浩特市玉泉区民政局", "打不开"):
        assert said in asked, said
    for data in ({}, {"keep": "1" * 30}, {"keep": str(cast.kenli_id)}):
        assert desk.post(address, data=data).status_code in {303, 422} if not data else 422
    answer = desk.post(address, data={"keep": str(cast.yuquan_id)})
    assert (answer.status_code, answer.location) == (303, f"{base}/{cast.yuquan_id}")
    again = desk.post(address, data={"keep": str(cast.yuquan_id)})
    assert (again.status_code, again.location) == (303, f"{base}/{cast.yuquan_id}")
    other = desk.post(address, data={"keep": str(twin[0])})  # another window, which kept the other
    assert (other.status_code, other.location) == (303, f"{base}/{cast.yuquan_id}")
    assert "这两个单位已经合并为“呼和浩特市玉泉区民政局”" in desk.get(other.location).text
    moved = desk.get(f"{base}/{twin[0]}")
    assert (moved.status_code, moved.location) == (303, f"{base}/{cast.yuquan_id}")
    assert "呼和浩特市玉泉区民政局" in client.get(f"/r/{twin[1]}").text
    assert "并入另一个单位" in desk.get(f"{base}/{cast.yuquan_id}").text
    assert "没有看起来重复的单位" in desk.get(f"{base}/duplicates").text
    with app.app_context():
        assert_whole(cast.meeting_id)


def test_a_typed_unit_is_matched_or_kept(desk: FlaskClient, cast: Cast, twin: tuple[int, str]) -> None:
    base = f"/desk/{cast.slug}/units"
    page = desk.get(f"{base}/proposed").text
    assert ("可能就是：呼和浩特市玉泉区民政局" in page, f"/{twin[0]}/approve" in page) == (True, True)
    assert desk.post(f"{base}/{twin[0]}/approve").status_code == 303
    assert desk.post(f"{base}/{twin[0]}/approve").status_code == 303
    assert "没有要核对的单位" in desk.get(f"{base}/proposed").text
    assert "报名人自填" not in desk.get(f"{base}/{twin[0]}").text


def test_any_unit_of_the_meeting_can_be_chosen(desk: FlaskClient, cast: Cast, twin: tuple[int, str]) -> None:
    address = f"/desk/{cast.slug}/units/{twin[0]}/merge"
    assert f'href="{address}"' in desk.get(f"/desk/{cast.slug}/units/{twin[0]}").text
    assert desk.post(address, data={"unit": "没有这个"}).status_code == 422
    assert desk.post(address, data={"unit": ""}).status_code == 422
    answer = desk.post(address, data={"unit": "垦利"})
    assert (answer.status_code, answer.location) == (303, f"{address}/{cast.kenli_id}")
    same = desk.get(f"{address}/{twin[0]}")
    assert (same.status_code, same.location) == (303, f"/desk/{cast.slug}/units/{twin[0]}")


def test_units_over_all_meetings_are_for_those_who_keep_them(
    desk: FlaskClient, office: FlaskClient, cast: Cast, twin: tuple[int, str]
) -> None:
    assert desk.get("/desk/units").status_code == 403
    page = office.get("/desk/units").text
    assert ("共 3 个" in page, "城乡社区治理推进会" in page) == (True, True)
    assert "垦利" not in office.get("/desk/units?q=玉泉").text
    for odd in ("?q=%00%25_", "?kind=club", "?province=1", "?page=-3", "?page=" + "9" * 30):
        assert office.get(f"/desk/units{odd}").status_code == 200, odd
    one = office.get(f"/desk/units/{cast.yuquan_id}").text
    assert ("历届参会" in one, "添加单位" in one) == (True, True)
    assert office.get("/desk/units/999999").status_code == 404
