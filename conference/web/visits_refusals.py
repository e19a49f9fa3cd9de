"""What is refused in the visits, said so that an organiser can set it right: names, numbers, minutes."""

from __future__ import annotations

from flask_babel import gettext as _

from conference.services.visits_desk import PeopleClash, SeatsBelowTaken
from conference.services.visits_stays import StopCrowded
from conference.services.visits_stops import StopInUse
from conference.vocabulary import Refused
from conference.web.filters import clock_time, words

SHOWN = 10


def spoken(refused: Refused) -> str:
    """One sentence or two."""
    said: str = words(refused.refusal)
    if isinstance(refused, StopCrowded):
        crowd = refused.crowd
        said = _(
            "“%(stop)s”在 %(time)s 会有 %(people)s 人，只容得下 %(capacity)s 人；那时在的车次：%(departures)s",
            stop=crowd.stop,
            time=clock_time(crowd.found.at),
            people=crowd.found.people,
            capacity=crowd.found.capacity,
            departures=_listed(crowd.departures),
        )
    elif isinstance(refused, SeatsBelowTaken):
        said = _(
            "没有改：这样会有人没有座位（最后报名的先列）：%(names)s。请先给他们换车次。", names=_listed(refused.names)
        )
    elif isinstance(refused, PeopleClash):
        said = _(
            "没有改：这个时间与他们的另一车次冲突：%(names)s",
            names=_listed([_("%(name)s（%(other)s）", name=one.name, other=one.other) for one in refused.people]),
        )
    elif isinstance(refused, StopInUse):
        said = _("这些车次还要去这里：%(names)s。先给它们改路线。", names=_listed(refused.names))
    return said


def _listed(names: tuple[str, ...] | list[str]) -> str:
    shown: str = _("、").join(names[:SHOWN])
    if len(names) > SHOWN:
        return str(_("%(names)s 等 %(n)s 个", names=shown, n=len(names)))
    return shown
