"""What a token is good for; a token without the scope that a call takes is refused."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Literal, get_args

Scope = Literal[
    "登记",
    "查状态",
    "取文稿",
    "取草稿",
    "交会办意见",
    "收反馈",
    "交反馈",
    "检索档案",
    "校对",
]
SCOPES: tuple[Scope, ...] = get_args(Scope)

TITLES: Mapping[Scope, str] = {
    "登记": "登记提案、建议，随附正文",
    "查状态": "查办理状态、期限、轮次",
    "取文稿": "取已签发的答复和附件",
    "取草稿": "取没有签发的草稿",
    "交会办意见": "交会办单位的意见",
    "收反馈": "取提案者的评价",
    "交反馈": "登记提案者的评价",
    "检索档案": "检索往年答复和政策",
    "校对": "校对文字和草稿",
}
"""What each lets a system do, for who gives it out."""


def parse_scopes(text: str) -> frozenset[Scope]:
    """Return the scopes named in ``text``, separated by spaces; what is none of ours is left
    out."""
    named = text.split()
    return frozenset(one for one in SCOPES if one in named)


def print_scopes(scopes: Collection[str]) -> str:
    """Return the scopes in their order, separated by spaces."""
    return " ".join(one for one in SCOPES if one in scopes)
