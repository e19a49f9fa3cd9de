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
    # organiser
    # api
}
