"""The sentences of a profile: words with Chinese slots (``{{案号}}``), filled and checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

LONGEST = 2_000
"""Characters of one sentence."""

_FACE = re.compile(r"[\w一-鿿][\w一-鿿 .\-()（）]{0,30}")

# A profile comes from an office's own folder: it may say words, never run code.
_ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


# A pattern is words, slots and at most {% if %}: what cannot go wrong when a reply is due.
_PLAIN_NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.If,
    nodes.CondExpr,
    nodes.And,
    nodes.Or,
    nodes.Not,
)


@lru_cache(maxsize=1024)
def _compiled(sentence: str) -> Template:
    return _ENVIRONMENT.from_string(sentence)


def fill(sentence: str, slots: Mapping[str, str]) -> str:
    """Return ``sentence`` with its ``{{slots}}`` filled; plain text in, plain text out."""
    return _compiled(sentence).render(slots)


def pattern(*slots: str) -> Any:
    """A field that holds a pattern (or several) which may use ``slots`` and no others."""
    return field(metadata={"slots": frozenset(slots)})


def fault_of(sentence: str, slots: frozenset[str]) -> str:
    """Return what is wrong with ``sentence``, which may use ``slots``; "" where nothing is."""
    return f"超过{LONGEST}个字。" if len(sentence) > LONGEST else _fault_of(sentence, slots)


# Kept: an office's profiles share most of their sentences, and to parse them is most of the time
# that the first page takes.
@lru_cache(maxsize=1024)
def _fault_of(sentence: str, slots: frozenset[str]) -> str:
    try:
        tree = _ENVIRONMENT.parse(sentence)
    except (TemplateSyntaxError, RecursionError):
        return "中的双花括号不成对或写法有误。"
    if not all(isinstance(node, _PLAIN_NODES) for node in tree.find_all(nodes.Node)):
        return "中的双花括号里只能写空位的名字。"
    for name in sorted(meta.find_undeclared_variables(tree) - slots):
        usable = "、".join(sorted(slots))
        return f"中的“{{{{{name}}}}}”不能用在这里。可用：{usable}。"
    return ""


def face_fault(text: str) -> str:
    """Return what is wrong with the name of a face, "" where nothing is; Word takes 31 letters."""
    if not text.strip():
        return "未填写。"
    return "" if _FACE.fullmatch(text.strip()) else "不是字体的名称，应如 仿宋_GB2312。"
