"""What organisers of a crowd do with an outside room's report. Results are plain, since they travel."""

from __future__ import annotations

from datetime import UTC, datetime

from conference import db
from conference.models import Meeting
from conference.services import platform_reports
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing


def bring_in(meeting_id: int, report_id: int) -> bool:
    """Whether it was this one who did."""
    meeting = db.session().get_one(Meeting, meeting_id)
    return platform_reports.bring_in(meeting, report_id, Doing(SYSTEM, datetime.now(UTC), "http://localhost"))
