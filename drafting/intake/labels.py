"""The names of a form's fields, from ``labels.toml``, and where a label occurs in a text."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_BRACKET = r"(?:\s*[（(][^（）()：:\d]{1,12}[）)])?"


@dataclass(frozen=True, slots=True)
class Label:
    """A label found: its field (``text`` and ``other`` for those not kept) and where it stands.

    ``end`` is where its value may begin, ``colon`` whether one marks it, ``name`` the label
    without blanks.
    """

    field: str
    name: str
    start: int
    end: int
    colon: bool


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("labels.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def _weak() -> frozenset[str]:
    return frozenset(_table()["met_in_prose"]["without_colon"].split())


@lru_cache(maxsize=1)
def _fields() -> dict[str, str]:
    table = _table()
    fields = {name: field for field, names in table["known"].items() for name in names.split()}
    fields |= {name: kind for kind in ("text", "other") for name in table[kind]["all"].split()}
    return fields


def card_names() -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of all fields that hold no text, and those that need a colon to be one."""
    table = _table()
    names = [
        name
        for group in ("known", "other")
        for row in table[group].values()
        for name in row.split()
    ]
    return frozenset(names), frozenset(table["met_in_prose"]["without_colon"].split())


def _spaced(name: str) -> str:
    return r"\s*".join(
        "[（(]" if char == "(" else "[）)]" if char == ")" else char for char in name
    )


def _any(names: list[str]) -> str:
    return "|".join(map(_spaced, sorted(names, key=lambda name: (-len(name), name))))


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    names = list(_fields())
    strong = [name for name in names if name not in _weak()]
    prose = _table()["met_in_prose"]["within_a_value"].split()
    inner = [name for name in names if name not in prose]
    subjects = [name for name, field in _fields().items() if field == "subject"]
    unknown = r"[\u4e00-\u9fff]{2,8}|[\u4e00-\u9fff](?:\s{1,4}[\u4e00-\u9fff]){1,5}"
    edge = r"(?:^|(?<=[\s；;|｜】\]）)□√☑☐。]))"
    return {
        "lone": re.compile(
            rf"[【\[（(]?(?P<name>{_any(names)}){_BRACKET}[】\]）)]?\s*(?P<colon>[:：])?"
        ),
        "colon": re.compile(
            rf"{edge}[【\[（(]?(?:(?P<name>{_any(names)}){_BRACKET}|(?P<other>{unknown}))[】\]]?\s*[:：]\s*"
        ),
        "inner": re.compile(rf"(?P<name>{_any(inner)})\s*[:：]\s*"),
        "bare": re.compile(rf"(?:^|(?<=\s))(?P<name>{_any(strong)})(?=\s|$)\s*"),
        "before_subject": re.compile(rf"(?P<name>{_any(subjects)})\s+(?=关于)"),
        "each": re.compile(rf"(?:{_any(names)})(?=\s|$)"),
        "enclosed": re.compile(
            rf"[（(]\s*(?P<name>{_any(strong)})\s*[:：]\s*(?P<value>[^（）()]{{2,60}})[）)]"
        ),
        "bracketed": re.compile(rf"[【\[](?P<name>{_any(names)})[】\]]\s*[:：]?\s*"),
    }


def lone_label(text: str, at: int = 0) -> Label | None:
    """Return the label that ``text`` is, whatever blanks and breaks stand in it."""
    if len(text) > 40 or not (found := _patterns()["lone"].fullmatch(text.strip())):
        return None
    name = re.sub(r"\s+", "", found["name"])
    return Label(_field(name), name, at, at + len(text), bool(found["colon"]))


def labels_of_line(line: str, at: int = 0) -> list[Label]:
    """Return the labels of a line of fields, in order; ``[]`` where it is none.

    A line of fields begins with a label, or a short heading and a label that prose has not. Where
    it does, further labels may stand without any blank before them.
    """
    found = _marked(line) or _unmarked(line)
    return [
        Label(_field(name), name, at + start, at + end, colon) for name, start, end, colon in found
    ]


