"""Who works for the meeting: invited, given a new link, relieved of a role."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference.services import accounts
from conference.vocabulary import Role
from tests.cast import Cast

GOOD = {"email": "helper@example.org", "name": "示例助手", "role": "door"}
LINK = re.compile(r"http://localhost(/sign-in/[\w-]+)")


def test_an_invitation_shows_its_link_once_and_lets_in(
    app: APIFlask, desk: FlaskClient, client: FlaskClient, cast: Cast
) -> None:
    page = desk.post(f"/desk/{cast.slug}/accounts/new", data=GOOD)
    assert page.status_code == 200
    found = LINK.search(page.text)
    assert found is not None
    assert LINK.search(desk.get(f"/desk/{cast.slug}/accounts").text) is None
    client.post(found[1])
    assert client.get(f"/door/{cast.slug}/").status_code == 200
    assert client.get(f"/desk/{cast.slug}/").status_code == 403
    with app.app_context():
        (member,) = [m for m in accounts.members(cast.meeting_id) if m.account.email == "helper@example.org"]
        assert member.roles == [Role.DOOR]


def test_an_organiser_gets_no_link_into_an_account_with_other_duties(
    app: APIFlask, desk: FlaskClient, office: FlaskClient, cast: Cast
) -> None:
    page = desk.post(f"/desk/{cast.slug}/accounts/new", data=GOOD | {"email": cast.administrator_email})
    assert page.status_code == 200
    assert LINK.search(page.text) is None
    with app.app_context():
        (member,) = [m for m in accounts.members(cast.meeting_id) if m.account.email == cast.administrator_email]
        id_ = member.account.id
    refused = desk.post(f"/desk/{cast.slug}/accounts/{id_}/link")
    assert refused.status_code == 303
    assert "登录链接只能由管理员发" in desk.get(f"/desk/{cast.slug}/accounts").text
    assert LINK.search(office.post(f"/desk/{cast.slug}/accounts/{id_}/link").text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("email", ""),
        ("name", ""),
        ("name", "长" * 51),
        ("role", "administrator"),
        ("role", "king"),
    ],
)
def test_a_bad_invitation_is_told_so(app: APIFlask, desk: FlaskClient, cast: Cast, field: str, value: str) -> None:
    page = desk.post(f"/desk/{cast.slug}/accounts/new", data=GOOD | {field: value})
    assert page.status_code == 422
    with app.app_context():
        assert len(accounts.members(cast.meeting_id)) == 2


def test_a_role_is_taken_at_once(
    app: APIFlask, desk: FlaskClient, signed_in: Callable[[str], FlaskClient], cast: Cast
) -> None:
    steward = signed_in(cast.hejing_email)
    assert steward.get(f"/door/{cast.slug}/").status_code == 200
    address = f"/desk/{cast.slug}/accounts/{cast.hejing_id}/roles/door"
    assert "何静" in desk.get(address).text
    assert desk.post(address).status_code == 303
    assert steward.get(f"/door/{cast.slug}/").status_code == 404
    assert desk.post(address).status_code == 404
    assert desk.get(f"/desk/{cast.slug}/accounts/{cast.hejing_id}/roles/administrator").status_code == 404


def test_a_new_link_kills_the_one_before(app: APIFlask, desk: FlaskClient, client: FlaskClient, cast: Cast) -> None:
    first, second = (LINK.search(desk.post(f"/desk/{cast.slug}/accounts/{cast.hejing_id}/link").text) for _ in range(2))
    assert first is not None
    assert second is not None
    client.post(first[1])
    assert client.get(f"/door/{cast.slug}/").status_code == 303
    client.post(second[1])
    assert client.get(f"/door/{cast.slug}/").status_code == 200
