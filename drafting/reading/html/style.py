"""What a page's styles say of how text is shown: hidden, struck out, in lines of its own.

Inline styles and the simple selectors (``p``, ``.gone``, ``div#x.y``) of the page's own style
sheets, which is where saved pages hide things; no layout engine. Sheets outside the file and
selectors with combinators are not followed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import html

_BRACE = re.compile(r"([{}])")
_SELECTOR = re.compile(r"(?P<tag>[a-z][a-z0-9]*)?(?P<rest>(?:[.#][\w-]+)*)")
_PART = re.compile(r"[.#][\w-]+")
_TOLD = frozenset(
    "display visibility opacity font-size mso-hide text-decoration text-decoration-line"
    " white-space list-style list-style-type".split()
)
_LONGEST_SHEET = 500_000
_NOTHING_HIGH = re.compile(r"0(?:\.0+)?(?:px|pt|em|rem|%)?")
_INLINE = frozenset({"inline", "contents"})
_BLOCK = frozenset({"block", "list-item", "flex", "grid", "table", "table-row", "flow-root"})


@dataclass(frozen=True, slots=True)
class _Rule:
    tag: str
    names: frozenset[str]
    told: Mapping[str, str]


class Styles:
    """The styles of one page. ``of`` a node is what its rules and its own attribute tell."""

    def __init__(self, root: html.HtmlElement) -> None:
        self._rules: dict[str, list[_Rule]] = defaultdict(list)
        for sheet in root.iter("style"):
            if (sheet.get("media") or "").strip().lower() != "print":
                for rule in _rules((sheet.text or "")[:_LONGEST_SHEET]):
                    self._rules[min(rule.names, default=rule.tag)].append(rule)

    def of(self, node: html.HtmlElement) -> dict[str, str]:
        """Return the properties told of ``node``, the later and its own before the others."""
        told: dict[str, str] = {}
        if self._rules:
            names = {f".{name}" for name in (node.get("class") or "").split()}
            names.add(f"#{node.get('id') or ''}")
            for key in (node.tag, *names):
                for rule in self._rules.get(key, ()):
                    if rule.names <= names and rule.tag in ("", node.tag):
                        told.update(rule.told)
        if style := node.get("style"):
            told.update(_declarations(style))
        return told


def is_hidden(node: html.HtmlElement, told: Mapping[str, str]) -> bool:
    """Whether a browser shows nothing of ``node``."""
    if told.get("display") == "none" or told.get("mso-hide") == "all":
        return True
    if told.get("visibility") in ("hidden", "collapse"):
        return True
    if any(_NOTHING_HIGH.fullmatch(told.get(name, "1")) for name in ("opacity", "font-size")):
        return True
    if node.get("hidden") is not None and "display" not in told:
        return True
    return node.tag == "dialog" and node.get("open") is None and "display" not in told


def is_struck(told: Mapping[str, str]) -> bool:
    """Whether text is shown struck out."""
    return "line-through" in told.get("text-decoration", "") + told.get("text-decoration-line", "")


def keeps_breaks(told: Mapping[str, str]) -> bool:
    """Whether line breaks in the source are shown."""
    return told.get("white-space", "").startswith(("pre", "break-spaces"))


def is_block(told: Mapping[str, str]) -> bool | None:
    """Whether text stands in lines of its own, ``None`` where the styles leave it to the tag."""
    display = told.get("display", "")
    if display in _BLOCK:
        return True
    return False if display in _INLINE else None


def list_style(told: Mapping[str, str]) -> str:
    """Return the style of a list's marks (``decimal``, ``none``), ``""`` where none is told."""
    return told.get("list-style-type") or told.get("list-style", "").split(" ")[0]


def _rules(sheet: str) -> Iterator[_Rule]:
    for selectors, declarations in _blocks(sheet):
        told = _declarations(declarations)
        if not told:
            continue
        for selector in selectors.split(","):
            found = _SELECTOR.fullmatch(selector.strip())
            if found and found[0]:
                yield _Rule(found["tag"] or "", frozenset(_PART.findall(found["rest"])), told)


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and declarations; what is for print or small screens only is left out."""
    first, *commented = sheet.split("/*")
    bare = first + "".join(part.partition("*/")[2] for part in commented)
    selectors, depth = "", 0
    for piece in _BRACE.split(bare):
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth = max(0, depth - 1)
        elif depth == 0:
            selectors = piece.rpartition(";")[2].strip()
        elif depth == 1 and not selectors.startswith("@"):
            yield selectors, piece


def _declarations(text: str) -> dict[str, str]:
    told = {}
    for declaration in text.split(";"):
        name, _, value = declaration.partition(":")
        if (name := name.strip().lower()) in _TOLD:
            told[name] = value.replace("!important", "").strip().lower()
    return told
