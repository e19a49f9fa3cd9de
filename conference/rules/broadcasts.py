"""Where a meeting is shown online: how much of what may be said."""

from __future__ import annotations

MOST_STREAMS = 4
MOST_CHECKS = 2
LINE_LIMIT = 40  # of the name of a line
