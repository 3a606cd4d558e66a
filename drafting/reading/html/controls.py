"""Forms filled in on a page: what their controls show."""

from __future__ import annotations

import re

from lxml import html

TICKED, UNTICKED = "☑", "☐"
_TYPED = frozenset({"", *"text tel email number url date month time week datetime-local".split()})
# What belongs to the site: its search box, its login.
_OF_THE_SITE = re.compile(
    r"search|keyword|query|login|passw|user_?name|captcha|verif|检索|搜索|关键[字词]|请输入", re.I
)


def shown_by(node: html.HtmlElement) -> str:
    """Return what an ``input``, ``select`` or ``textarea`` shows; ``""`` for a button or a hidden
    one, and for the search box and login of a site."""
    if _belongs_to_site(node):
        return ""
    if node.tag == "select":
        chosen = [one for one in node.iter("option") if one.get("selected") is not None]
        return "、".join(filter(None, (" ".join(one.text_content().split()) for one in chosen)))
    if node.tag == "textarea":
        return str(node.text_content())
    kind = (node.get("type") or "").strip().lower()
    if kind in ("checkbox", "radio"):
        return UNTICKED if node.get("checked") is None else TICKED
    return (node.get("value") or "") if kind in _TYPED else ""


def _belongs_to_site(node: html.HtmlElement) -> bool:
    told = (node.get(name) or "" for name in ("name", "id", "class", "value", "placeholder"))
    if _OF_THE_SITE.search(" ".join(told)):
        return True
    form = next(node.iterancestors("form"), None)
    if form is None:
        return False
    told = (form.get(name) or "" for name in ("name", "id", "class", "action", "role"))
    return bool(_OF_THE_SITE.search(" ".join(told)))
