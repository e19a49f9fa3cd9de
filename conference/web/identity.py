"""Who is asking: the account that signed in, the phone that was paired, the private links that this browser opened.

A browser is signed in or paired, never both: a phone that is lent from hand to hand carries no account about.
"""

from __future__ import annotations

from datetime import datetime

from apiflask import APIFlask
from flask import g, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from conference import clock
from conference.models import Account
from conference.services import accounts, paired_phones, tokens
from conference.services.activity import Actor
from conference.services.paired_phones import Phone
from conference.services.tokens import Bearer
from conference.vocabulary import ActorKind, MeetingStatus, Refusal, Refused, Right, Role

KEPT_LINKS = 20
_KINDS = ("links", "desks", "walls")  # of private links that a browser keeps, by their ids
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
    """Who does a deed: the signed-in account, or the paired phone by the token that it scans with."""
    phone = device()
    if phone is not None:
        return scanner(phone.name, meeting_id=phone.meeting_id, now=clock.now())[1].actor
    account = signed_in()
    return Actor(ActorKind.ACCOUNT, account.id, account.name)


def rights(meeting_id: int | None) -> frozenset[Right]:
    """What the signed-in account may do in a meeting, or everywhere. A paired phone checks in, in its own."""
    phone = device()
    if phone is not None:
        return frozenset({Right.CHECK_IN}) if phone.meeting_id == meeting_id else frozenset()
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


def may_change(right: Right) -> bool:
    """The same of a button that changes something: an archived meeting is to be read."""
    meeting = g.get("meeting")
    return may(right) and (meeting is None or meeting.status is not MeetingStatus.ARCHIVED)


def sign_in(account: Account) -> None:
    kept = {kind: session[kind] for kind in _KINDS if session.get(kind)}
    session.clear()
    session.update(kept)
    login_user(SignedIn(account))
    session.permanent = True


def sign_out() -> None:
    logout_user()


def device() -> Phone | None:
    """The gate that this browser is paired as; None where it is none, or was turned out. Asked once a request."""
    if "phone" not in g:
        held = _pairing()
        g.phone = paired_phones.by_pairing(*held, now=clock.now()) if held else None
    found: Phone | None = g.phone
    return found


def was_paired() -> bool:
    """Whether this browser was paired, even if it has been revoked since."""
    return _pairing() is not None


def pair(phone: Phone) -> None:
    """This browser stands at the gate from now on; whoever was signed in on it is not any more."""
    kept = {kind: session[kind] for kind in _KINDS if session.get(kind)}
    logout_user()
    session.clear()
    session.update(kept)
    session["device"] = [phone.id, phone.pairing]
    session.permanent = True
    g.phone = phone


def unpair() -> None:
    """This browser is nobody's gate any more."""
    session.pop("device", None)
    session.pop("scanner", None)
    g.pop("phone", None)


def scanner(gate: str, *, meeting_id: int, now: datetime) -> tuple[str, Bearer]:
    """The token that this browser scans with at `gate`, and whom it stands for: the one it has, while that lives, else
    a new one. Raises Refused (device_revoked).
    """
    phone = device()
    kept = session.get("scanner")
    if isinstance(kept, str):
        held = tokens.bearer(kept, now=now)
        fits = held is not None and held.meeting_id == meeting_id
        if held is not None and fits and (held.device_id == phone.id if phone else held.name == gate):
            return kept, held
    if phone is not None:
        made = paired_phones.token(phone, now=now)
    else:
        made = tokens.create_for_browser(signed_in().id, gate, meeting_id=meeting_id, now=now)
    session["scanner"] = made
    found = tokens.bearer(made, now=now)
    if found is None:  # revoked within this very moment
        raise Refused(Refusal.DEVICE_REVOKED)
    return made, found


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


def remember_wall(wall_id: int) -> None:
    """This browser opened a wall's private address."""
    _remember("walls", wall_id)


def holds_wall(wall_id: int) -> bool:
    return wall_id in _held("walls")


def _pairing() -> tuple[int, int] | None:
    held = session.get("device")
    if not isinstance(held, list) or len(held) != 2 or not all(isinstance(part, int) for part in held):
        return None
    return held[0], held[1]


def _remember(kind: str, id_: int) -> None:
    session[kind] = [*(held for held in _held(kind) if held != id_), id_][-KEPT_LINKS:]
    session.permanent = True


def _held(kind: str) -> list[int]:
    return [id_ for id_ in session.get(kind, []) if isinstance(id_, int)]
