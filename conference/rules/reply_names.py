"""Names of people as cells of a reply form write them: spaces and marks, titles beside them, several in one cell."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from conference.rules import reply_headers
from conference.rules.reply_values import HAN, says_nothing, text, without_marks
from conference.rules.text import NAME_LIMIT, fault_in
from conference.vocabulary import Fault

_DOTS = "·・･•‧∙⋅᛫．"
_GLUED = re.compile(r"(?P<name>[^（(]+)[（(](?P<beside>[^（()）]*)[)）]?")
_OF_NO_USE = re.compile(r"男|女|先生|女士|同志|[^族]{1,6}族|少数民族|团长|领队|带队|代|\d+岁?")
_ADDRESSED = re.compile(rf"(?P<name>[{HAN}·]{{2,}})(女士|先生|同志)")
# A title that somebody wrote behind a name; only such as no name ends with.
_TITLE = (
    r"(?:[正副]?(?:处|局|科|厅|部|院|校|会|理事|秘书|站|社|所|司|市|县|区|乡|镇|村|队|组|主任|行|台|馆|总队|支队|党组)长|"
    r"[正副]?(?:主任|书记|主席|经理|总经理|教授|研究员|会长|理事长|秘书长|巡视员|调研员|董事长|总干事|主管|干事|科员|工程师)|"
    r"[一二三四]级(?:主任科员|调研员|巡视员)|(?:党委|党组|支部)(?:副)?书记)"
)
_SPACED_TITLE = re.compile(
    rf"(?P<name>[{HAN}· ]+?)[ ,，、/]+(?P<beside>[{HAN}]*{_TITLE}(?:[、，,/ ][{HAN}]*{_TITLE})*)"
)
_CLOSE_TITLE = re.compile(rf"(?P<name>[{HAN}]{{2,3}}?)(?P<beside>{_TITLE})")
_ONLY_TITLE = re.compile(rf"[{HAN}]?{_TITLE}")
_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛"
)
_TWO = re.compile(rf"(?P<one>[{HAN}]{{2,3}})(?P<between> |和|及|与|&)(?P<other>[{HAN}]{{2,3}})")
_AND_OTHERS = re.compile(r".+等\s*[\d一二两三四五六七八九十几]*\s*[人位名]?(同志)?")
_EXAMPLE = re.compile(r"[（(【\[](?:示例|样例|范例|例)[)）】\]].*|(?:示例|样例|范例|例如?)[：:].*")


@dataclass(frozen=True)
class Name:
    """`beside` is the title that stood at the name."""

    name: str
    beside: str = ""
    fault: Fault | None = None


def name(raw: str) -> Name:
    """A person's name as it is kept: 王　芳 is 王芳, Anna Lee stays, 买买提•吐尔逊 has the dot of the standard."""
    if _several(raw):
        return Name(text(raw), fault=Fault.SEVERAL_NAMES)
    plain = text(re.sub(r"[\r\n\t\v\f]+", " ", raw))
    if _EXAMPLE.fullmatch(plain):
        return Name(plain, fault=Fault.NOT_A_NAME)
    beside = ""
    if (glued := _GLUED.fullmatch(plain)) and re.search(f"[{HAN}]", glued["name"]) and not _latin(glued["beside"]):
        plain, beside = glued["name"].strip(), glued["beside"].strip()
    titled = _SPACED_TITLE.fullmatch(plain) or _CLOSE_TITLE.fullmatch(plain.replace(" ", ""))
    if titled and len(titled["name"].replace(" ", "")) >= 2:
        plain, beside = titled["name"], "，".join(part for part in (titled["beside"], beside) if part)
    if addressed := _ADDRESSED.fullmatch(plain.replace(" ", "")):
        plain = addressed["name"]
    if _OF_NO_USE.fullmatch(beside):
        beside = ""
    kept = _spelled(plain)
    return Name(kept, beside, _fault(kept))


def joined(surname: str, given: str) -> str:
    """A name whose parts stand in two columns: 李 and 然, Lee and Anna (who is Anna Lee)."""
    before, behind = text(surname), text(given)
    chinese = re.search(f"[{HAN}]", before + behind) is not None
    return before + behind if chinese else f"{behind} {before}".strip()


def _several(raw: str) -> bool:
    broken = [part for part in re.split(r"[\n\r、,，;；/／]+", without_marks(raw)) if part.strip()]
    people = [part for part in broken if not re.fullmatch(rf"\s*[{HAN}]*{_TITLE}\s*", part)]
    if len(people) > 1 and all(len(re.findall(f"[{HAN}]", part)) >= 2 for part in people):
        return True
    plain = text(raw)
    if _AND_OTHERS.fullmatch(plain):
        return True
    two = _TWO.fullmatch(plain)
    if two is None or re.fullmatch(rf"[{HAN}]*{_TITLE}", two["other"]):
        return False
    return two["one"][0] in _SURNAMES and two["other"][0] in _SURNAMES


def _fault(kept: str) -> Fault | None:
    if fault := fault_in(kept, limit=NAME_LIMIT):
        return fault
    if not any(unicodedata.category(letter)[0] == "L" for letter in kept) or "\ufffd" in kept:
        return Fault.NOT_A_NAME
    if '"' in kept and re.search(f"[{HAN}]", kept):  # a quotation mark that nobody closed
        return Fault.NOT_A_NAME
    if "@" in kept or re.search(r"\d{5}", kept) or _ONLY_TITLE.fullmatch(kept) or reply_headers.is_word(kept):
        return Fault.NOT_A_NAME
    return Fault.REQUIRED if says_nothing(kept) else None


def _spelled(plain: str) -> str:
    dots = re.sub(rf"(?<=[{HAN}]) ?[{_DOTS}.。] ?(?=[{HAN}])", "·", plain)
    dots = re.sub(rf" ?[{_DOTS}] ?", "·", dots)
    return re.sub(rf"(?<=[{HAN}·]) +(?=[{HAN}·])", "", dots).strip()


def _latin(beside: str) -> bool:
    return re.search("[A-Za-z]", beside) is not None
