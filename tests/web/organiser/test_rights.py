"""Which role is let into which page, for every endpoint there is; what stands on a page follows the same table."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Meeting
from conference.rules.access import RIGHTS
from conference.vocabulary import MeetingStatus, Right, Role
from conference.web.access import AFTERWARDS, TABLE
from tests import one_of_each
from tests.cast import Cast
from tests.one_of_each import Place

# They have no page of their own, and lead to one.
LEADS_ON = {"organiser.bulk.choose", "organiser.outbox.text"}
# What a page leads to: links, what forms send, and what scripts fetch.
_FORM = re.compile(r"<form\b[^>]*>")
_ADDRESS = re.compile(r'(?:action|formaction|href|data-[a-z-]+|src)="(/[^"]*)"')


@pytest.fixture
def guarded(app: APIFlask, cast: Cast, now: datetime) -> list[Place]:
    """Every endpoint of the desk that asks for a right, with one of each thing that its page can be about."""
    with app.app_context():
        ids = one_of_each.make(cast, now)
        db.release()
    return [place for place in one_of_each.places(app, "organiser", ids) if isinstance(TABLE[place.endpoint], Right)]


# What a role may open is asked before any query of a page. On the second kind of database all pages are opened by who
# may open all, and by who sees none of the names on them.
@pytest.mark.parametrize(
    ("database_url", "role"),
    [
        *(("sqlite", role) for role in Role),
        *(("postgresql", role) for role in (Role.ADMINISTRATOR, Role.VIEWER)),
    ],
    indirect=["database_url"],
)
def test_a_role_opens_what_its_rights_name_and_no_page_leads_to_anything_else(
    app: APIFlask, as_role: Callable[[Role], FlaskClient], guarded: list[Place], role: Role
) -> None:
    client, routes = as_role(role), app.url_map.bind("localhost")
    pages = [place for place in guarded if "GET" in place.methods]
    answers: dict[str, int] = {}
    led_to: dict[str, set[str]] = {}
    for place in pages:
        answer = client.get(place.address)
        answers[place.address] = answer.status_code
        if _may(role, place.endpoint) and answer.mimetype == "text/html":
            for address, method in _led_to(answer.text):
                endpoint, _ = routes.match(urlsplit(address).path, method=method)
                led_to.setdefault(endpoint, set()).add(place.endpoint)
    assert answers == {
        place.address: (303 if place.endpoint in LEADS_ON else 200) if _may(role, place.endpoint) else 403
        for place in pages
    }
    assert ("organiser.overview.index" in led_to) is _may(role, "organiser.overview.index")
    assert {endpoint: pages for endpoint, pages in led_to.items() if not _may(role, endpoint)} == {}
    deeds = [place.address for place in guarded if "POST" in place.methods and not _may(role, place.endpoint)]
    assert {address: client.post(address).status_code for address in deeds} == dict.fromkeys(deeds, 403)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # asked before any query of a page
def test_what_is_posted_in_an_archived_meeting_changes_nothing_but_what_is_for_afterwards(
    app: APIFlask, as_role: Callable[[Role], FlaskClient], guarded: list[Place], cast: Cast
) -> None:
    client = as_role(Role.ADMINISTRATOR)
    with app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
    deeds = [one for one in guarded if "POST" in one.methods and f"/{cast.slug}" in one.address]
    assert {one.endpoint for one in deeds} >= AFTERWARDS
    for one in deeds:
        if one.endpoint not in AFTERWARDS:
            answer = client.post(one.address, data={})
            assert (one.endpoint, answer.status_code) == (one.endpoint, 409)
            assert "归档的会议只供查阅" in answer.text
    assert "会议已归档，只供查阅" in client.get(f"/desk/{cast.slug}/").text


def _may(role: Role, endpoint: str) -> bool:
    rule = TABLE[endpoint]
    return not isinstance(rule, Right) or rule in RIGHTS[role]


def _led_to(page: str) -> set[tuple[str, str]]:
    """The addresses on a page besides its styles and scripts, each with the method by which it is asked for."""
    forms = [(form.start(), "POST" if 'method="post"' in form[0] else "GET") for form in _FORM.finditer(page)]
    found = set()
    for address in _ADDRESS.finditer(page):
        if not address[1].startswith("/assets/"):
            sends = address[0].startswith(("action", "formaction"))
            method = [method for start, method in forms if start <= address.start()][-1] if sends else "GET"
            if address[0].startswith("data-posts-to"):
                method = "POST"
            found.add((html.unescape(address[1]), method))
    return found


def test_a_viewer_sees_figures_and_no_names(
    as_role: Callable[[Role], FlaskClient], desk: FlaskClient, cast: Cast
) -> None:
    client = as_role(Role.VIEWER)
    unit = f"/desk/{cast.slug}/units/{cast.yuquan_id}"
    for address in (f"/desk/{cast.slug}/", unit):
        page = client.get(address).text
        assert "李然" not in page
        assert cast.yuquan_link not in page
    assert "李然" in desk.get(unit).text


def test_a_stranger_is_sent_to_sign_in_and_an_outsider_learns_nothing(
    client: FlaskClient, signed_in: Callable[[str], FlaskClient], app: APIFlask, cast: Cast
) -> None:
    answer = client.get(f"/desk/{cast.slug}/delegates?q=a")
    assert answer.status_code == 303
    assert "/sign-in" in answer.location
    assert client.post(f"/desk/{cast.slug}/delegates/{cast.liran_id}/cancel").status_code == 303
    steward = signed_in(cast.hejing_email)
    assert steward.get("/desk/no-such-meeting/").status_code == 404
    assert steward.get("/desk/%00/").status_code == 404


@pytest.mark.parametrize("id_", ["0", "999999", str(2**63 - 1), str(2**63), "9" * 40])
def test_ids_of_nobody_are_not_found(desk: FlaskClient, cast: Cast, id_: str) -> None:
    for path in (
        f"delegates/{id_}",
        f"delegates/{id_}/erase",
        f"units/{id_}",
        f"units/{id_}/link",
        f"units/{id_}/liaison",
        f"units/{id_}/merge",
        f"units/{cast.yuquan_id}/merge/{id_}",
        f"places-requests/{id_}",
        f"checkpoints/{id_}",
    ):
        assert desk.get(f"/desk/{cast.slug}/{path}").status_code == 404, path
    for path in (f"delegates?unit={id_}", f"activity?id={id_}&subject=unit"):
        assert desk.get(f"/desk/{cast.slug}/{path}").status_code in {200, 404}, path
    for path in (f"delegates?after={id_}", f"delegates?before={id_}", f"units?page={id_}", f"outbox?before={id_}"):
        assert desk.get(f"/desk/{cast.slug}/{path}").status_code == 200, path
