"""Why a flagged scan wants a look; see `checkin.verdict` and `checkin.time_of_scan` for what flags it."""

from __future__ import annotations

from datetime import datetime

from conference.rules.checkin import TOLERANCE
from conference.vocabulary import Outcome, ReviewCause, ScanReason


def causes(
    *,
    outcome: Outcome,
    reason: ScanReason | None,
    admitted_offline: bool,
    scanned_at: datetime,
    raw_scanned_at: datetime | None,
    limited_since: bool = False,
) -> tuple[ReviewCause, ...]:
    """In the order in which they matter; what nothing else explains was taken along. `limited_since`: its device might
    not scan there any more when it came in.
    """
    found = []
    if outcome is Outcome.ALREADY and admitted_offline:
        found.append(ReviewCause.TWO_GATES)
    if reason is not None:
        found.append(ReviewCause.LET_IN_ALL_THE_SAME)
    if raw_scanned_at is not None and abs(raw_scanned_at - scanned_at) > TOLERANCE:
        found.append(ReviewCause.CLOCK_WRONG)
    if limited_since:
        found.append(ReviewCause.LIMITED_SINCE)
    return tuple(found) or (ReviewCause.TAKEN_ALONG,)
