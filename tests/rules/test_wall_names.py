"""What a wall may show of somebody's name."""

from __future__ import annotations

import pytest

from conference.rules.wall_names import Decision, may_show, surname
from conference.vocabulary import ActorKind, Origin


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("李然", "李"),
        ("尉迟恭", "尉迟"),
        ("欧阳敏", "欧阳"),
        ("司马", "司"),  # 司 is a surname too, and nothing would be left out
        ("长孙无忌", "长孙"),
        ("陈方安生", "陈"),
        ("𬱖然", "𬱖"),
        ("䶮敏", "䶮"),
        ("买买提·吐尔逊", "买买提"),
        ("阿卜杜拉・买买提", "阿卜杜拉"),
        ("·然", "·"),
        ("Anna Maria Schmidt", "Schmidt"),
        ("LI Ran", "LI"),
        ("Ran LI", "LI"),
        ("J. Smith", "Smith"),
        ("LI RAN", "RAN"),
        ("Schmidt, Anna", "Schmidt"),
        ("Madonna", "M"),
        ("madonna", "M"),
        ("John Smith III", "Smith"),
        ("Wang a", "Wang"),
        ("  李 然 ", "李"),
    ],
)
def test_only_the_surname_is_left(name: str, left: str) -> None:
    assert surname(name) == left


@pytest.mark.parametrize("origin", list(Origin))
def test_what_the_public_typed_waits_for_an_organiser(origin: Origin) -> None:
    ours = {Origin.ORGANISER, Origin.PROGRAM, Origin.LIAISON, Origin.IMPORT}
    assert may_show("李然", origin, None, None) is (origin in ours)
    assert may_show("李然", origin, None, Decision("李然", refused=False))
    assert not may_show("李然", origin, None, Decision("李然", refused=True))


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        (ActorKind.DELEGATE, False),
        (ActorKind.STRANGER, False),
        (ActorKind.UNIT_LINK, False),
        (ActorKind.LIAISON, True),
        (ActorKind.ACCOUNT, True),
        (ActorKind.TOKEN, True),
    ],
)
@pytest.mark.parametrize("origin", [Origin.PUBLIC, Origin.LIAISON])
def test_who_wrote_the_name_last_is_who_counts(origin: Origin, who: ActorKind, shown: bool) -> None:
    assert may_show("李然", origin, who, None) is shown


def test_a_released_name_that_reads_otherwise_now_waits_again() -> None:
    released = Decision("李然", refused=False)
    assert not may_show("李燃", Origin.PUBLIC, ActorKind.DELEGATE, released)
    assert may_show("李燃", Origin.LIAISON, None, Decision("李然", refused=True)), "what was refused was another text"
