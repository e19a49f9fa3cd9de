"""Every standard character can be drawn in every face; what cannot be drawn is seen and named."""

from __future__ import annotations

import pytest
from PIL import ImageFont

from conference.documents import typefaces
from conference.documents.canvas import Style, text_mask
from conference.documents.typefaces import Face

RARE = "㛃𬱖䶮𠅤鿍㙦䲠"
NOWHERE = "\U00020021"  # 𠀡, in no font of ours


def standard_characters() -> str:
    source = (typefaces.FOLDER / "standard-characters.txt").read_text()
    return "".join(line for line in source.splitlines() if not line.startswith("#"))


@pytest.mark.parametrize("face", Face)
def test_every_face_has_the_standard_characters_and_what_stands_between_them(face):
    standard = standard_characters()
    assert len(set(standard)) == len(standard) == 8105
    ascii_characters = "".join(map(chr, range(0x20, 0x7F)))
    wanted = standard + ascii_characters + "·，。、；：？！（）《》〈〉“”‘’…—～「」『』【】％→№ńóéüěǎ①ⅡΩж〓"
    assert [character for character in wanted if not typefaces.covers(face, character)] == []


@pytest.mark.parametrize("face", Face)
def test_rare_characters_have_a_shape_of_their_own(face):
    font = ImageFont.truetype(face.path, 60, layout_engine=ImageFont.Layout.BASIC)
    notdef = bytes(font.getmask("\U000fffff"))
    shapes = {bytes(font.getmask(character)) for character in RARE}
    assert notdef not in shapes
    assert len(shapes) == len(RARE)


def test_what_a_bold_face_lacks_is_drawn_in_regular():
    # 乕 is no standard character: only the whole font has it.
    assert typefaces.runs("李乕然", Face.SERIF) == [(Face.SERIF, "李"), (Face.REGULAR, "乕"), (Face.SERIF, "然")]
    assert typefaces.missing("李乕然") == []


def test_what_no_face_has_becomes_a_geta_and_is_reported():
    assert typefaces.runs(f"李{NOWHERE}", Face.BOLD) == [(Face.BOLD, "李〓")]
    assert typefaces.missing(f"{NOWHERE}李{NOWHERE}ᠮ然") == [NOWHERE, "ᠮ"]
    drawn, _ = text_mask(NOWHERE, Style(Face.SERIF, 60))
    geta, _ = text_mask("〓", Style(Face.SERIF, 60))
    assert drawn.tobytes() == geta.tobytes()


def test_joiners_and_selectors_are_not_drawn_and_not_missed():
    assert typefaces.drawable("葛\U000e0100城\u200d市\ufe0f") == "葛城市"
    assert typefaces.missing("葛\U000e0100城\u200d市\ufe0f") == []


def test_a_letter_with_a_loose_accent_is_composed():
    assert typefaces.runs("Szczepan\u0301ska", Face.REGULAR) == [(Face.REGULAR, "Szczepańska")]
