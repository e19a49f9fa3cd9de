"""Why visits cannot be planned, in words: which stop, group or minute is the narrow one, and what would help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from conference import clock
from conference.rules.visits_planning_answers import NarrowStop, NoPlan, NoPlanReason, Remedy, RemedyKind, Undecided
from conference.services.visits_planning import Unplanned


def no_plan(error: Unplanned, timezone: str) -> str:
    """The reason and, where some were found, the ways out."""
    if error.found is None:
        return str(_("还没有参访点，先添加参访点。"))
    return _helped(_reason(error.found, error.names, timezone), error.found.remedies, error.names)


def undecided(found: Undecided, names: Mapping[int, str]) -> str:
    """That neither was found out, and with what there is a plan."""
    return _helped(str(_("没有找到排法，也没有证明排不出来。")), found.remedies, names)


def _helped(said: str, remedies: Sequence[Remedy], names: Mapping[int, str]) -> str:
    ways = [text for way in remedies if (text := _way(way, names))]
    return " ".join([said, str(_("可以这样：%(ways)s。", ways=str(_("；")).join(ways)))] if ways else [said])


def _reason(found: NoPlan, names: Mapping[int, str], timezone: str) -> str:
    stops = _one_by_one([_stop(one, names) for one in found.stops])
    group = None if found.party is None else found.party + 1
    match found.reason:
        case NoPlanReason.PARTY_TOO_LARGE:
            people = found.people
            return str(_("第 %(n)s 组有 %(people)s 人，%(stops)s 一次容不下。", n=group, people=people, stops=stops))
        case NoPlanReason.WINDOW_TOO_SHORT:
            return str(
                _(
                    "时间不够：走完各参访点再回来要 %(needs)s 分钟，一共只有 %(has)s 分钟。",
                    needs=found.needs_minutes,
                    has=found.has_minutes,
                )
            )
        case NoPlanReason.ORDER_TOO_LONG:
            return str(
                _(
                    "时间不够：第 %(n)s 组按定好的顺序要 %(needs)s 分钟，一共只有 %(has)s 分钟。",
                    n=group,
                    needs=found.needs_minutes,
                    has=found.has_minutes,
                )
            )
        case NoPlanReason.FIXED_OVERFILL:
            at = clock.local(found.at, timezone).strftime("%H:%M") if found.at else ""
            return str(
                _("已经定下的组在 %(at)s 就有 %(people)s 人同时在 %(stops)s。", at=at, people=found.people, stops=stops)
            )
        case NoPlanReason.STOP_TOO_SMALL:
            return str(_("%(stops)s 在这段时间里接待不完这么多人。", stops=stops))
        case NoPlanReason.TOO_CROWDED:
            return str(_("各组在这段时间里错不开：%(stops)s 同时容不下。", stops=stops))


def _one_by_one(texts: Sequence[str]) -> str:
    return str(_("、")).join(texts)


def _stop(one: NarrowStop, names: Mapping[int, str]) -> str:
    return str(_("%(name)s（容 %(n)s 人）", name=names.get(one.stop_id, ""), n=one.capacity))


def _way(way: Remedy, names: Mapping[int, str]) -> str:
    match way.kind:
        case RemedyKind.LARGER_STOPS:
            each = [_("%(name)s 能容 %(n)s 人", name=names.get(one.stop_id, ""), n=one.needs) for one in way.stops]
            return _one_by_one([str(text) for text in each])
        case RemedyKind.LONGER_WINDOW:
            return str(_("时间再多 %(n)s 分钟", n=way.minutes))
        case RemedyKind.SHORTER_STAY:
            return str(_("每处只停留 %(n)s 分钟", n=way.minutes))
        case RemedyKind.FEWER_PARTIES:
            return str(_("少 %(n)s 组", n=len(way.parties)))
        case RemedyKind.NOTHING_FIXED:
            return str(_("放开已经定下的组"))
