"""Rows of a reply form that are about nobody: examples, sums, signatures, dates, notes."""

from __future__ import annotations

import re

from conference.rules import reply_values
from conference.rules.reply_tables import Grid, Table, is_label
from conference.rules.traditional import simplified
from conference.vocabulary import Passed, ReplyColumn

REACHES = (ReplyColumn.PHONE, ReplyColumn.CONTACT, ReplyColumn.EMAIL)
_TOTALS = re.compile(
    r"(合计|总计|共计|小计|总人数|参会人数|以下空白|以下无正文|此表可?(复制|续|加)|本表|备注|注|说明|填表说明|填报说明)"
)
_FOOT = re.compile(
    r"(填表|填报|制表|经办|审核|审批|签发|负责|联系|联络|报送|领导|单位领导|签字|签名|签章|盖章|公章|日期|时间|注|备注|说明|电话|手机|传真|邮箱|"
    r"地址|请|为|如|本|此|以上|上述|共|合计|总计|小计|共计)"
)
_WHO = (
    r"(?:(?:主要|单位|部门|处室|分管|主管|带队|填报|经办|审核|审批)?"
    r"(?:负责人|领导|法人|法定代表人|经办人|审核人|审批人|责任人))"
)
_SEAL = r"(?:(?:盖章|公章|签章|印章|加盖公章|单位公章)处?)"
_BARE = re.compile(
    # A signature, a seal, a date to be filled in, a sum, an end, a page: as a whole, without spaces and marks.
    rf"(?:填表人|填报人|制表人|经办人|审核人?|审批人?|复核人?|联系人|联络员|联络人|{_WHO})(?:签字|签名|签章|盖章)*|"
    rf"{_SEAL}|(?:填报|报送|参会|派出|推荐|所在)?单位(?:名称)?{_SEAL}|{_SEAL}?\d{{0,4}}年\d{{0,2}}月\d{{0,2}}日?{_SEAL}?|"
    r"(?:填表|填报|报送|制表)?(?:日期|时间)(?:\d{0,4}年\d{0,2}月\d{0,2}日?)?|"
    r"(?:合计|总计|共计|小计|总共|一?共计?|总人数|参会人数)(?:参会)?(?:人数)?\d*[人名位页张个]?(?:(?:其中)?(?:现场|线下|线上)\d+[人名位]?)*|"
    r"(?:本页|此页|本表|此表|以下|下方|后面)(?:为|均为)?(?:无正文|空白|无内容|无)|end|endoflist|"
    r"(?:单位|部门|领导|主管|上级|省级|推荐单位|负责人)*(?:审批|审核|审查|领导|主管|单位|部门|初审|推荐)意见.{0,12}|"
    r"第\d*页(?:共\d*页)?|共\d*页",
    re.IGNORECASE,
)
_LONGEST = 80
_MARKS = re.compile(r"[\s\-—–_=~*※…()（）\[\]【】:：。.，,、/]+")
# The first cell of an example row of ours, and of those that are marked in the same way.
_EXAMPLE = re.compile(
    r"[（(\[【]?(?:示例|样例|举例|范例|例如|填写示例|填写样例|example|e\.g\.?|例)[）)\]】：:、\d]*", re.IGNORECASE
)


def passed_over(grid: Grid, table: Table, row: int) -> Passed | None:
    """Why a row that says something is about nobody; None where it may be about somebody.

    Somebody's name alone never makes a row an example: that takes a mark beside the person, where the number stands.
    """
    filled = grid.filled(row)
    if not filled:
        return None
    has_reach = reached(grid, table, row)
    column, raw = filled[0]
    first = reply_values.text(raw)
    named = reply_values.text(table.name_in(grid, row))
    if _EXAMPLE.fullmatch(first) and (table.is_beside(column) or (not has_reach and column == table.name_column)):
        return Passed.EXAMPLE
    if not has_reach and _is_foot(grid, table, row):
        return Passed.FOOTER
    if _TOTALS.match(first) and (len(first) <= 8 or is_label(first)) and not has_reach:
        return Passed.FOOTER
    if _BARE.fullmatch(_bare(first)):
        return Passed.FOOTER
    for text in (first, named):
        if is_label(text) and _FOOT.match(simplified(text).lstrip("（(*※ ")):
            return Passed.FOOTER
    if named and _TOTALS.fullmatch(named.rstrip("：:")):
        return Passed.FOOTER
    alone = [text for at, text in filled if not table.is_beside(at)]
    if len(alone) == 1 and (not named or len(named) > 15 or re.search(r"[，。；：，,;:]", named)):
        text = reply_values.text(alone[0])
        if not named and has_reach:
            return None
        return Passed.FOOTER if _FOOT.match(text) or is_label(text) else Passed.NOTE
    return None


def _is_foot(grid: Grid, table: Table, row: int) -> bool:
    """Whether what stands where a name would, or the first that is no number, is a foot's word."""
    texts = [text for at, text in grid.filled(row) if not table.is_beside(at)][:1]
    return any(_BARE.fullmatch(bare) for text in [*texts, table.name_in(grid, row)] if (bare := _bare(text)))


def _bare(text: str) -> str:
    """A short text without spaces and marks; of a long one nothing, which is no foot's word."""
    return _MARKS.sub("", simplified(reply_values.text(text))) if len(text) <= _LONGEST else ""


def reached(grid: Grid, table: Table, row: int) -> bool:
    """Whether a row has something like a phone or an e-mail where people have theirs."""
    return any(re.search(r"\d{7}|@", grid.text(row, heading.index)) for heading in table.of(*REACHES))
