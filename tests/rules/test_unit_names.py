"""When two names of units may mean one."""

from __future__ import annotations

import pytest

from conference.rules import unit_names


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("玉泉区民政局", "呼和浩特市玉泉区民政局", True),
        ("某市社会工作协会", "某市社会工作者协会", True),
        ("某市社会工作协会", "某市社会工作专业协会", True),
        ("某市社会工作协会", "某市社会组织工作者协会", False),
        ("东营市社会工作者协会", "东营市社会工做者协会", True),
        ("东营市第一社会工作服务中心", "东营市第二社会工作服务中心", False),
        ("东营市第1社会工作服务中心", "东营市第2社会工作服务中心", False),
        ("东营市第一社会工作服务中心", "东营市第十一社会工作服务中心", False),
        ("东营市城东社会工作服务站", "东营市城西社会工作服务站", False),
        ("东营市宝山区社会工作协会", "东营市金山区社会工作协会", False),
        ("河口区民政局", "河山区民政局", False),
        ("呼和浩特市民政局", "呼和浩特市玉泉区民政局", False),
        ("东营市社会工作协会", "东营市垦利区社会工作协会", False),
        ("民政局", "垦利区民政局", False),
    ],
)
def test_spellings_of_one_name(one: str, other: str, *, alike: bool) -> None:
    first, second = unit_names.bare(one, "370000"), unit_names.bare(other, "370000")
    assert unit_names.alike(first, second) is alike
    assert unit_names.alike(second, first) is alike
