"""Units register their people: invitations, the unit desk, reply forms, the person's own answers, notices."""

from __future__ import annotations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
