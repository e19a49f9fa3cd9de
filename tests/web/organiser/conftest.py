"""Browsers at the desk: one for each role, signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.services import accounts
from conference.services.activity import SYSTEM
from conference.vocabulary import Role
from tests.cast import PASSWORD, Cast

Browser = Callable[[str], FlaskClient]
Cost = Callable[[str], int]


@pytest.fixture
def signed_in(app: APIFlask, cast: Cast) -> Browser:
    """A browser signed in with the cast's password as the account of that e-mail."""

    def browser(email: str) -> FlaskClient:
        client = app.test_client()
        answer = client.post("/sign-in", data={"email": email, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client

    return browser


@pytest.fixture
def desk(signed_in: Browser, cast: Cast) -> FlaskClient:
    """周宁, who organises the meeting."""
    return signed_in(cast.zhouning_email)


@pytest.fixture
def office(signed_in: Browser, cast: Cast) -> FlaskClient:
    """The administrator."""
    return signed_in(cast.administrator_email)


@pytest.fixture
def as_role(app: APIFlask, cast: Cast, now: datetime, signed_in: Browser) -> Callable[[Role], FlaskClient]:
    """A browser of somebody who has this role in the meeting, and no other."""

    def browser(role: Role) -> FlaskClient:
        email = f"{role.value}@example.org"
        with app.app_context():
            accounts.create(
                email,
                name=role.value,
                role=role,
                meeting_id=None if role is Role.ADMINISTRATOR else cast.meeting_id,
                actor=SYSTEM,
                now=now,
                password=PASSWORD,
            )
            db.release()
        return signed_in(email)

    return browser


@pytest.fixture
def cost(app: APIFlask, desk: FlaskClient) -> Cost:
    """How many statements a page of the desk sends to the database."""

    def counted(address: str) -> int:
        seen: list[str] = []
        with app.app_context():
            engine = db.db.engine

        def listener(*args: object) -> None:
            seen.append(str(args[2]))

        sa.event.listen(engine, "before_cursor_execute", listener)
        try:
            assert desk.get(address).status_code == 200
        finally:
            sa.event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    return counted
