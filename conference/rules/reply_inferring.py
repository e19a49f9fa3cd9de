"""What the rows of a table leave to its title, its labels or their units' names, to be said to whoever sent it in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conference.rules import places
from conference.rules.reply_facts import Inferred, Person, shown
from conference.rules.reply_origins import Origin
from conference.rules.reply_tables import Table
from conference.vocabulary import ReplyColumn, Whence

_COLUMNS = {
    ReplyColumn.UNIT: (ReplyColumn.UNIT, ReplyColumn.UNIT_AND_POSITION),
    ReplyColumn.MODE: (ReplyColumn.MODE, ReplyColumn.IN_PERSON, ReplyColumn.ONLINE),
}


def inferred(table: Table, origin: Origin, people: Sequence[Person], *, own: bool) -> Iterator[Inferred]:
    """What `people` of a table have from elsewhere. At a unit's `own` desk its name and province are no question."""
    if not people:
        return
    sheet = people[0].sheet
    for what, value in ((ReplyColumn.UNIT, origin.unit), (ReplyColumn.MODE, origin.mode)):
        told = origin.told.get(what)
        if value and told and not table.of(*_COLUMNS[what]) and not (own and what is ReplyColumn.UNIT):
            used = {str(person.mode) if what is ReplyColumn.MODE else person.unit for person in people}
            if str(value) in used:
                yield Inferred(sheet, what, str(value), told.whence, shown(told.text), told.row)
    if own:
        return
    guessed = [person for person in people if person.province and not person.told]
    by_name = {person.province for person in guessed if places.of_unit(person.unit).code}
    for code in sorted(code for code in by_name if code):
        yield Inferred(sheet, ReplyColumn.PROVINCE, code, Whence.UNIT_NAME)
    told = origin.told.get(ReplyColumn.PROVINCE)
    rest = {person.province for person in guessed if not places.of_unit(person.unit).code}
    if told and origin.province in rest:
        yield Inferred(sheet, ReplyColumn.PROVINCE, origin.province or "", told.whence, shown(told.text), told.row)
