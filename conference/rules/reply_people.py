"""One row of a table of a reply form: a person, what is wrong with them, or why the row says nothing of anybody."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from conference.rules import places, reply_modes, reply_names, reply_origins, reply_values
from conference.rules.reply_facts import NOWHERE_SAID, Above, Person, Problem, Spot, shown
from conference.rules.reply_footers import REACHES
from conference.rules.reply_legends import mark
from conference.rules.reply_origins import Origin
from conference.rules.reply_rows import Habits
from conference.rules.reply_tables import Grid, Heading, Table
from conference.rules.text import SHORT_LIMIT, fault_in
from conference.vocabulary import Category, Fault, Mode, Passed, ReplyColumn


def read(
    grid: Grid,
    table: Table,
    row: int,
    *,
    habit: Habits,
    origin: Origin,
    above: Above,
    spots: Mapping[str, Spot],
) -> Person | list[Problem] | Passed:
    """What a row says. Keeps in `above` what the next rows may leave out."""
    return _Row(grid, table, row, habit, origin, above, spots).read()


def spots_of(table: Table, origin: Origin) -> dict[str, Spot]:
    """Where each thing that a row says stands, or ought to."""

    def spot(wanted: str, *kinds: ReplyColumn) -> Spot:
        found = sorted(table.of(*kinds), key=lambda heading: (kinds.index(heading.kind), not _mobile(heading)))
        return Spot(found[0].index, found[0].header) if found else Spot(None, NOWHERE_SAID[wanted])

    unit = spot("unit", ReplyColumn.UNIT, ReplyColumn.UNIT_AND_POSITION)
    return {
        "name": spot("name", ReplyColumn.NAME, ReplyColumn.SURNAME),
        "phone": spot("phone", *REACHES),
        "email": spot("phone", ReplyColumn.EMAIL, ReplyColumn.CONTACT, ReplyColumn.PHONE),
        "mode": spot("mode", ReplyColumn.MODE, ReplyColumn.IN_PERSON, ReplyColumn.ONLINE),
        "category": spot("name", ReplyColumn.CATEGORY, ReplyColumn.NAME),
        "position": spot("name", ReplyColumn.POSITION, ReplyColumn.UNIT_AND_POSITION, ReplyColumn.DEPARTMENT),
        "unit": Spot(None, origin.unit_header) if unit.column is None and origin.unit_header else unit,
        "province": spot("province", ReplyColumn.PROVINCE),
    }


class _Row:
    def __init__(
        self,
        grid: Grid,
        table: Table,
        row: int,
        habit: Habits,
        origin: Origin,
        above: Above,
        spots: Mapping[str, Spot],
    ) -> None:
        self.grid, self.table, self.row, self.habit, self.origin, self.above = grid, table, row, habit, origin, above
        self.problems: list[Problem] = []
        self.unit_here = False
        self.spots = spots

    def read(self) -> Person | list[Problem] | Passed:
        if self._stays_away():
            return Passed.NOT_COMING
        name = self._name()
        phone, email = self._reach()
        mode = self._mode()
        if mode is Passed.NOT_COMING:
            return mode
        category = self._category()
        unit, position = self._unit_and_position(name.beside)
        province, told = self._province(unit)
        self._unsolved()
        if self.problems:
            return self.problems
        assert isinstance(mode, Mode)  # noqa: S101 — else there is a problem
        return Person(
            sheet=self.grid.sheet.name,
            row=self.row,
            name=name.name,
            position=position,
            phone=phone,
            email=email,
            mode=mode,
            category=category,
            unit=unit,
            province=province,
            told=told,
            unit_here=self.unit_here,
            spots=self.spots,
        )

    def _unsolved(self) -> None:
        """What is kept and stands there as a formula alone is not left out in silence."""
        named = {problem.spot.column for problem in self.problems}
        for heading in self.table.headings:
            at = (self.row, heading.index)
            if at in self.grid.sheet.unsolved and heading.index not in named and heading.kind in _KEPT:
                self.problems.append(self._problem(Spot(heading.index, heading.header), Fault.FORMULA_UNSOLVED))

    def _stays_away(self) -> bool:
        heading = self.table.one(ReplyColumn.ATTENDING)
        said = self._value(heading) if heading else ""
        return not reply_values.says_nothing(said) and reply_modes.ticked(said, strong_elsewhere=True) is False

    def _name(self) -> reply_names.Name:
        raw = self.table.name_in(self.grid, self.row)
        if reply_values.says_nothing(raw) or reply_values.same_as_above(raw):
            self._wrong("name", Fault.REQUIRED)
            return reply_names.Name("")
        name = reply_names.name(raw)
        if name.fault:
            self._wrong("name", name.fault)
        return name

    def _reach(self) -> tuple[str | None, str | None]:
        phones: list[str] = []
        emails: list[str] = []
        faults: list[tuple[Heading, Fault]] = []
        headings = sorted(self.table.of(*REACHES), key=lambda h: (REACHES.index(h.kind), not _mobile(h), h.index))
        for heading in headings:
            said = reply_values.reach(self._value(heading), mail=heading.kind is ReplyColumn.EMAIL)
            if said.phone:
                phones.append(said.phone)
            if said.email:
                emails.append(said.email)
            if said.fault:
                faults.append((heading, said.fault))
        phone = next(
            (one for one in phones if one.startswith("+861") and len(one) == 14), phones[0] if phones else None
        )
        first = headings[0] if headings else None
        for heading, fault in faults:
            secondary = heading is not first and not _mobile(heading) and heading.kind is not ReplyColumn.EMAIL
            if not (secondary and (phone or any(other is first for other, _ in faults))):
                self.problems.append(self._problem(Spot(heading.index, heading.header), fault))
        if not phone and not emails and not faults:
            self._wrong("phone", Fault.CONTACT_NEEDED)
        return phone, emails[0] if emails else None

    def _mode(self) -> Mode | Passed | None:
        chosen = self.table.one(ReplyColumn.MODE)
        ticks = self.table.of(ReplyColumn.IN_PERSON, ReplyColumn.ONLINE)
        table_modes = [chosen, *ticks] if chosen else ticks
        said: Mode | Fault | None = None
        if chosen:
            raw = self._value(chosen)
            said = self.habit.legend.get(mark(raw)) or reply_modes.mode(raw)
            if said is None and not reply_values.says_nothing(raw):
                said = Fault.MODE_UNCLEAR
        if said is None and ticks:
            said = self._ticked(ticks)
        if said is None and not any(reply_values.text(self._value(heading)) for heading in table_modes):
            said = self.above.section_mode or (None if table_modes else self.origin.mode)
        if said is Fault.NOT_COMING:
            return Passed.NOT_COMING
        if isinstance(said, Mode):
            return said
        if said is Fault.MODE_TWICE and len(ticks) > 1:
            self.problems.append(self._problem(Spot(ticks[-1].index, _both(ticks)), said))
        else:
            spot = self.spots["mode"] if chosen or len(ticks) < 2 else Spot(ticks[0].index, _both(ticks))
            self.problems.append(self._problem(spot, said or Fault.MODE_NEEDED))
        return None

    def _ticked(self, ticks: Sequence[Heading]) -> Mode | Fault | None:
        yes: list[Mode] = []
        no: list[Mode] = []
        for heading in ticks:
            means = Mode.IN_PERSON if heading.kind is ReplyColumn.IN_PERSON else Mode.ONLINE
            raw = self._value(heading)
            if not reply_values.text(raw):
                continue
            named = reply_modes.mode(raw)
            if isinstance(named, Mode):  # the word instead of a tick
                yes.append(named)
                continue
            answer = reply_modes.ticked(raw, strong_elsewhere=self.habit.strong, circle_elsewhere=self.habit.circles)
            if answer is None:
                self.problems.append(self._problem(Spot(heading.index, heading.header), Fault.MODE_UNCLEAR))
            (yes if answer else no).append(means)
        if len(set(yes)) > 1:
            return Fault.MODE_TWICE
        if yes:
            return yes[0]
        # A single question (是否线上参会) that is answered by a no.
        return no[0].other if len(ticks) == 1 and no else None

    def _category(self) -> Category:
        heading = self.table.one(ReplyColumn.CATEGORY)
        if heading is None or not self.habit.categories or reply_values.says_nothing(self._value(heading)):
            return Category.DELEGATE
        category = reply_modes.category(self._value(heading))
        if category is None:
            self._wrong("category", Fault.UNKNOWN_CHOICE)
        return category or Category.DELEGATE

    def _unit_and_position(self, beside: str) -> tuple[str, str]:
        posts = [reply_values.position(self._value(heading)) for heading in self.table.of(ReplyColumn.POSITION)]
        position = "、".join(dict.fromkeys(post for post in posts if post)) or beside
        department = self.table.one(ReplyColumn.DEPARTMENT)
        if department:
            inside = reply_values.position(self._value(department))
            position = position if position.startswith(inside) else inside + position
        unit = self._unit()
        both = self.table.one(ReplyColumn.UNIT_AND_POSITION)
        if both:
            raw = reply_values.position(self._value(both))
            told, post = ("", raw) if unit else reply_origins.split(raw)
            unit, position = unit or told, position or post
        self.unit_here = bool(unit)
        unit = unit or self.above.section or self.origin.unit
        if not unit:
            self._wrong("unit", Fault.UNIT_NEEDED)
        elif fault := fault_in(unit, limit=SHORT_LIMIT):
            self._wrong("unit", fault)
        elif re.fullmatch(r"[\d\W]+", unit):
            self._wrong("unit", Fault.NOT_TEXT)
        if fault := fault_in(position, limit=SHORT_LIMIT, required=False):
            self._wrong("position", fault)
        return unit, position

    def _unit(self) -> str:
        heading = self.table.one(ReplyColumn.UNIT)
        if heading is None:
            return ""
        raw = self._value(heading)
        if reply_values.same_as_above(raw):
            return self.above.unit
        if reply_values.says_nothing(raw):
            return self.above.unit if self.habit.unit_once else ""
        self.above.unit = reply_values.unit(raw)
        return self.above.unit

    def _province(self, unit: str) -> tuple[str | None, bool]:
        heading = self.table.one(ReplyColumn.PROVINCE)
        raw = self._value(heading) if heading else ""
        if reply_values.same_as_above(raw) or (reply_values.says_nothing(raw) and self.habit.province_once):
            raw = self.above.province
        if not reply_values.says_nothing(raw):
            self.above.province = raw
            code = places.province(raw)
            if code is None:
                self._wrong("province", Fault.NOT_A_PROVINCE)
            return code, True
        return places.of_unit(unit).code or self.above.section_province or self.origin.province, False

    def _value(self, heading: Heading) -> str:
        """A merged cell says the same in all of its rows, but not to its right."""
        top, left = self.grid.owner(self.row, heading.index)
        return self.grid.text(top, left) if left == heading.index else ""

    def _wrong(self, what: str, fault: Fault) -> None:
        self.problems.append(self._problem(self.spots[what], fault))

    def _problem(self, spot: Spot, fault: Fault) -> Problem:
        if (self.row, spot.column) in self.grid.sheet.unsolved:
            fault = Fault.FORMULA_UNSOLVED
        typed = self.grid.text(*self.grid.owner(self.row, spot.column)) if spot.column is not None else ""
        who = self.table.name_in(self.grid, self.row) if spot != self.spots["name"] else ""
        return Problem(self.grid.sheet.name, self.row, spot, fault, shown(who), shown(typed))


_KEPT = {
    ReplyColumn.POSITION, ReplyColumn.DEPARTMENT, ReplyColumn.EMAIL, ReplyColumn.PROVINCE, ReplyColumn.UNIT,
    ReplyColumn.UNIT_AND_POSITION, ReplyColumn.CONTACT, ReplyColumn.CATEGORY, ReplyColumn.ATTENDING,
}  # fmt: skip


def _mobile(heading: Heading) -> bool:
    return re.search(r"手\s*机|移动|mobile|cell", heading.header, re.IGNORECASE) is not None


def _both(ticks: Sequence[Heading]) -> str:
    return " / ".join(heading.header for heading in ticks)
