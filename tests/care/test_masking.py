"""Mobile numbers, identity numbers and homes are hidden; office numbers and figures stay."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.language.masking import mask


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("联系电话：18612341228", "联系电话：186****1228"),
        ("电话 186 1234 1228。", "电话 186****1228。"),
        ("186-1234-1228", "186****1228"),
        ("+8618612341228", "+86186****1228"),
        ("13812345678、13987654321", "138****5678、139****4321"),
        ("家庭住址：青岚区望湖路12号3单元502室\n邮编", "家庭住址：******\n邮编"),
        ("通讯地址：云湖市青岚区望湖路12号；联系人", "通讯地址：******；联系人"),
        ("住 址：望湖路12号", "住 址：******"),
        ("家住青岚区望湖路12号3单元502室，每天步行上班", "家住******，每天步行上班"),
        ("身份证号：110101199003071234", "身份证号：110101********1234"),
        ("身份证 110101 19900307 123X", "身份证 110101********123X"),
        ("身份证号码：110101900307123", "身份证号码：110101******123"),
        ("手机：１８６１２３４１２２８", "手机：１８６****１２２８"),
        ("186 123 41228，186.1234.1228", "186****1228，186****1228"),
        ("通 讯 地 址：青岚区 望湖路 12号 邮编：650000", "通 讯 地 址：****** 邮编：650000"),
        ("提案者地址：望湖路12号", "提案者地址：******"),
        ("薄望舒，住望湖小区3号楼2单元501室", "薄望舒，住******"),
    ],
)
def test_private_particulars_are_hidden(text: str, shown: str) -> None:
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "联系电话：0871-63901234",
        "新建泊位1200个，投资13800000元",
        "家住城南片区的居民反映",
        "青岚区望湖路12号地块已开工",
        "订单号2024186123412281234",
        "居住于老旧小区的老人",
        "186****1228",
        "投资13812345678元、13812345678.5平方米",
        "青政办发〔2025〕13812号、400-1234-5678",
        "，住宅小区12号楼加装电梯，住建局3号楼",
        "办公地址：区政府3号楼",
    ],
)
def test_what_is_public_stays(text: str) -> None:
    assert mask(text) == text


@given(st.text(alphabet="1380家庭住址：于在号室望湖路，。 -*\n"))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


_DIGITS = st.text("0123456789", min_size=8, max_size=8)
_GAPS = st.sampled_from(("", " ", "-", "－", "\u3000", "  "))
_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@given(
    st.sampled_from("3456789"), _DIGITS, st.sampled_from("0123456789"), _GAPS, _GAPS,
    st.sampled_from(("", "+86", "+86 ", "86-")), st.booleans(),
    st.sampled_from(("电话", "：", "（", "薄望舒 ", "")),
)  # fmt: skip
def test_every_mobile_number_is_hidden_however_it_is_set(
    second: str, rest: str, third: str, one: str, two: str, before: str, wide: bool, context: str
) -> None:
    number = f"{before}1{second}{third}{one}{rest[:4]}{two}{rest[4:]}"
    number, last = (
        (number.translate(_WIDE), rest[4:].translate(_WIDE)) if wide else (number, rest[4:])
    )
    head = number[: number.index("1" if not wide else "１") + 3]
    assert mask(f"{context}{number}。") == f"{context}{head}****{last}。"


@given(
    st.integers(110000, 659999), st.dates(), st.integers(0, 999), st.sampled_from("0123456789Xx"),
    _GAPS, _GAPS, st.booleans(),
)  # fmt: skip
def test_every_identity_number_is_hidden(
    place: int, born: dt.date, serial: int, last: str, one: str, two: str, wide: bool
) -> None:
    born = born.replace(year=1900 + born.year % 130)
    number = f"{place}{one}{born:%Y%m%d}{two}{serial:03d}{last}"
    shown = f"{place}********{serial:03d}{last}"
    if wide:
        number, shown = number.translate(_WIDE), shown.translate(_WIDE)
    assert mask(f"身份证：{number}；") == f"身份证：{shown}；"
