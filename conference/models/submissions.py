"""Forms that were sent, with the place that each made: the same one sent twice makes one and leads to the same page."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Digest, reference


class Submission(Base):
    """`digest` is of the form's nonce and of all that was typed; `answer` the id that its page is found by."""

    __tablename__ = "submissions"

    digest: Mapped[Digest] = mapped_column(primary_key=True)
    delegate_id: Mapped[int | None] = reference("delegates.id", nullable=True, index=True)
    answer: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(index=True)
