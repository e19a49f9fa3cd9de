"""The description agrees with the code: generated requests meet only answers that it names."""

from __future__ import annotations

import pytest
import schemathesis
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi import checks

from conference.web.access import TABLE, Access
from tests.cast import Cast

DESCRIPTION = "/api/v1/openapi.json"
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


def test_it_is_public_complete_and_not_sent_twice(app: APIFlask, client: FlaskClient) -> None:
    told = client.get(DESCRIPTION)
    assert told.status_code == 200
    assert told.json["openapi"].startswith("3.1")
    described = {o["operationId"] for path in told.json["paths"].values() for o in path.values()}
    routed = {
        endpoint.removeprefix("api.")
        for endpoint, rule in TABLE.items()
        if endpoint.startswith("api.") and rule is not Access.PUBLIC and endpoint != "api.metrics.show"
    }
    assert described == routed
    again = client.get(DESCRIPTION, headers={"If-None-Match": told.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_generated_requests(app: APIFlask, cast: Cast, mode: GenerationMode) -> None:
    """A bounded number of requests to each operation, always the same ones; good ones, then bad ones."""
    description = app.test_client().get(DESCRIPTION).json
    for path in description["paths"].values():
        for operation in path.values():
            for parameter in operation["parameters"]:
                if parameter["name"] == "slug":
                    parameter["schema"] = {"type": "string", "enum": [cast.slug]}
    schema = schemathesis.openapi.from_dict(description)
    schema.app = app
    met = set()
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=10,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: schemathesis.Case) -> None:
            answered = case.call_and_validate(headers={"Authorization": f"Bearer {cast.organise}"}, checks=CHECKS)
            met.add(answered.status_code)

        ask()
    assert met & {200, 201} or mode is GenerationMode.NEGATIVE
    assert 422 in met
