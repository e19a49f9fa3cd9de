"""What is understood of a reply form: shapes that units really send, each with what it must give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from conference.rules.replies import Understood, understand
from conference.rules.sheets import Sheet
from conference.vocabulary import Category, Fault, Mode, Passed, ReplyColumn, Whence

IN, ON = Mode.IN_PERSON, Mode.ONLINE
UNIT = "东营市垦利区民政局"


def sheet(text: str, *, name: str = "Sheet1", first: int = 1, merges: Sequence[Any] = (), **more: Any) -> Sheet:
    """A sheet drawn as lines of cells with | between; row `first` is the first line, "⏎" a line break in a cell."""
    rows = {}
    for number, line in enumerate(text.strip("\n").split("\n"), first):
        cells = [cell.strip(" ").replace("⏎", "\n") for cell in line.split("|")]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            rows[number] = cells
    return Sheet(name, rows, merges, **more)


def people(found: Understood) -> list[tuple[str, str | None, Mode]]:
    return [(person.name, person.phone or person.email, person.mode) for person in found.people]


def problems(found: Understood) -> list[tuple[int, str, Fault]]:
    return [(problem.row, problem.spot.header, problem.fault) for problem in found.problems]


def understood(text: str, **more: Any) -> Understood:
    return understand([sheet(text, **more)])


LIRAN, WANGMIN = ("李然", "+8613800000001", IN), ("王敏", "+8613800000002", ON)
BOTH = [LIRAN, WANGMIN]

# Each of these lists the same two people of the same unit.
SHAPES = {
    "plain": f"""
        单位|姓名|手机|参会方式
        {UNIT}|李然|13800000001|现场
        {UNIT}|王敏|13800000002|线上""",
    "another order, other words": f"""
        参会形式|移动电话|代表姓名|工作单位
        线下参会|138 0000 0001|李 然|{UNIT}
        腾讯会议|+86-138-0000-0002|王　敏|{UNIT}""",
    "marks, numbering and remarks in headers": f"""
        1、*姓名（必填）|2、单位全称（与公章一致）|3、手机号码⏎（11位）|4、参会方式（现场/线上）★
        李然|{UNIT}|13800000001|现场
        王敏|{UNIT}|13800000002|线上""",
    "two languages": f"""
        姓名 Name|单位 Organisation|电话 Phone|参会方式 Mode
        李然|{UNIT}|13800000001|In person
        王敏|{UNIT}|13800000002|Online""",
    "English": f"""
        Name|Organization|Mobile Phone|Attendance
        李然|{UNIT}|13800000001|on-site
        王敏|{UNIT}|13800000002|online""",
    "title, unit row and footer": f"""
        全国城乡社区治理推进会参会回执
        填报单位（盖章）：|{UNIT}||联系人：|何静|电话：|13900000009
        序号|姓名|职务|手机|参会方式
        1|李然|科员|13800000001|现场
        2|王敏|科员|13800000002|线上
        3
        4||||
        合计：2人
        填表人：何静||联系电话：13900000009||2026年7月5日
        注：请于7月10日前反馈。""",
    "unit row in one cell with the liaison": f"""
        单位名称：{UNIT}    联系人：何静    联系电话：13900000009
        姓名|手机|参会方式
        李然|13800000001|现场
        王敏|13800000002|线上""",
    "label without a colon": f"""
        报送单位|{UNIT}
        姓名|手机|参会方式
        李然|13800000001|现场
        王敏|13800000002|线上""",
    "label below the table": f"""
        姓名|手机|参会方式
        李然|13800000001|现场
        王敏|13800000002|线上

        报送单位（盖章）：{UNIT}||2026年7月5日""",
    "unit in the title": f"""
        {UNIT}参会人员名单
        姓名|手机|参会方式
        李然|13800000001|现场
        王敏|13800000002|线上""",
    "ticks": f"""
        单位|姓名|手机|现场|线上
        {UNIT}|李然|13800000001|√|
        {UNIT}|王敏|13800000002||√""",
    "ticks with a cross for no": f"""
        单位|姓名|手机|现场参会|线上参会
        {UNIT}|李然|13800000001|√|×
        {UNIT}|王敏|13800000002|×|√""",
    "crosses as ticks": f"""
        单位|姓名|手机|现场|线上
        {UNIT}|李然|13800000001|x|
        {UNIT}|王敏|13800000002||X""",
    "yes and no": f"""
        单位|姓名|手机|是否现场参会|是否线上参会
        {UNIT}|李然|13800000001|是|否
        {UNIT}|王敏|13800000002|否|是""",
    "one question": f"""
        单位|姓名|手机|是否线上参会
        {UNIT}|李然|13800000001|否
        {UNIT}|王敏|13800000002|是""",
    "ones and noughts": f"""
        单位|姓名|手机|现场|线上
        {UNIT}|李然|13800000001|1|0
        {UNIT}|王敏|13800000002|0|1""",
    "full and empty circles": f"""
        单位|姓名|手机|现场|线上
        {UNIT}|李然|13800000001|●|○
        {UNIT}|王敏|13800000002|○|●""",
    "boxes in one cell": f"""
        单位|姓名|手机|参会方式
        {UNIT}|李然|13800000001|☑现场 □线上
        {UNIT}|王敏|13800000002|□现场 ☑线上""",
    "marks behind the words": f"""
        单位|姓名|手机|参会方式
        {UNIT}|李然|13800000001|现场（√） 线上（ ）
        {UNIT}|王敏|13800000002|现场（ ） 线上（√）""",
    "header of two rows, not merged": f"""
        序号|姓名|单位|手机|参会方式||备注
        ||||现场|线上|
        1|李然|{UNIT}|13800000001|√||
        2|王敏|{UNIT}|13800000002||√|""",
    "unit once, then blank": f"""
        单位|姓名|手机|参会方式
        {UNIT}|李然|13800000001|现场
        |王敏|13800000002|线上""",
    "as above": f"""
        单位|姓名|手机|参会方式
        {UNIT}|李然|13800000001|现场
        同上|王敏|13800000002|线上""",
    "unit as a heading of its rows": f"""
        序号|姓名|手机|参会方式
        一、{UNIT}（2人）
        1|李然|13800000001|现场
        2|王敏|13800000002|线上""",
    "unit and position in one": f"""
        姓名|单位及职务|手机|参会方式
        李然|{UNIT}副局长|13800000001|现场
        王敏|{UNIT} 科员|13800000002|线上""",
    "header repeated": f"""
        单位|姓名|手机|参会方式
        {UNIT}|李然|13800000001|现场

        单位|姓名|手机|参会方式
        {UNIT}|王敏|13800000002|线上""",
    "two phones in a cell": f"""
        单位|姓名|联系方式|参会方式
        {UNIT}|李然|0546-2880000/13800000001|现场
        {UNIT}|王敏|13800000002、0546-2880000|线上""",
    "two columns of phones": f"""
        单位|姓名|办公电话|手机|参会方式
        {UNIT}|李然|0546-2880000|13800000001|现场
        {UNIT}|王敏|2880000|13800000002|线上""",
    "an office phone in the mobile's column": f"""
        单位|姓名|电话（办公）|电话（手机）|参会方式
        {UNIT}|李然|0546-2880000|13800000001|现场
        {UNIT}|王敏||13800000002|线上""",
    "full width": f"""
        单位|姓名|手机|参会方式
        {UNIT}|李然|１３８０００００００１|现场
        {UNIT}|王敏|１３８－００００－０００２|线上""",
    "prefilled rows below": f"""
        序号|单位|姓名|手机|参会方式
        1|{UNIT}|李然|13800000001|现场
        2|{UNIT}|王敏|13800000002|线上
        3|{UNIT}|||现场
        4|{UNIT}|||现场""",
    "an example row": f"""
        序号|单位|姓名|手机|参会方式
        示例|某某市民政局|张三|13912345678|现场
        1|{UNIT}|李然|13800000001|现场
        2|{UNIT}|王敏|13800000002|线上""",
    "titles at names": f"""
        单位|姓名|手机|参会方式
        {UNIT}|李然（处长）|13800000001|现场
        {UNIT}|王敏（女）|13800000002|线上""",
    "not coming": f"""
        单位|姓名|手机|是否参会|参会方式
        {UNIT}|李然|13800000001|是|现场
        {UNIT}|周宁|13800000004|否|
        {UNIT}|王敏|13800000002|是|线上""",
    "e-mail column empty": f"""
        单位|姓名|邮箱|手机|参会方式
        {UNIT}|李然||13800000001|现场
        {UNIT}|王敏|无|13800000002|线上""",
    "a footer without colons": f"""
        序号|姓名|职务|手机|参会方式
        1|李然|科员|13800000001|现场
        2|王敏|科员|13800000002|线上
        填表人|何静|联系电话|13900000009|
        单位（盖章）|{UNIT}|||""",
    "many columns of its own": f"""
        单位|姓名|手机|参会方式|甲|乙|丙|丁|戊|己|庚|辛
        {UNIT}|李然|13800000001|现场|一|二|三|四|五|六|七|八
        {UNIT}|王敏|13800000002|线上|一|二|三|四|五|六|七|八""",
    "side by side": f"""
        单位：{UNIT}
        序号|姓名|手机|参会方式|序号|姓名|手机|参会方式
        1|李然|13800000001|现场|2|王敏|13800000002|线上
        3||||4|||""",
    "modes as headings of their rows": f"""
        单位：{UNIT}
        序号|姓名|手机
        一、现场参会人员
        1|李然|13800000001
        二、线上参会人员
        1|王敏|13800000002""",
    "what is not kept": f"""
        单位|姓名|性别|民族|身份证号|手机|参会方式|是否住宿|联系人电话
        {UNIT}|李然|女|汉|110101199001011237|13800000001|现场|是|13900000009
        {UNIT}|王敏|女|汉|110101199001011237|13800000002|线上|否|13900000009""",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(shape: str) -> None:
    found = understood("\n".join(line.strip() for line in SHAPES[shape].strip("\n").split("\n")))
    assert problems(found) == []
    assert people(found) == BOTH
    assert {(person.unit, person.province) for person in found.people} == {(UNIT, "370000")}


def test_merged_cells() -> None:
    """Units down their rows, a header of two rows, a title across."""
    found = understood(
        f"""
