"""Mobile numbers, identity numbers and homes are hidden; office numbers and figures stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drafting.masking import mask


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
        "办公地址：区政府3号楼",
    ],
)
def test_what_is_public_stays(text: str) -> None:
    assert mask(text) == text


@given(st.text(alphabet="1380家庭住址：于在号室望湖路，。 -*\n"))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(text)
    assert mask(once) == once
