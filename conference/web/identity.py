"""Who is asking: the account that signed in, the private links that this browser opened."""

from __future__ import annotations

from datetime import datetime

from apiflask import APIFlask
from flask import g, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from conference.models import Account
from conference.services import accounts
from conference.services.activity import Actor
from conference.vocabulary import ActorKind, Right, Role

KEPT_LINKS = 20
_KINDS = ("links", "desks")  # of private links that a browser keeps, by their ids
login_manager = LoginManager()
login_manager.session_protection = None  # a phone changes its address from one cell to the next


class SignedIn(UserMixin):
    """Flask-Login's user around an account; its id carries the account's epoch, which a new password raises."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.name = account.name

    def get_id(self) -> str:
        return f"{self.account.id}.{self.account.epoch}"


def install(app: APIFlask) -> None:
    login_manager.init_app(app)
    app.context_processor(lambda: {"current_account": current_account()})


@login_manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types
def _load(key: str) -> SignedIn | None:
    id_, _, epoch = key.partition(".")
    account = accounts.by_id(int(id_)) if id_.isdigit() else None
    if account is None or account.disabled_at is not None or str(account.epoch) != epoch:
        return None
    return SignedIn(account)


def current_account() -> Account | None:
    """The account signed in on this browser. Asks the database only where a session says that there is one."""
    if "_user_id" not in session:
        return None
    return current_user.account if current_user.is_authenticated else None


def signed_in() -> Account:
    """The account behind a guarded page."""
    account = current_account()
    if account is None:
        raise RuntimeError("asked for the account outside a guarded page")
    return account


def actor() -> Actor:
    """The signed-in account as the actor of a deed."""
    account = signed_in()
    return Actor(ActorKind.ACCOUNT, account.id, account.name)


def rights(meeting_id: int | None) -> frozenset[Right]:
    """What the signed-in account may do in a meeting, or everywhere."""
    account = current_account()
    return frozenset() if account is None else accounts.rights(account, meeting_id)


def roles(meeting_id: int) -> frozenset[Role]:
    """What the signed-in account is in a meeting."""
    account = current_account()
    return frozenset() if account is None else accounts.roles(account, meeting_id)


def may(right: Right) -> bool:
    """Whether a button for `right` is worth showing on a page of the current meeting."""
    meeting = g.get("meeting")
    return right in rights(meeting.id if meeting is not None else None)


def sign_in(account: Account) -> None:
    kept = {kind: session[kind] for kind in _KINDS if session.get(kind)}
    session.clear()
    session.update(kept)
    login_user(SignedIn(account))
    session.permanent = True


def sign_out() -> None:
    logout_user()


def home() -> str:
    """Where the signed-in account's work is: the door for those who only check people in, else the desk."""
    account = current_account()
    return "/door/" if account is not None and accounts.works_at_the_door_only(account) else "/desk/"


def remember_link(link_id: int) -> None:
    """This browser opened a private link; it may come back by the address without the secret."""
    _remember("links", link_id)


def forget_link(link_id: int) -> None:
    """What the link opened is no more."""
    session["links"] = [held for held in _held("links") if held != link_id]


def holds_link(link_id: int) -> bool:
    return link_id in held_links()


def held_links() -> list[int]:
    """The ids of the private links that this browser opened, the latest last."""
    return _held("links")


def remember_proof(link_id: int, *, until: datetime) -> None:
    """Who uses this browser has proven that the place behind the link is theirs; for a while."""
    session["proven"] = {str(link_id): until.timestamp()}


def proven(link_id: int, *, now: datetime) -> bool:
    held = session.get("proven")
    until = held.get(str(link_id)) if isinstance(held, dict) else None
    return isinstance(until, int | float) and now.timestamp() < until


def remember_desk(desk_id: int) -> None:
    """This browser opened the link to a unit's desk."""
    _remember("desks", desk_id)


def holds_desk(desk_id: int) -> bool:
    return desk_id in _held("desks")


def _remember(kind: str, id_: int) -> None:
    session[kind] = [*(held for held in _held(kind) if held != id_), id_][-KEPT_LINKS:]
    session.permanent = True


def _held(kind: str) -> list[int]:
    return [id_ for id_ in session.get(kind, []) if isinstance(id_, int)]
