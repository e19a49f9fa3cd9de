"""Invented people: the same seed gives the same ones. Every name says 示例 wherever it shows."""

from __future__ import annotations

import random
from dataclasses import dataclass

MARK = "（示例）"

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹"
    "袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_RARE_SURNAMES = ("欧阳", "尉迟", "令狐", "司徒", "单", "仇", "区", "朴", "翟", "逄", "郇", "乜", "佴", "谌", "冼")
_FIRST = "文晓建志海国玉秀春美丽雪佳子思雨明慧永红桂新立家宏振少德兰凤淑静素婷梦雅若亦书景承启仁"
_SECOND = "华平军英芳娟敏艳杰涛超霞刚燕玲辉斌宁琴鹏飞颖浩凯波莹洁萍瑞琳俊岩峰楠璐宇彤晨阳航源田松柏川"
_RARE = ("㛃", "䶮", "𬱖", "翀", "喆", "玥", "昇", "旻", "珺", "嫄", "燚", "堃", "祎", "湉", "赟", "骉")
_FAR = {  # names of several words, as they are borne in these provinces
    "110000": ("阿依努尔·吐尔逊", "古丽娜尔·艾山", "热依汗·买买提"),
    "150000": ("乌兰·其其格", "巴特尔·苏和", "娜仁·托娅", "阿古拉·宝音", "萨仁·呼和", "敖登·格日勒玛"),
    "510000": ("扎西·央金", "吉克·阿呷", "泽仁·曲措", "阿米·子布"),
}
_POSITIONS = (
    "社区党委书记", "社区居委会主任", "秘书长", "副秘书长", "会长", "副会长", "理事", "项目主管",
    "社会工作师", "总干事", "助理社会工作师", "督导", "办公室主任", "科员", "站长", "网格员",
    "志愿者队长", "研究员", "街道干部", "总干事",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """`phone` is of a range that no operator has (154), so that it is nobody's."""

    name: str
    phone: str
    position: str


def phone(number: int) -> str:
    """The number-th telephone number of nobody."""
    return f"1540{number:07d}"


class Invention:
    """Gives one person after another, no name twice."""

    def __init__(self, chance: random.Random, *, first_phone: int) -> None:
        self.chance = chance
        self.number = first_phone
        self.used: set[str] = set()

    def person(self, province: str) -> Person:
        """The next one, of a unit of `province`."""
        name = self._name(province)
        while name in self.used:
            name = self._name(province)
        self.used.add(name)
        self.number += 1
        return Person(f"{name}{MARK}", phone(self.number - 1), self.chance.choice(_POSITIONS))

    def _name(self, province: str) -> str:
        chance = self.chance
        if province in _FAR and chance.random() < 0.03:
            return chance.choice(_FAR[province])
        surname = chance.choice(_RARE_SURNAMES) if chance.random() < 0.05 else chance.choice(_SURNAMES)
        shape = chance.random()
        if shape < 0.04:
            return surname + chance.choice(_RARE)
        if shape < 0.07:
            return surname + chance.choice(_FIRST) + chance.choice(_RARE)
        if shape < 0.2:
            return surname + chance.choice(_SECOND)
        return surname + chance.choice(_FIRST) + chance.choice(_SECOND)
