"""The access table: who may come in, endpoint by endpoint. A house test walks it against the routes.

An endpoint that is missing here is closed to everybody.
"""

from __future__ import annotations

from enum import Enum

from conference.vocabulary import Right, Scope


class Access(Enum):
    """Who is let in where no account's right and no token's scope is asked."""

    PUBLIC = "public"
    HOLDER = "holder"  # of the private link in this browser
    SIGNED_IN = "signed_in"


Rule = Access | Right | frozenset[Scope]


def scopes(*allowed: Scope) -> frozenset[Scope]:
    """`organise` may do all and need not be named."""
    return frozenset({Scope.ORGANISE, *allowed})


TABLE: dict[str, Rule] = {
    # public
    "public.health.alive": Access.PUBLIC,
    "public.health.ready": Access.PUBLIC,
    "public.sign_in.index": Access.PUBLIC,
    # delegate
    # door
    "door.posts.index": Access.SIGNED_IN,
    "door.posts.choose": Right.CHECK_IN,
    "door.posts.take": Right.CHECK_IN,
    "door.codes.show": Access.SIGNED_IN,  # the code names the meeting; the view asks for the right in it
    "door.scanner.show": Right.CHECK_IN,
    "door.scanner.token": Right.CHECK_IN,
    "door.scanner.state": Right.CHECK_IN,
    "door.scanner.scan": Right.CHECK_IN,
    "door.scanner.verdict": Right.CHECK_IN,
    "door.scanner.undo": Right.CHECK_IN,
    "door.scanner.take_back": Right.CHECK_IN,
    "door.scanner.search": Right.CHECK_IN,
    # organiser
    # api
}
