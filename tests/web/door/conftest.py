"""Browsers at the door: 何静 keeps it, 周宁 organises."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference.services import accounts
from tests.cast import Cast


@pytest.fixture
def at_the_door(app: APIFlask, cast: Cast) -> Callable[[int], FlaskClient]:
    """A browser of the account with this id, at the east gate of the venue."""

    def browser(account_id: int) -> FlaskClient:
        client = app.test_client()
        with app.app_context():
            account = accounts.by_id(account_id)
            assert account is not None
            key = f"{account.id}.{account.epoch}"
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = key, True
        assert (
            client.post(f"/door/{cast.slug}/", data={"gate": "东门", "checkpoint_id": cast.venue_id}).status_code == 303
        )
        return client

    return browser


@pytest.fixture
def hejing(at_the_door: Callable[[int], FlaskClient], cast: Cast) -> FlaskClient:
    return at_the_door(cast.hejing_id)


@pytest.fixture
def zhouning(at_the_door: Callable[[int], FlaskClient], cast: Cast) -> FlaskClient:
    return at_the_door(cast.zhouning_id)
