"""The pass: its QR is read from the picture as phones send it on, and nothing runs over the edge."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageChops

from conference.documents import pass_picture, qr
from conference.documents.pass_picture import PassFacts

ROOT = Path(__file__).resolve().parents[2]
CODE = "K7QH4M2X9RTW6CVPXX"
ADDRESS = qr.address("https://meeting.example.org", CODE)

LI_RAN = PassFacts(
    meeting="全国城乡社区共建共治共享工作推进会",
    when="2023年7月19日（星期三）08:30",
    place="山西省大同市 · 大同会堂",
    name="李然",
    unit="呼和浩特市玉泉区民政局",
    position="社工部部长",
    status="现场 · 已确认",
    details=(("编号", "017"), ("座位", "3排 12座")),
    qr_text=ADDRESS,
    code=CODE,
    footer="凭此图签到，请勿转发他人",
    mark="示例",
)
EVERYTHING_LONG = replace(
    LI_RAN,
    meeting="中国城乡社区共建共治共享工作委员会暨“五社联动”助力基层治理" * 6 + "（第二届）推进会",
    when="2023年7月19日（星期三）08:30 至 7月21日（星期五）17:30",
    place="山西省大同市平城区文瀛湖畔" * 15,
    name="阿卜杜热依木·买买提依明·库尔班江·阿卜杜拉·吾买尔江·玉素甫·艾合买提·托合提·伊敏江·艾",
    unit="内蒙古自治区呼和浩特市玉泉区社区治理与社会工作服务指导中心（志愿服务联合会）" * 5,
    position="党委副书记、副主任（主持日常工作）" * 8,
    status="现场 · 已确认 · " * 20,
    details=(
        ("编号", "1017"),
        ("座位", "主会场三层 东区 15排 112座" * 6),
        ("车次" * 60, "3号车 → " * 30),
        ("餐", "W" * 200),
    ),
    footer="凭此图签到，请勿转发他人。" * 20,
    mark="示例" * 60,
)
NO_SPACES = replace(
    LI_RAN,
    meeting="W" * 200,
    place="x" * 200,
    name="W" * 50,
    unit="M" * 200,
    position="i" * 200,
    qr_text=qr.address("https://" + "long-host-name." * 12 + "example.org/huiwu", CODE),
)
ENGLISH = PassFacts(
    meeting="National Meeting to Advance Building, Governing and Sharing Communities Together",
    when="Wednesday 19 July 2023, 08:30",
    place="Datong, Shanxi",
    name="Maximiliana Szczepańska-O’Connor",
    unit="International Federation of Social Workers, Regional Office for Asia and the Pacific",
    status="In person · confirmed",
    details=(("Number", "0221"),),
    qr_text=ADDRESS,
    code=CODE,
)
WAITING = replace(
    LI_RAN, qr_text=None, status="现场 · 待确认", tone="again", stamp="待确认", stamp_note="确认后，这里是您的参会码。"
)
WAITING_LONG = replace(
    EVERYTHING_LONG,
    qr_text=None,
    stamp="Awaiting the committee's confirmation" * 3,
    stamp_note="确认后，这里是码。" * 30,
)
ONLINE = replace(LI_RAN, qr_text=None, status="线上 · 已确认", tone="info", stamp="线上参会")
BARE = PassFacts(meeting="会", when="", place="", name="李", unit="")

CASES = {
    "usual": LI_RAN,
    "long": EVERYTHING_LONG,
    "no-spaces": NO_SPACES,
    "english": ENGLISH,
    "waiting": WAITING,
    "waiting-long": WAITING_LONG,
    "online": ONLINE,
    "bare": BARE,
}
with_each_case = pytest.mark.parametrize("facts", CASES.values(), ids=CASES.keys())
with_each_code = pytest.mark.parametrize(
    "facts", [facts for facts in CASES.values() if facts.qr_text], ids=[name for name in CASES if CASES[name].qr_text]
)


def opened(facts: PassFacts) -> Image.Image:
    return Image.open(io.BytesIO(pass_picture.draw(facts)))


@with_each_code
def test_the_code_is_read_from_the_picture(facts):
    [found] = zxingcpp.read_barcodes(opened(facts))
    assert (found.text, found.ec_level) == (facts.qr_text, "Q")
    left, right = found.position.top_left.x, found.position.top_right.x
    assert right - left >= 0.55 * pass_picture.WIDTH - 2


@pytest.mark.parametrize("facts", [LI_RAN, EVERYTHING_LONG, ENGLISH], ids=["usual", "long", "english"])
def test_the_code_is_read_after_a_phone_made_it_small_and_poor(facts):
    picture = opened(facts).convert("RGB")
    small = picture.resize((390, round(picture.height * 390 / picture.width)), Image.Resampling.BILINEAR)
    file = io.BytesIO()
    small.save(file, "JPEG", quality=60)
    [found] = zxingcpp.read_barcodes(Image.open(file))
    assert found.text == facts.qr_text


def test_the_code_is_pure_black_on_white_with_four_modules_of_quiet():
    picture = opened(LI_RAN).convert("RGB")
    [found] = zxingcpp.read_barcodes(picture)
    left, top = found.position.top_left.x, found.position.top_left.y
    side = found.position.bottom_right.x - left + 1
    module = round(side / 33)
    symbol = picture.crop((left + 2, top + 2, left + side - 2, top + side - 2))
    assert {colour for _, colour in symbol.getcolors()} == {(0, 0, 0), (255, 255, 255)}
    quiet = 4 * module
    around = (left - quiet, top - quiet, left + side + quiet, top - 2)
    assert picture.crop(around).getcolors() == [((around[2] - around[0]) * (around[3] - around[1]), (255, 255, 255))]


@with_each_case
def test_it_is_as_wide_as_a_phone_needs_and_small_enough_to_send(facts):
    data = pass_picture.draw(facts)
    picture = Image.open(io.BytesIO(data))
    assert (picture.format, picture.mode, picture.width) == ("PNG", "P", 1080)
    assert len(data) < (200_000 if facts in {EVERYTHING_LONG, NO_SPACES, WAITING_LONG} else 80_000)


@with_each_case
def test_nothing_is_drawn_in_the_margins(facts):
    picture = opened(facts).convert("RGB")
    paper = Image.new("RGB", picture.size, "#faf8f5")
    left, top, right, bottom = ImageChops.difference(picture, paper).getbbox()
    assert left >= 36
    assert right <= 1080 - 36
    assert top >= 20
    assert bottom <= picture.height - 40


@pytest.mark.parametrize("facts", list(CASES.values())[:-1], ids=list(CASES)[:-1])
def test_nothing_on_the_card_touches_its_edge(facts):
    picture = opened(facts).convert("RGB")
    # Inside the card's border, and outside its content: two columns that are white or a line's end, no ink.
    for x in (60, 1080 - 61):
        column = picture.crop((x, 0, x + 1, picture.height))
        start = next(y for y in range(picture.height) if picture.getpixel((50, y)) == (255, 255, 255))
        card = column.crop((0, start + 20, 1, start + 400))
        assert {colour for _, colour in card.getcolors()} == {(255, 255, 255)}


def test_a_long_name_is_shown_whole():
    """Taking its last character away changes the picture, and no ellipsis is in it."""
    names = [EVERYTHING_LONG.name, "W" * 50, "𬱖" * 50, "孛儿只斤·" * 10]
    for name in names:
        whole = pass_picture.draw(replace(LI_RAN, name=name))
        assert whole != pass_picture.draw(replace(LI_RAN, name=name[:-1]))


def test_rare_characters_differ_from_each_other_and_from_a_missing_one():
    names = ["㛃", "𬱖", "䶮", "〓"]
    pictures = {pass_picture.draw(replace(BARE, name=name)) for name in names}
    assert len(pictures) == len(names)
    assert pass_picture.draw(replace(BARE, name="\U00020021")) == pass_picture.draw(replace(BARE, name="〓"))


@pytest.mark.parametrize("facts", [WAITING, ONLINE, BARE], ids=["waiting", "online", "bare"])
def test_who_is_not_admitted_has_no_code_on_the_picture(facts):
    assert zxingcpp.read_barcodes(opened(facts)) == []
    assert pass_picture.draw(facts) == pass_picture.draw(replace(facts, code=""))


def test_every_part_is_on_the_picture():
    parts = {"meeting", "when", "place", "name", "unit", "position", "status", "qr_text", "code", "footer", "mark"}
    usual = pass_picture.draw(LI_RAN)
    for part in parts:
        assert pass_picture.draw(replace(LI_RAN, **{part: "另外"})) != usual, part
    assert pass_picture.draw(replace(LI_RAN, details=(("编号", "018"), ("座位", "3排 12座")))) != usual
    assert pass_picture.draw(replace(LI_RAN, tone="stop")) != usual
    for part in ("stamp", "stamp_note"):
        assert pass_picture.draw(replace(WAITING, **{part: "另外"})) != pass_picture.draw(WAITING), part


def test_the_same_facts_give_the_same_bytes_here_in_threads_and_in_another_process():
    expected = {name: pass_picture.draw(facts) for name, facts in CASES.items()}
    with ThreadPoolExecutor(8) as pool:
        for name, data in zip(list(CASES) * 4, pool.map(pass_picture.draw, list(CASES.values()) * 4), strict=True):
            assert data == expected[name], name
    program = (
        "import hashlib; from conference.documents import pass_picture\n"
        "from conference.documents.pass_picture import PassFacts\n"
        f"print(hashlib.sha256(pass_picture.draw({LI_RAN!r})).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == hashlib.sha256(expected["usual"]).hexdigest()
