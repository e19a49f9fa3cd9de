"""People of the agenda at the desk."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable

from apiflask import APIFlask
from flask.testing import FlaskClient

from conference.services import agenda_people
from conference.vocabulary import Role
from tests.cast import Cast
from tests.services.test_agenda_people import photograph, put_on

GOOD = {"name": "王敏", "position": "主任", "unit": "东营市垦利区民政局", "unit_id": "", "about": "", "delegate": ""}


def opened(desk: FlaskClient, address: str) -> dict[str, str]:
    """What a form was opened with, as it carries it."""
    found = re.search(r'name="opened"[^>]* value="([^"]+)"', desk.get(address).text)
    assert found is not None
    return {"opened": html.unescape(found[1])}


def listed(app: APIFlask, cast: Cast) -> dict[str, agenda_people.Listed]:
    with app.app_context():
        return {one.name: one for one in agenda_people.listed(cast.meeting_id)}


def test_a_person_comes_with_a_portrait_a_unit_and_a_link(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    base = f"/desk/{cast.slug}/agenda/people"
    for wrong in (
        {"name": ""},
        {"name": "名" * 51},
        {"delegate": "没有这个人"},
        {"portrait": (io.BytesIO(photograph(60, 60)[:200]), "王敏.jpg")},
        {"portrait": (io.BytesIO(b"GIF89a" + b"\0" * 40), "王敏.png")},
    ):
        answer = desk.post(f"{base}/new", data=GOOD | wrong)
        assert (answer.status_code, "field-error" in answer.text) == (422, True)
    picture = (io.BytesIO(photograph(900, 1200, "PNG")), "IMG 0042.png")
    typed = {"delegate": "王敏", "portrait": picture}
    assert desk.post(f"{base}/new", data=GOOD | typed).status_code == 303
    assert desk.post(f"{base}/new", data=GOOD).status_code == 422  # sent again
    one = listed(app, cast)["王敏"]
    assert (one.unit_name, one.delegate_id) == ("东营市垦利区民政局", cast.wangmin_id)
    page = desk.get(base).text
    address = re.search(r'<img class="face" src="([^"]+)"', page)
    assert address is not None
    shown = desk.get(address[1])
    assert (shown.status_code, shown.mimetype, shown.data[:3]) == (200, "image/jpeg", b"\xff\xd8\xff")
    form = opened(desk, f"{base}/{one.id}")
    held = GOOD | {"delegate": "", "unit_id": str(cast.kenli_id), "drop_portrait": "y", "about": "一线\r\n二十年"}
    assert desk.post(f"{base}/{one.id}", data=held | form).status_code == 303
    one = listed(app, cast)["王敏"]
    assert (one.portrait_id, one.about, one.delegate_id) == (None, "一线\n二十年", None)
    clash = desk.post(f"{base}/{one.id}", data=held | form | {"about": "别的"})
    assert clash.status_code == 409
    assert desk.get(f"{base}/{one.id}/portrait").status_code == 404


def test_delegates_are_ticked_and_two_that_are_one_are_merged(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    base = f"/desk/{cast.slug}/agenda/people"
    page = desk.get(f"{base}/delegates?q=李").text
    assert (page.count('name="delegate"'), "李然" in page) == (1, True)
    ticked = {"delegate": [str(cast.liran_id), str(cast.wangmin_id), "x", "9" * 30]}
    assert desk.post(f"{base}/delegates", data=ticked).status_code == 303
    assert desk.post(f"{base}/delegates", data=ticked, follow_redirects=True).status_code == 200
    assert " disabled" in desk.get(f"{base}/delegates?q=李").text
    desk.post(f"{base}/new", data=GOOD | {"name": "王 敏"})
    with app.app_context():
        both = sorted(one.id for one in agenda_people.listed(cast.meeting_id, "王敏"))
        put_on(cast, both[1])
    assert "是同一个人？" in desk.get(base).text
    assert str(both[1]) in desk.get(f"{base}/find?q=王").text
    answer = desk.post(f"{base}/{both[0]}/merge", data={"other": "王敏", "other_id": ""})
    assert answer.status_code == 303
    assert desk.get(answer.location).status_code == 200
    assert desk.post(answer.location, data={"keep": "7"}).status_code == 422
    assert desk.post(answer.location, data={"keep": str(both[0])}).status_code == 303
    assert desk.post(answer.location, data={"keep": str(both[0])}).status_code == 404  # there is one alone by now
    one = listed(app, cast)["王敏"]
    assert (one.id, one.delegate_id, len(one.tasks)) == (both[0], cast.wangmin_id, 1)
    assert "开幕" in desk.get(f"{base}/{one.id}/away").text
    assert "还有别的内容用着它" in desk.post(f"{base}/{one.id}/away", follow_redirects=True).text
    gone = listed(app, cast)["李然"].id
    assert desk.post(f"{base}/{gone}/away").status_code == 303
    assert set(listed(app, cast)) == {"王敏"}


def test_others_see_them_or_nothing(
    app: APIFlask, desk: FlaskClient, as_role: Callable[[Role], FlaskClient], cast: Cast
) -> None:
    base = f"/desk/{cast.slug}/agenda/people"
    desk.post(f"{base}/new", data=GOOD | {"delegate": "王敏"})
    one = listed(app, cast)["王敏"]
    viewer = as_role(Role.VIEWER)
    page = viewer.get(base).text
    assert ("王敏" in page, "代表 0" in page, f"{base}/{one.id}" in page) == (True, False, False)
    for address in ("delegates", "new", f"{one.id}", f"{one.id}/away", f"{one.id}/merge", "find?q=王"):
        assert viewer.get(f"{base}/{address}").status_code == 403
    assert app.test_client().get(base).status_code == 303
    door = as_role(Role.DOOR)
    assert door.get(base).status_code == 403