def header_labels(line: str, at: int = 0) -> list[Label]:
    """Return the labels of a line that consists of nothing else: 姓 名 界 别 联系电话."""
    if len(line) > _LONGEST_FRONT:
        return []
    found = []
    start = 0
    while match := _patterns()["each"].match(line, start):
        name = _bare(match[0])
        found.append(Label(_field(name), name, at + match.start(), at + match.end(), False))
        start = match.end() + len(line[match.end() :]) - len(line[match.end() :].lstrip())
    return found if start == len(line) else []


def enclosed_labels(line: str, at: int = 0) -> list[tuple[Label, int]]:
    """Return the fields that a line has in brackets, each with where its value ends.

    A title may carry one behind it (…的建议（领衔代表：王某某）), a last paragraph its signer.
    """
    found = []
    for match in _patterns()["enclosed"].finditer(line):
        name = _bare(match["name"])
        label = Label(_field(name), name, at + match.start(), at + match.start("value"), True)
        found.append((label, at + match.end("value")))
    return found


_Found = tuple[str, int, int, bool]
_LONGEST_FRONT = 60
_MOST_LABELS = 60
_OF_THE_FORM = frozenset("proposers joint seconding lead co_units assigned due overseer".split())


def _marked(line: str) -> list[_Found]:
    """Return the labels that a colon marks."""
    patterns = _patterns()
    first = patterns["colon"].match(line.lstrip()) or patterns["bracketed"].match(line)
    begin = len(line) - len(line.lstrip())
    if not first or first.groupdict().get("other"):
        first = next(
            (
                match
                for match in patterns["colon"].finditer(line[: _LONGEST_FRONT + 20])
                if match["name"] and _bare(match["name"]) not in _weak()
            ),
            None,
        ) or _run_together(line)
        if first is None or re.search("[。；，]", line[: first.start()]):
            return []
        begin = 0
    found: list[_Found] = [(_bare(first["name"]), begin + first.start(), begin + first.end(), True)]
    behind_text = False
    while len(found) < _MOST_LABELS:
        behind_text = behind_text or _field(found[-1][0]) == "text"
        following = _next_label(line, found[-1][2], behind_text=behind_text)
        if following is None:
            break
        found.append(following)
    return found


def _next_label(line: str, after: int, *, behind_text: bool) -> _Found | None:
    """Return the label that follows on the line, or ``None``.

    Behind running text only a name that prose has not is one: …建设。承办单位：县水务局.
    """
    patterns = _patterns()
    if behind_text:
        found = patterns["inner"].finditer(line, after)
        nexts = [match for match in found if _bare(match["name"]) in _behind_names()]
    else:
        keys = ("colon", "inner", "bracketed")
        nexts = [match for key in keys if (match := patterns[key].search(line, after))]
    if not nexts:
        return None
    # Of two that share a colon the known one is the label: 刘某界别： ends in one.
    nearest = min(nexts, key=lambda match: (match.end(), not match["name"], match.start()))
    name = nearest["name"] or nearest.groupdict().get("other") or ""
    return _bare(name), nearest.start(), nearest.end(), True


@lru_cache(maxsize=1)
def _behind_names() -> frozenset[str]:
    """The names that are labels even behind running text: four characters, of the card's own."""
    return frozenset(
        name
        for name, field in _fields().items()
        if len(name) > 3 and field in _OF_THE_FORM and name not in _weak()
    )


def _run_together(line: str) -> re.Match[str] | None:
    """Return the first label of a form that lost its breaks: two names that prose has not."""
    found = [
        match
        for match in _patterns()["inner"].finditer(line[: _LONGEST_FRONT * 3])
        if _bare(match["name"]) not in _weak()
    ]
    return found[0] if len(found) > 1 and found[0].start() < _LONGEST_FRONT else None


def _unmarked(line: str) -> list[_Found]:
    """Return the labels of a line that marks them by blanks only: 提案号 031; 界 别 工商联."""
    patterns = _patterns()
    if found := patterns["before_subject"].match(line):
        return [(_bare(found["name"]), 0, found.end(), False)]
    if len(line) > 120 or re.search(r"[。！？]", line) or not patterns["bare"].match(line):
        return []
    return [
        (_bare(found["name"]), found.start(), found.end(), False)
        for found in patterns["bare"].finditer(line)
    ]


def _bare(name: str) -> str:
    return re.sub(r"\s+", "", name).replace("（", "(").replace("）", ")")


def _field(name: str) -> str:
    return _fields().get(name, "other")
