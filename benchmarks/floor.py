"""The application with the floor beside it: the least that a view of ours can do with the database.

Served by the same gunicorn, through the same middleware: one SELECT by an index and one INSERT, in Core, inside our
own `transaction()`. Every other figure is read as a multiple of this one.
"""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa
from flask import Response, jsonify, request

from benchmarks.marks import marks
from conference import clock, db
from conference.app import create_app
from conference.models import Code

_codes = cast(sa.Table, Code.__table__)
_FIND = sa.select(_codes.c.delegate_id).where(_codes.c.code == sa.bindparam("code"))

app = create_app()


@app.post("/bench/floor")
def floor() -> Response:
    """Find the code, leave a mark."""
    code = request.get_json()["code"]
    with db.transaction() as session:
        connection = session.connection()
        delegate_id = connection.execute(_FIND, {"code": code}).scalar_one()
        connection.execute(sa.insert(marks).values(delegate_id=delegate_id, at=clock.now()))
    return jsonify(delegate_id=delegate_id)
