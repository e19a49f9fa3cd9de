"""Which role may do what, and what each scope of a token covers."""

from __future__ import annotations

from collections.abc import Iterable

from conference.vocabulary import Right, Role, Scope

_ALL = frozenset(Right)
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.ADMINISTRATOR: _ALL,
    Role.ORGANISER: _ALL - {Right.FOUND_MEETINGS, Right.KEEP_UNITS},
    Role.REGISTRATION: frozenset({Right.SEE_MEETING, Right.SEE_PEOPLE, Right.REGISTER_PEOPLE, Right.CHECK_IN}),
    Role.TRAVEL: frozenset({Right.SEE_MEETING, Right.SEE_PEOPLE, Right.SEE_DETAILS, Right.RUN_VISITS, Right.CHECK_IN}),
    Role.DOOR: frozenset({Right.CHECK_IN}),
    Role.VIEWER: frozenset({Right.SEE_MEETING}),
}


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """All that a holder of `roles` may do."""
    return frozenset().union(*(RIGHTS[role] for role in roles))


def covers(held: Scope, *allowed: Scope) -> bool:
    """Whether a token of scope `held` may do what is open to the scopes `allowed`; `organise` may do all."""
    return held is Scope.ORGANISE or held in allowed
