"""A link that the liaison passes on: to who has not answered, shown once, and ended by the person's own answer."""

from __future__ import annotations

import re

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from tests.web.unit.test_people import ZHAO

HERS = "people/4/"


@pytest.fixture
def handed(client: FlaskClient, desk: str) -> str:
    """The token of a link to 赵敏's place, entered by the liaison and fourth of her meeting."""
    client.post(f"{desk}people/new", data=ZHAO)
    return _token(client.post(f"{desk}{HERS}link").text)


def _token(page: str) -> str:
    found = re.search(r"http://localhost/p/([\w-]+)", page)
    assert found is not None
    return found[1]


def test_it_is_shown_once(app: APIFlask, client: FlaskClient, desk: str, handed: str) -> None:
    assert handed not in client.get(f"{desk}{HERS}").text
    assert client.get(f"{desk}{HERS}link").location == f"{desk}{HERS}"
    assert "赵敏" in app.test_client().get(f"/p/{handed}", follow_redirects=True).text


@pytest.mark.parametrize(("way", "data"), [("acknowledge", {}), ("correct", {"name": "赵敏", "position": "处长"})])
def test_it_ends_with_the_persons_answer(
    app: APIFlask, client: FlaskClient, desk: str, handed: str, way: str, data: dict[str, str]
) -> None:
    hers, liaisons = app.test_client(), app.test_client()
    here = str(hers.get(f"/p/{handed}").location)
    there = str(liaisons.get(f"/p/{handed}").location)
    answer = hers.post(f"{here}{way}", data=data)
    fresh = str(answer.location)
    assert answer.status_code == 303
    assert fresh != here
    assert hers.get(fresh).status_code == 200
    # What she tells from now on nobody else reads: neither the link nor a browser that came by it.
    assert liaisons.get(there).status_code == 410
    assert liaisons.get(f"/p/{handed}").status_code == 410
    # The message in her chat goes on leading her there, in the browser that answered.
    assert str(hers.get(f"/p/{handed}").location) == fresh
    assert "本人已经答复" in client.get(f"{desk}{HERS}").text


def test_there_is_none_to_who_answered_or_came_by_themselves(
    app: APIFlask, client: FlaskClient, desk: str, handed: str
) -> None:
    hers = app.test_client()
    hers.post(f"{hers.get(f'/p/{handed}').location}acknowledge")
    for number in (1, 4):
        answer = client.post(f"{desk}people/{number}/link", follow_redirects=True)
        assert "/p/" not in answer.text
        assert "本人已经确认过" in answer.text
    # The liaison's later correction asks her again, and gives them no way in.
    client.post(f"{desk}{HERS}edit", data=ZHAO | {"name": "赵小敏"})
    assert "/p/" not in client.post(f"{desk}{HERS}link", follow_redirects=True).text


def test_a_link_of_ones_own_goes_on(app: APIFlask, client: FlaskClient, desk: str, handed: str) -> None:
    hers = app.test_client()
    fresh = str(hers.post(f"{hers.get(f'/p/{handed}').location}acknowledge").location)
    assert str(hers.post(f"{fresh}acknowledge").location) == fresh
