"""Accounts, one-time links, passwords, and the tokens of programs and browsers."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Account, ApiToken, SignInLink
from conference.services import accounts, activity, tokens
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused, Right, Role, Scope
from tests.cast import PASSWORD, Cast


@pytest.fixture(autouse=True)
def ground(context: APIFlask, cast: Cast) -> None:
    """Every test here stands in an application context with the cast in the database."""


def _create(
    email: str, now: datetime, *, role: Role, meeting_id: int | None, password: str | None = None
) -> tuple[Account, str | None]:
    return accounts.create(
        email, name="新人", role=role, meeting_id=meeting_id, actor=activity.SYSTEM, now=now, password=password
    )


def test_a_link_signs_in_once(cast: Cast, now: datetime) -> None:
    account, token = _create("New@Example.ORG", now, role=Role.VIEWER, meeting_id=cast.meeting_id)
    assert account.email == "new@example.org"
    kept = db.session().scalars(sa.select(SignInLink).where(SignInLink.account_id == account.id)).one()
    assert token is not None
    assert token not in kept.digest
    assert accounts.redeem(token, now=now).id == account.id
    for spent in (token, "unknown"):
        with pytest.raises(Refused) as said:
            accounts.redeem(spent, now=now)
        assert said.value.refusal is Refusal.LINK_SPENT
    first = accounts.new_link(account.id, actor=activity.SYSTEM, meeting_id=None, now=now)
    second = accounts.new_link(account.id, actor=activity.SYSTEM, meeting_id=None, now=now)
    with pytest.raises(Refused):
        accounts.redeem(first, now=now)
    with pytest.raises(Refused):
        accounts.redeem(second, now=now + accounts.LINK_LIVES)


def test_a_password_signs_in_and_a_new_one_signs_the_others_out(cast: Cast, now: datetime) -> None:
    account = accounts.check("ZHOUNING@example.org", PASSWORD)
    assert account.id == cast.zhouning_id
    for email, password in (("zhouning@example.org", "不对的密码不对的"), ("nobody@example.org", PASSWORD), ("x", "")):
        with pytest.raises(Refused) as said:
            accounts.check(email, password)
        assert said.value.refusal is Refusal.SIGN_IN_FAILED
    epoch = account.epoch
    with pytest.raises(Malformed) as malformed:
        accounts.set_password(account.id, "短", actor=activity.SYSTEM, now=now)
    assert malformed.value.faults == {"password": Fault.PASSWORD_TOO_SHORT}
    changed = accounts.set_password(account.id, "a new long password", actor=activity.SYSTEM, now=now)
    assert changed.epoch == epoch + 1
    with pytest.raises(Refused):
        accounts.check("zhouning@example.org", PASSWORD)
    assert accounts.check("zhouning@example.org", "a new long password").id == account.id
    assert "a new long" not in (changed.password_hash or "")


def test_roles_are_per_meeting_and_taken_away(cast: Cast, now: datetime) -> None:
    account = db.session().get_one(Account, cast.hejing_id)
    assert accounts.rights(account, cast.meeting_id) == {Right.CHECK_IN}
    assert accounts.rights(account, cast.meeting_id + 1) == frozenset()
    assert accounts.rights(account, None) == frozenset()
    browser = tokens.create_for_browser(account.id, "何静", meeting_id=cast.meeting_id, now=now)
    assert tokens.bearer(browser, now=now) is not None
    accounts.revoke_role(account.id, Role.DOOR, cast.meeting_id, actor=activity.SYSTEM, now=now)
    assert tokens.bearer(browser, now=now) is None
    db.release()
    assert accounts.rights(db.session().get_one(Account, cast.hejing_id), cast.meeting_id) == frozenset()
    with pytest.raises(Missing):
        accounts.revoke_role(account.id, Role.DOOR, cast.meeting_id, actor=activity.SYSTEM, now=now)


def test_the_last_administrator_stays(cast: Cast, now: datetime) -> None:
    office = accounts.check(cast.administrator_email, PASSWORD)
    with pytest.raises(Refused) as said:
        accounts.revoke_role(office.id, Role.ADMINISTRATOR, None, actor=activity.SYSTEM, now=now)
    assert said.value.refusal is Refusal.LAST_ADMINISTRATOR
    _create("second@example.org", now, role=Role.ADMINISTRATOR, meeting_id=None)
    accounts.revoke_role(office.id, Role.ADMINISTRATOR, None, actor=activity.SYSTEM, now=now)
    assert accounts.rights(db.session().get_one(Account, office.id), None) == frozenset()


def test_a_role_given_twice_is_one_and_needs_its_meeting(cast: Cast, now: datetime) -> None:
    for _ in range(2):
        account, _token = _create("zhouning@example.org", now, role=Role.ORGANISER, meeting_id=cast.meeting_id)
    assert len(account.grants) == 1
    assert account.name == "周宁"
    with pytest.raises(Malformed):
        _create("a@example.org", now, role=Role.ADMINISTRATOR, meeting_id=cast.meeting_id)
    with pytest.raises(Malformed):
        _create("a@example.org", now, role=Role.DOOR, meeting_id=None)
    with pytest.raises(Malformed):
        _create("not an address", now, role=Role.DOOR, meeting_id=cast.meeting_id)


def test_a_token_lives_until_revoked_and_a_name_is_used_once(cast: Cast, now: datetime) -> None:
    token = tokens.create("东门", Scope.CHECKIN, meeting_id=cast.meeting_id, actor=activity.SYSTEM, now=now)
    bearer = tokens.bearer(token, now=now)
    assert bearer is not None
    assert (bearer.name, bearer.scope, bearer.meeting_id) == ("东门", Scope.CHECKIN, cast.meeting_id)
    with pytest.raises(Refused) as said:
        tokens.create("东门", Scope.READ, meeting_id=None, actor=activity.SYSTEM, now=now)
    assert said.value.refusal is Refusal.TOKEN_EXISTS
    tokens.revoke("东门", actor=activity.SYSTEM, now=now)
    db.release()
    assert tokens.bearer(token, now=now) is None
    with pytest.raises(Missing):
        tokens.revoke("东门", actor=activity.SYSTEM, now=now)
    again = tokens.create("东门", Scope.READ, meeting_id=None, actor=activity.SYSTEM, now=now)
    assert tokens.bearer(again, now=now) is not None
    kept = db.session().scalars(sa.select(ApiToken.digest).where(ApiToken.name == "东门")).all()
    assert len(kept) == 2
    assert token not in kept


def test_a_browsers_token_expires_and_dies_with_signing_out(cast: Cast, now: datetime) -> None:
    token = tokens.create_for_browser(cast.hejing_id, "何静", meeting_id=cast.meeting_id, now=now)
    assert tokens.bearer(token, now=now + tokens.BROWSER_TOKEN_LIVES - timedelta(seconds=1)) is not None
    assert tokens.bearer(token, now=now + tokens.BROWSER_TOKEN_LIVES) is None
    accounts.sign_out(cast.hejing_id, now=now)
    assert tokens.bearer(token, now=now) is None
    assert tokens.bearer("unknown", now=now) is None


def test_whoever_held_a_link_or_a_password_before_is_no_administrator(cast: Cast, now: datetime) -> None:
    account, kept = _create("boss@example.org", now, role=Role.VIEWER, meeting_id=cast.meeting_id)
    accounts.set_password(account.id, PASSWORD, actor=activity.SYSTEM, now=now)
    epoch = account.epoch
    _, fresh = _create("boss@example.org", now, role=Role.ADMINISTRATOR, meeting_id=None)
    assert kept is not None
    assert fresh is not None
    with pytest.raises(Refused):
        accounts.redeem(kept, now=now)
    with pytest.raises(Refused):
        accounts.check("boss@example.org", PASSWORD)
    account = accounts.redeem(fresh, now=now)
    assert account.epoch > epoch  # who is signed in is asked anew
    assert Right.FOUND_MEETINGS in accounts.rights(account, None)