山东省参会人员汇总表
省份|单位|姓名|手机|参会方式||备注
||||现场|线上|
山东|{UNIT}|李然|13800000001|√||
||王敏|13800000002||√|
|济南市历下区社会工作协会|陈卓|13800000003|√||""",
        merges=[
            (1, 0, 1, 6), (2, 0, 3, 0), (2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 3, 3), (2, 4, 2, 5), (2, 6, 3, 6),
            (4, 0, 6, 0), (4, 1, 5, 1),
        ],
    )  # fmt: skip
    assert people(found) == [*BOTH, ("陈卓", "+8613800000003", IN)]
    assert [person.unit for person in found.people] == [UNIT, UNIT, "济南市历下区社会工作协会"]
    assert [column.header for column in found.columns][4:6] == ["参会方式 · 现场", "参会方式 · 线上"]
    assert found.columns[4].kind is ReplyColumn.IN_PERSON


def test_groups_above_the_header() -> None:
    found = understood(
        f"""
序号|单位|参会人员|||参会方式
||姓名|职务|手机|
1|{UNIT}|李然|科员|13800000001|现场
2|{UNIT}|王敏|科员|13800000002|线上""",
        merges=[(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 4), (1, 5, 2, 5)],
    )
    assert people(found) == BOTH
    assert [person.position for person in found.people] == ["科员", "科员"]


def test_several_sheets_each_by_itself() -> None:
    notes = sheet("填报说明\n请于7月10日前反馈", name="说明")
    in_person = sheet("姓名|手机\n李然|13800000001", name="现场参会")
    online = sheet("电话|参会人员姓名\n13800000002|王敏", name="线上参会", first=3)
    hidden = sheet(f"单位|姓名|手机|参会方式\n{UNIT}|周宁|13800000004|现场", name="旧", hidden=True)
    found = understand([notes, in_person, online, hidden], file_name=f"{UNIT}回执.xlsx")
    assert people(found) == BOTH
    assert [(person.sheet, person.row, person.unit) for person in found.people] == [
        ("现场参会", 2, UNIT), ("线上参会", 4, UNIT),
    ]  # fmt: skip
    assert [(one.sheet, one.why) for one in found.passed] == [
        ("说明", Passed.NO_TABLE), ("旧", Passed.HIDDEN_SHEET),
    ]  # fmt: skip
    assert found.sheets == 2


def test_several_units_one_below_the_other() -> None:
    found = understood(
        f"""
