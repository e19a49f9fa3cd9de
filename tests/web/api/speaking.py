"""What the tests of the API have in common: a program that holds a token."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class Program:
    """Speaks JSON with a token; addresses are taken from the meeting's on."""

    def __init__(self, client: FlaskClient, token: str | None, slug: str) -> None:
        self.client = client
        self.base = f"/api/v1/meetings/{slug}"
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, address: str = "", **query: Any) -> TestResponse:
        return self.client.get(self._full(address), query_string=query, headers=self.headers)

    def post(self, address: str, body: Any = None, **headers: str) -> TestResponse:
        return self._send("POST", address, body, headers)

    def patch(self, address: str, body: Any, **headers: str) -> TestResponse:
        return self._send("PATCH", address, body, headers)

    def raw(self, method: str, address: str, data: bytes | str, content_type: str | None) -> TestResponse:
        return self.client.open(
            self._full(address), method=method, data=data, content_type=content_type, headers=self.headers
        )

    def all(self, address: str, limit: int = 2) -> list[Any]:
        """Every item of a list, page by page."""
        found: list[Any] = []
        query: dict[str, Any] = {"limit": limit}
        while True:
            page = self.get(address, **query).json
            assert page is not None
            found += page["items"]
            if page["next"] is None:
                return found
            query["cursor"] = page["next"]

    def _send(self, method: str, address: str, body: Any, headers: dict[str, str]) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return (
            self.client.open(self._full(address), method=method, json=body, headers={**self.headers, **named})
            if body is not None
            else self.client.open(self._full(address), method=method, headers={**self.headers, **named})
        )

    def _full(self, address: str) -> str:
        return address if address.startswith("/api/") else self.base + address


def problem(response: TestResponse) -> tuple[int, str]:
    """Status and code of an answer that must be a problem."""
    assert response.content_type == "application/problem+json", response.get_data(as_text=True)
    said = response.json
    assert said is not None
    assert said["status"] == response.status_code
    assert {"type", "title", "status", "detail", "code"} <= said.keys()
    return response.status_code, said["code"]


def faults(response: TestResponse) -> set[str]:
    """The names that a 422 finds fault with."""
    assert problem(response) == (422, "malformed")
    assert response.json is not None
    assert all(isinstance(text, str) for texts in response.json["errors"].values() for text in texts)
    return set(response.json["errors"])
