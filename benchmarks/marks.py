"""The table that the floor writes into, one row an answer."""

from __future__ import annotations

import sqlalchemy as sa

from conference import db

marks = sa.Table(
    "bench_marks",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("delegate_id", sa.BigInteger, nullable=False),
    sa.Column("at", db.Moment(), nullable=False),
)
