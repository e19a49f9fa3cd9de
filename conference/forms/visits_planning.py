"""The form of what the planner of the visits is asked."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any, cast

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField

from conference.forms.fields import Line, WallClock, WholeNumber, wall
from conference.forms.visits import Needed
from conference.services.visits_fields import MOST_SEATS
from conference.services.visits_planning import Asked
from conference.services.visits_stops import LONGEST_STAY
from conference.vocabulary import Fault
from conference.web.filters import words

MOST_BUSES = 100
_BUSES = re.compile(r"(?:(\d{1,3})[×xX*])?(\d{1,4})")


class PlanForm(FlaskForm):
    """Buses as they are, or people and the seats of each bus."""

    buses = Line(_l("哪些车"), required=False)
    people = WholeNumber(_l("或者：一共多少人"), least=1, most=MOST_BUSES * MOST_SEATS)
    seats = WholeNumber(_l("每车座位"), least=1, most=MOST_SEATS)
    starts_at = WallClock(_l("最早从会场出发"))
    ends_at = WallClock(_l("最晚回到会场"))
    stay_minutes = Needed(_l("每点停留"), least=1, most=LONGEST_STAY)
    ride_minutes = Needed(_l("两点之间路上"), least=1, most=LONGEST_STAY)
    replacing = BooleanField(_l("这段时间里没有固定、也没有人的车次，用新排的替换"))

    @classmethod
    def of(cls, row: Any, timezone: str) -> PlanForm:  # a row of settings
        return cls(
            data={
                "seats": 45,
                "starts_at": wall(row.window_starts_at, timezone),
                "ends_at": wall(row.window_ends_at, timezone),
                "stay_minutes": row.stay_minutes,
                "ride_minutes": row.ride_minutes,
            }
        )

    def asked(self, timezone: str) -> Asked | None:
        """None where the form says why not."""
        sizes = self._sizes()
        if not sizes:
            return None
        starts_at, ends_at = (cast(datetime, field.aware(timezone)) for field in (self.starts_at, self.ends_at))
        stay, ride = self.stay_minutes.data, self.ride_minutes.data
        return Asked(sizes, starts_at, ends_at, cast(int, stay), cast(int, ride))

    def _sizes(self) -> list[int]:
        sizes: list[int] = []
        if self.buses.data:
            text = re.sub(r"\s*([×xX*])\s*", r"\1", unicodedata.normalize("NFKC", self.buses.data))
            found = [_BUSES.fullmatch(part) for part in re.split(r"[,、;\s]+", text) if part]
            sizes = [int(one[2]) for one in found if one for _n in range(int(one[1] or 1))]
            if not all(found) or not sizes or not all(1 <= size <= MOST_SEATS for size in sizes):
                self.buses.errors = [_("请写成“8×45、2×30”：几辆车、每辆几座")]
                return []
        elif self.people.data and self.seats.data:
            sizes = [self.seats.data] * -(-self.people.data // self.seats.data)
        else:
            self.buses.errors = [_("请写有哪些车，或一共多少人、每车几座")]
        if len(sizes) > MOST_BUSES:
            field = self.buses if self.buses.data else self.people
            field.errors = [words(Fault.TOO_MANY)]
            return []
        return sizes


class AcceptForm(FlaskForm):
    proposal = HiddenField()
