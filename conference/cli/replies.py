"""`conference replies check` and `conference replies import`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from flask.cli import with_appcontext

from conference import clock
from conference.cli import asking
from conference.documents.packages import LARGEST_FILE
from conference.rules.contact import plain_phone
from conference.rules.provinces import PROVINCES
from conference.rules.replies import Inferred, Problem, Understood
from conference.rules.sheets import column_letters
from conference.rules.text import legible
from conference.services import replies as forms
from conference.services.delegates import Doing
from conference.services.replies import Checked
from conference.vocabulary import Mode, ReplyColumn, RowNews, Unreadable
from conference.wording import LANGUAGES, say

WRONG = 1
F = TypeVar("F", bound=Callable[..., Any])


@click.group()
def replies() -> None:
    """Reply forms (回执): units' lists of the people they send."""


def _asked(command: F) -> F:
    """The arguments that both commands take."""
    for option in (
        click.option("--language", type=click.Choice(LANGUAGES), default="zh", help="Of what is printed."),
        click.option("--late", is_flag=True, help="Enter people although registration is closed."),
        click.option(
            "--mode",
            type=click.Choice([mode.value for mode in Mode]),
            help="For forms that do not say a mode anywhere.",
        ),
        click.option("--meeting", "slug", metavar="SLUG", required=True, help="The meeting that is replied to."),
        click.argument("file", type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


@replies.command("check")
@_asked
@with_appcontext
@click.pass_context
def check(context: click.Context, file: Path, slug: str, mode: str | None, late: bool, language: str) -> None:
    """Read FILE (.xlsx or .csv), print what is understood and every problem; write nothing.

    Exit status 0 when nothing is wrong, 1 when something is.
    """
    meeting_id, understood = _read(context, file, slug, mode, language)
    plan = forms.check(meeting_id, understood, now=clock.now(), late=late)
    _print_rows(plan, language)
    _print_problems(plan.understood, plan.problems, language)
    context.exit(WRONG if plan.problems else 0)


@replies.command("import")
@_asked
@with_appcontext
@click.pass_context
def bring_in(context: click.Context, file: Path, slug: str, mode: str | None, late: bool, language: str) -> None:
    """The same, then enter the good rows, all in one transaction. The same file again changes nothing."""
    meeting_id, understood = _read(context, file, slug, mode, language)
    now = clock.now()
    plan = forms.check(meeting_id, understood, now=now, late=late)
    _print_rows(plan, language)
    doing = Doing(asking.ACTOR, now, asking.settings().public_url)
    done = forms.bring_in(meeting_id, understood, doing, late=late)
    _print_problems(understood, done.problems, language)
    counts = "，".join(f"{say(news, language)} {done.counts[news]}" for news in RowNews)
    click.echo(f"导入完成：{counts}" if language == "zh" else f"Imported: {counts.replace('，', ', ')}")
    context.exit(WRONG if done.problems else 0)


def _read(context: click.Context, file: Path, slug: str, mode: str | None, language: str) -> tuple[int, Understood]:
    asking.current_tables()
    meeting_id = asking.meeting_id(slug) or 0
    with file.open("rb") as opened:
        data = opened.read(LARGEST_FILE + 1)
    try:
        understood = forms.read(data, file.name, mode=Mode(mode) if mode else None)
    except Unreadable as unreadable:
        click.echo(f"{file.name}: {say(unreadable.fault, language)}")
        context.exit(WRONG)
    _print_columns(understood, language)
    return meeting_id, understood


def _print_columns(understood: Understood, language: str) -> None:
    sheet = None
    for column in understood.columns:
        if column.sheet != sheet:
            sheet = column.sheet
            click.echo(_words(language, f"{_sheet(sheet, language)}各列：", f"{_sheet(sheet, language)}Columns:"))
        taken = say(column.kind, language) if column.kind else _words(language, "不认识，不保存", "unknown, not kept")
        if column.by_content:
            taken += _words(language, "（按内容认出）", " (recognised by its content)")
        click.echo(f"  {column_letters(column.index)}  {legible(column.header)} → {taken}")
    if understood.left_out:
        names = "、".join(legible(header) for header in understood.left_out)
        click.echo(_words(language, "有内容但不保存的列：", "Filled in, but not kept: ") + names)
    for told in understood.inferred:
        click.echo(f"{_sheet(told.sheet, language)}{_inferred(told, language)}")
    passed: dict[str, list[str]] = {}
    for one in understood.passed:
        passed.setdefault(one.sheet, []).append(
            say(one.why, language) if one.row is None else f"{one.row}（{say(one.why, language)}）"
        )
    for name, why in passed.items():
        click.echo(_sheet(name, language) + _words(language, "略过：", "Passed over: ") + "、".join(why))


def _print_rows(plan: Checked, language: str) -> None:
    units = Counter((row.person.unit, row.province) for row in plan.rows)
    click.echo(_words(language, f"看懂 {len(plan.rows)} 人", f"Understood: {len(plan.rows)} people"))
    for (unit, province), n in units.items():
        click.echo(f"  {unit}（{_province(province, language)}）{n}")
    for row in plan.rows:
        person = row.person
        phone = plain_phone(person.phone or "")
        said = (person.name, person.position, phone, person.email, say(person.mode, language), person.unit)
        click.echo(f"  {say(row.news, language)}  " + "  ".join(part for part in said if part))


def _print_problems(understood: Understood, problems: Sequence[Problem], language: str) -> None:
    if problems:
        click.echo(_words(language, f"有 {len(problems)} 处问题：", f"{len(problems)} problems:"))
    several = len({column.sheet for column in understood.columns}) > 1
    for problem in problems:
        click.echo(describe(problem, language, sheet=several))


def describe(problem: Problem, language: str, *, sheet: bool) -> str:
    """A problem on a line: the sheet where there are several, row and header as the file has them, the reason."""
    fault = say(problem.fault, language)
    where = _sheet(problem.sheet, language) if sheet else ""
    header = legible(problem.spot.header)
    typed = _words(language, "：", ": ").join(part for part in (problem.who, problem.typed) if part)
    if language == "zh":
        return f"{where}第 {problem.row} 行，“{header}”：{fault}" + (f"（{typed}）" if typed else "")
    return f"{where}Row {problem.row}, “{header}”: {fault}" + (f" ({typed})" if typed else "")


def _inferred(told: Inferred, language: str) -> str:
    """What no column says, and what it was told by: 参会方式：按标题“线上参会人员名单” → 线上."""
    value = told.value
    if told.what is ReplyColumn.MODE:
        value = say(Mode(value), language)
    elif told.what is ReplyColumn.PROVINCE:
        value = _province(value, language)
    by, text = say(told.whence, language), f"“{told.text}”" if told.text else ""
    if told.row is not None:
        by += _words(language, f"（第 {told.row} 行）", f" (row {told.row}) ")
    between = _words(language, "：按", ": by ")
    return f"{say(told.what, language)}{between}{by}{text} → {value}"


def _sheet(name: str, language: str) -> str:
    """A delimited text has no sheets, and none is named."""
    return _words(language, f"工作表“{legible(name)}”，", f"Sheet “{legible(name)}”: ") if name else ""


def _province(code: str, language: str) -> str:
    known = PROVINCES[code]
    return known.name if language == "zh" else known.english


def _words(language: str, chinese: str, english: str) -> str:
    return chinese if language == "zh" else english
