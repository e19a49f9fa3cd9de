"""Every endpoint answers the access table, every row of the table is an endpoint, every address is typed."""

from __future__ import annotations

import pytest
from werkzeug.routing import Rule, UnicodeConverter

from conference.vocabulary import Right, Scope
from conference.web.access import TABLE, Access
from tests.house.sources import application

KINDS: dict[str, tuple[type, ...]] = {
    "public": (Access,),
    "delegate": (Access,),
    "unit": (Access,),
    "door": (Access, Right),
    "organiser": (Access, Right),
    "wall": (Access,),
    "api": (Access, frozenset),
}
# Short texts of a known form; the view looks them up and answers 404.
TEXTS = {"slug", "token", "code", "name", "filename"}


def _routes() -> list[Rule]:
    return list(application().url_map.iter_rules())


def test_every_endpoint_stands_in_the_table_and_every_row_is_one() -> None:
    endpoints = {rule.endpoint for rule in _routes()}
    assert endpoints - TABLE.keys() == set(), "closed to everybody: not in web/access.py"
    assert TABLE.keys() - endpoints == set(), "no such endpoint"


def test_an_endpoint_lives_under_an_audience_and_is_guarded_by_its_kind_of_rule() -> None:
    for endpoint, rule in TABLE.items():
        audience = endpoint.split(".")[0]
        assert audience in KINDS, endpoint
        assert isinstance(rule, KINDS[audience]), endpoint


def test_every_audience_has_its_guard() -> None:
    guarded = {name for name, functions in application().before_request_funcs.items() if name and functions}
    assert set(KINDS) <= guarded


def test_scopes_are_scopes_and_organise_is_always_among_them() -> None:
    for endpoint, rule in TABLE.items():
        if isinstance(rule, frozenset):
            assert rule <= set(Scope), endpoint
            assert Scope.ORGANISE in rule, endpoint


@pytest.mark.parametrize("rule", _routes(), ids=lambda rule: f"{rule.endpoint} {rule.rule}")
def test_an_address_is_a_typed_noun(rule: Rule) -> None:
    for name, converter in rule._converters.items():
        assert name in TEXTS or type(converter) is not UnicodeConverter, f"<{name}> takes any text"
    spelled = "".join(part for part in rule.rule.replace("<", "\0<").replace(">", ">\0").split("\0") if "<" not in part)
    assert spelled == spelled.lower() or rule.rule.startswith(("/C/", "/H/"))
    assert "_" not in spelled