单位：{UNIT}
姓名|手机|参会方式
李然|13800000001|现场

单位：济南市历下区社会工作协会
姓名|手机|参会方式
王敏|13800000002|线上
合计：1人"""
    )
    assert people(found) == BOTH
    assert [person.unit for person in found.people] == [UNIT, "济南市历下区社会工作协会"]


def test_a_form_for_one_person() -> None:
    text = f"""
参会回执
姓名|李然|性别|女
单位|{UNIT}|职务|科员
手机|1380000000|邮箱|
参会方式|☑现场 □线上||
备注|无||"""
    assert problems(understood(text)) == [(4, "手机", Fault.NOT_A_PHONE)]
    found = understood(text.replace("1380000000|", "13800000001|"))
    assert people(found) == [LIRAN]
    [person] = found.people
    assert (person.unit, person.position, person.row) == (UNIT, "科员", 2)


def test_provinces_as_headings_of_their_rows() -> None:
    found = understood(
        "单位|姓名|手机|参会方式\n山东省\n爱心社工服务中心|李然|13800000001|现场\n河南省\n同行社工服务中心|王敏|13800000002|线上"
    )
    assert people(found) == BOTH
    assert [person.province for person in found.people] == ["370000", "410000"]


def test_provinces_as_sheets() -> None:
    found = understand(
        [
            sheet("单位|姓名|手机|参会方式\n爱心社工服务中心|李然|13800000001|现场", name="山东"),
            sheet("单位|姓名|手机|参会方式\n爱心社工服务中心|王敏|13800000002|线上", name="河南省"),
        ]
    )
    assert [(person.name, person.province) for person in found.people] == [("李然", "370000"), ("王敏", "410000")]


HEAD = "单位|省份|姓名|手机|邮箱|参会方式|类别\n"
ROW = f"{UNIT}|山东|李然|13800000001||现场|代表\n"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (f"{UNIT}|山东||13800000002||线上|代表", ("姓名", Fault.REQUIRED)),
        (f"{UNIT}|山东|13800000002|13800000002||线上|代表", ("姓名", Fault.NOT_A_NAME)),
        (f"{UNIT}|山东|王敏、陈卓|13800000002||线上|代表", ("姓名", Fault.SEVERAL_NAMES)),
        (f"{UNIT}|山东|{'长' * 51}|13800000002||线上|代表", ("姓名", Fault.TOO_LONG)),
        (f"{UNIT}|山东|王\x07敏|13800000002||线上|代表", ("姓名", Fault.FORBIDDEN_CHARACTERS)),
        (f"{UNIT}|山东|王\u202e敏|13800000002||线上|代表", ("姓名", Fault.FORBIDDEN_CHARACTERS)),
        (f"{UNIT}|山东|王敏|||线上|代表", ("手机", Fault.CONTACT_NEEDED)),
        (f"{UNIT}|山东|王敏|1380000000||线上|代表", ("手机", Fault.NOT_A_PHONE)),
        (f"{UNIT}|山东|王敏|138000000022||线上|代表", ("手机", Fault.NOT_A_PHONE)),
        (f"{UNIT}|山东|王敏|1.38E+10||线上|代表", ("手机", Fault.DIGITS_LOST)),
        (f"{UNIT}|山东|王敏|见附件||线上|代表", ("手机", Fault.NOT_A_PHONE)),
        (f"{UNIT}|山东|王敏|13800000002|wangmin|线上|代表", ("邮箱", Fault.NOT_AN_EMAIL)),
        (f"{UNIT}|山东|王敏|13800000002|wang min@example.org|线上|代表", ("邮箱", Fault.NOT_AN_EMAIL)),
        (f"{UNIT}|山东|王敏|13800000001||线上|代表", ("手机", Fault.TWICE_IN_FILE)),
        (f"{UNIT}|山东|王敏|13800000002|||代表", ("参会方式", Fault.MODE_NEEDED)),
        (f"{UNIT}|山东|王敏|13800000002||现场/线上|代表", ("参会方式", Fault.MODE_BOTH)),
        (f"{UNIT}|山东|王敏|13800000002||看情况|代表", ("参会方式", Fault.MODE_UNCLEAR)),
        (f"{UNIT}|山冬|王敏|13800000002||线上|代表", ("省份", Fault.NOT_A_PROVINCE)),
        (f"{UNIT}|山东|王敏|13800000002||线上|外星人", ("类别", Fault.UNKNOWN_CHOICE)),
        (f"{UNIT}{'长' * 200}|山东|王敏|13800000002||线上|代表", ("单位", Fault.TOO_LONG)),
    ],
)
def test_problems_name_row_and_column_and_stop_nobody_else(row: str, expected: tuple[str, Fault]) -> None:
    found = understood(HEAD + ROW + row)
    assert people(found) == [LIRAN]
    assert problems(found) == [(3, *expected)]


def test_every_problem_of_a_row_is_said() -> None:
    found = understood(HEAD + f"{UNIT}|山冬||138||看情况|代表")
    assert problems(found) == [
        (2, "姓名", Fault.REQUIRED),
        (2, "手机", Fault.NOT_A_PHONE),
        (2, "参会方式", Fault.MODE_UNCLEAR),
        (2, "省份", Fault.NOT_A_PROVINCE),
    ]


def test_both_ticks_and_none() -> None:
    found = understood(
        f"单位|姓名|手机|现场|线上\n{UNIT}|李然|13800000001|√|√\n{UNIT}|王敏|13800000002||\n{UNIT}|陈卓|13800000003|√|"
    )
    assert people(found) == [("陈卓", "+8613800000003", IN)]
    assert problems(found) == [(2, "现场 / 线上", Fault.MODE_TWICE), (3, "现场 / 线上", Fault.MODE_NEEDED)]


def test_a_unit_that_is_left_out() -> None:
    """Where units stand in every row, a blank one is forgotten; where each stands once, it means the one above."""
    found = understood(
        f"单位|姓名|手机|参会方式\n{UNIT}|李然|13800000001|现场\n{UNIT}|王敏|13800000002|线上\n|陈卓|13800000003|现场"
    )
    assert people(found) == BOTH
    assert problems(found) == [(4, "单位", Fault.UNIT_NEEDED)]


def test_the_same_row_twice_is_no_problem() -> None:
    found = understood(f"单位|姓名|手机|参会方式\n{UNIT}|李然|13800000001|现场\n{UNIT}|李 然|138-0000-0001|线下")
    assert (people(found), problems(found)) == ([LIRAN], [])
    assert [(one.row, one.why) for one in found.passed] == [(3, Passed.SAME_ROW)]


def test_names() -> None:
    names = ["王䶮", "陈𬱖", "买买提•吐尔逊", "Anna Lee", "ＡＮＮＡ", "欧阳 明月", "刘喆\u200b", "王芳女士", "〇一"]
    rows = "\n".join(f"{UNIT}|{name}|138000000{n:02d}|现场" for n, name in enumerate(names, 10))
    found = understood(f"单位|姓名|手机|参会方式\n{rows}")
    assert [person.name for person in found.people] == [
        "王䶮", "陈𬱖", "买买提·吐尔逊", "Anna Lee", "ANNA", "欧阳明月", "刘喆", "王芳", "〇一",
    ]  # fmt: skip


def test_phone_and_email_in_each_others_columns() -> None:
    found = understood(f"单位|姓名|手机|邮箱|参会方式\n{UNIT}|李然|liran@example.org|13800000001|现场")
    [person] = found.people
    assert (person.phone, person.email) == ("+8613800000001", "liran@example.org")


def test_categories_and_departments() -> None:
    found = understood(
        f"单位|姓名|部门|职务|职称|手机|参会方式|人员类别\n{UNIT}|李然|社工部|部长|社会工作师|13800000001|现场|列席人员"
    )
    [person] = found.people
    assert (person.category, person.position) == (Category.OBSERVER, "社工部部长、社会工作师")


def test_a_category_column_with_other_categories_is_left_alone() -> None:
    found = understood(f"单位|姓名|手机|参会方式|身份\n{UNIT}|李然|13800000001|现场|群众")
    assert (people(found), problems(found)) == ([LIRAN], [])


def test_identity_numbers_are_not_even_shown() -> None:
    found = understood(f"单位|姓名|手机|参会方式|身份证号码\n{UNIT}|李然|13800000001|现场|110101199001011237")
    assert [(column.kind, column.samples) for column in found.columns][-1] == (ReplyColumn.IDENTITY, ())
    assert "110101199001011237" not in repr(found)


def test_no_mode_anywhere_is_a_problem_unless_it_is_said_from_outside() -> None:
    text = f"单位|姓名|手机\n{UNIT}|李然|13800000001"
    assert problems(understood(text)) == [(2, "参会方式", Fault.MODE_NEEDED)]
    assert people(understand([sheet(text)], mode=IN)) == [LIRAN]


def test_no_header_is_said() -> None:
    found = understood("李然|13800000001|现场\n王敏|13800000002|线上")
    assert problems(found) == [(1, "姓名", Fault.NOTHING_FOUND)]
    assert understand([]).problems[0].fault is Fault.NOTHING_FOUND


def test_a_unit_said_from_outside() -> None:
    found = understand([sheet("姓名|手机|参会方式\n李然|13800000001|现场")], unit=(UNIT, "370000"))
    assert [(person.unit, person.province, person.unit_here) for person in found.people] == [(UNIT, "370000", False)]


def test_hidden_rows_are_passed_over_and_said() -> None:
    found = understood(
        f"单位|姓名|手机|参会方式\n{UNIT}|李然|13800000001|现场\n{UNIT}|王敏|13800000002|线上",
        hidden_rows=frozenset({3}),
    )
    assert people(found) == [LIRAN]
    assert [(one.row, one.why) for one in found.passed] == [(3, Passed.HIDDEN)]


def test_a_meeting_in_the_title_is_no_unit_and_no_province() -> None:
    found = understood("2026年山西大同城乡社区治理推进会参会回执\n姓名|手机|参会方式\n李然|13800000001|现场")
    assert problems(found) == [(3, "单位", Fault.UNIT_NEEDED)]


OWN = (UNIT, "370000")
OTHER = "呼和浩特市玉泉区民政局"
ROWS = "姓名|手机|参会方式\n李然|13800000001|现场"


@pytest.mark.parametrize(
    ("above", "row"),
    [
        (f"单位名称（盖章）：|{OTHER}", 1),
        (f"单位名称：{OTHER}（盖章）", 1),
        (f"{OTHER}参会回执", 1),
    ],
)
def test_a_form_of_another_unit_is_one_problem_and_nobody(above: str, row: int) -> None:
    found = understand([sheet(f"{above}\n{ROWS}\n王敏||线上")], unit=OWN)
    [problem] = found.problems
    assert (found.people, problem.row, problem.fault) == ((), row, Fault.FORM_OF_ANOTHER_UNIT)
    assert problem.typed == OTHER


@pytest.mark.parametrize(
    "said", [f"{UNIT}（盖章）", "垦利区民政局", f"山东省 {UNIT}", f"{UNIT}社会工作科", "东营垦利区民政局"]
)
def test_ones_own_unit_however_it_is_written(said: str) -> None:
    found = understand([sheet(f"单位：{said}\n{ROWS}")], unit=OWN)
    assert (people(found), found.problems) == ([("李然", "+8613800000001", IN)], ())


def test_a_block_and_a_sheet_of_another_unit_are_left_out_and_the_own_go_in() -> None:
    blocks = f"姓名|手机|参会方式\n{OTHER}（1人）\n李然|13800000001|现场\n{UNIT}（1人）\n王敏|13800000002|线上"
    found = understand(
        [sheet(blocks, name="名单"), sheet(ROWS.replace("0001", "0003"), name=OTHER)],
        unit=OWN,
        file_name=f"{OTHER}.xlsx",
    )
    assert people(found) == [("王敏", "+8613800000002", ON)]
    assert [(p.sheet, p.row, p.fault) for p in found.problems] == [
        ("名单", 2, Fault.FORM_OF_ANOTHER_UNIT), (OTHER, 1, Fault.FORM_OF_ANOTHER_UNIT),
    ]  # fmt: skip


def test_a_row_that_names_the_own_unit_goes_before_the_title() -> None:
    text = f"{OTHER}参会回执\n姓名|单位|手机|参会方式\n王敏||13800000002|线上\n李然|{UNIT}|13800000001|现场"
    found = understand([sheet(text)], unit=OWN)
    assert people(found) == [("李然", "+8613800000001", IN)]
    assert [(p.row, p.fault) for p in found.problems] == [(1, Fault.FORM_OF_ANOTHER_UNIT)]


def test_what_is_inferred_is_said() -> None:
    text = f"线上参会人员名单\n单位：{UNIT}\n姓名|手机\n李然|13800000001"
    found = understand([sheet(text)])
    assert [(one.what, one.value, one.whence, one.text, one.row) for one in found.inferred] == [
        (ReplyColumn.UNIT, UNIT, Whence.ROW, f"单位：{UNIT}", 2),
        (ReplyColumn.MODE, "online", Whence.TITLE, "线上参会人员名单", 1),
        (ReplyColumn.PROVINCE, "370000", Whence.UNIT_NAME, "", None),
    ]
    headed = understand([sheet("姓名|手机\n一、现场参会人员\n李然|13800000001", name=UNIT)])
    assert [(one.what, one.whence, one.text) for one in headed.inferred if one.what is not ReplyColumn.PROVINCE] == [
        (ReplyColumn.MODE, Whence.ROW, "一、现场参会人员"), (ReplyColumn.UNIT, Whence.SHEET, UNIT),
    ]  # fmt: skip
    asked = understand([sheet(ROWS.replace("|参会方式", "").replace("|现场", ""))], mode=ON, file_name=f"{UNIT}.xlsx")
    assert [(one.what, one.whence) for one in asked.inferred][:2] == [
        (ReplyColumn.UNIT, Whence.FILE), (ReplyColumn.MODE, Whence.ASKED),
    ]  # fmt: skip
    assert understood(f"姓名|单位|省份|手机|参会方式\n李然|{UNIT}|山东|13800000001|现场").inferred == ()


def test_a_problem_says_whose_row_and_what_was_typed_but_no_identity_number() -> None:
    found = understood(
        f"姓名|单位|手机|参会方式\n李然|{UNIT}|138１|现场\n王敏|{UNIT}|110101199003078515|线上\n"
        f"陈卓|{UNIT}|13800000001|现场\n周宁|{UNIT}|13800000001|线上\n何静|{UNIT}|13800000002|{'好' * 60}"
    )
    assert [(one.who, one.typed) for one in found.problems] == [
        ("李然", "138１"), ("王敏", ""), ("周宁", "13800000001"), ("何静", "好" * 39 + "…"),
    ]  # fmt: skip


def test_columns_that_are_filled_in_and_not_kept_are_named_and_examples_are_no_samples() -> None:
    found = understood(
        f"序号|姓名|单位|手机|参会方式|备注|饮食|身份证号\n示例|张三|{UNIT}|13900000000|线上|如素食|清真|\n"
        f"1|李然|{UNIT}|13800000001|现场|素食|无|110101199003078515"
    )
    assert found.left_out == ["备注", "身份证号"]
    assert [column.samples for column in found.columns if column.kind is ReplyColumn.NAME] == [("李然",)]
