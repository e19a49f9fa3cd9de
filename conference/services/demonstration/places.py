"""Invented units in real cities of fourteen provinces. Every name says 示例; none is the name of a real unit."""

from __future__ import annotations

import random
from dataclasses import dataclass

from conference.services.units import UnitFacts
from conference.vocabulary import UnitKind

MARK = "示例·"

# By province (GB/T 2260): how many units, how much of the hall, how much of the screens, and cities.
_PROVINCES: dict[str, tuple[int, int, int, str]] = {
    "140000": (24, 118, 300, "大同市 太原市 朔州市 忻州市 阳泉市 长治市 晋城市 晋中市 临汾市 运城市 吕梁市"),
    "150000": (9, 34, 110, "呼和浩特市 包头市 乌兰察布市 鄂尔多斯市 赤峰市"),
    "370000": (8, 31, 104, "东营市 济南市 青岛市 潍坊市 烟台市"),
    "410000": (8, 29, 101, "鹤壁市 郑州市 洛阳市 安阳市 新乡市"),
    "110000": (6, 26, 82, "北京市东城区 北京市西城区 北京市朝阳区 北京市海淀区"),
    "120000": (4, 15, 58, "天津市南开区 天津市河西区 天津市和平区"),
    "130000": (7, 24, 88, "张家口市 石家庄市 保定市 唐山市"),
    "320000": (6, 18, 94, "南京市 苏州市 无锡市 徐州市"),
    "330000": (5, 15, 86, "杭州市 宁波市 温州市 嘉兴市"),
    "420000": (4, 11, 62, "武汉市 宜昌市 襄阳市"),
    "430000": (4, 10, 57, "长沙市 株洲市 怀化市"),
    "440000": (4, 9, 66, "广州市 深圳市 佛山市"),
    "510000": (4, 9, 51, "成都市 绵阳市 德阳市"),
    "610000": (4, 9, 45, "西安市 宝鸡市 延安市"),
}
_ORGANISATIONS = (
    ("社会工作协会", UnitKind.MEMBER),
    ("社区发展促进会", UnitKind.MEMBER),
    ("社区治理服务中心", UnitKind.MEMBER),
    ("社会组织联合会", UnitKind.RELATED),
    ("邻里互助服务社", UnitKind.MEMBER),
    ("城乡社区研究院", UnitKind.INSTITUTION),
    ("社区志愿服务队", UnitKind.RELATED),
)


@dataclass(frozen=True)
class Share:
    """How many people a province sends, in person and online."""

    province: str
    in_person: int
    online: int


SHARES = tuple(Share(code, hall, screens) for code, (_, hall, screens, _) in _PROVINCES.items())


def units(chance: random.Random) -> list[UnitFacts]:
    """All the units, province by province; the same seed gives the same ones."""
    made = []
    for province, (count, _, _, cities) in _PROVINCES.items():
        pairs = [(city, *organisation) for organisation in _ORGANISATIONS for city in cities.split()]
        # The first kinds of organisation in every city first, the rarer ones where the number asks for them.
        for city, organisation, kind in sorted(chance.sample(pairs[: count * 2], count)):
            made.append(UnitFacts(f"{MARK}{city}{organisation}", province, kind, district=city))
    return made
