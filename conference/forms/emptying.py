"""Asking whether everybody has left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask_wtf import FlaskForm
from wtforms import HiddenField

LONGEST = timedelta(hours=1)


class EmptyingForm(FlaskForm):
    """`asked_at` is when the page was asked for, so that the same form sent twice is one deed."""

    asked_at = HiddenField()

    def moment(self, now: datetime) -> datetime:
        """When the page was asked for, where that is not long ago; else now."""
        text = self.asked_at.data or ""
        try:
            asked = datetime.fromtimestamp(float(text), UTC) if len(text) <= 24 else now
        except (ValueError, OverflowError, OSError):
            return now
        return asked if now - LONGEST <= asked <= now else now
