"""A notion has one pattern, in ``drafting/language/``: twins disagree sooner or later."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from drafting.language.limits import FILE_MAX_BYTES, PAPER_MAX_CHARS

PROJECT = Path(__file__).resolve().parents[2]
ROOMS = ("drafting", "storage", "corpus", "casework", "desk", "web", "service")
LANGUAGE = "drafting/language"

# Notion: what a pattern of it looks like; its module; others that may hold one, each with why.
NOTIONS = {
    "what is to come": (
        r"(?:^|[|(:])(?:下一步|下步|下一?阶段|接下来)(?=[|)])|将\(\?[:=!]",
        f"{LANGUAGE}/sentences/tense.py",
        {},
    ),
    "what was done": (
        r"累计\|截至|截至\|目前|近年来\|以来|已\|完成",
        f"{LANGUAGE}/sentences/tense.py",
        {},
    ),
    "document number": (
        r"[〔{].{0,16}\\d\{+(?:2,)?[234]\}+\)?.{0,20}[〕}].{0,24}号",
        f"{LANGUAGE}/doc_numbers.py",
        {
            "drafting/checking/rules/numbers_and_dates.py": "rules on how a number is written",
            f"{LANGUAGE}/fields.py": "the number of an item, whose year stands in brackets too",
            "drafting/writing/typesetting/titles.py": "what of a title stays on one line",
        },
    ),
    "unseen characters": (
        "\u200b.*\ufeff|\ufeff.*\u200b|\\\\u200b.*\\\\ufeff",
        f"{LANGUAGE}/cleaning.py",
        {},
    ),
    "line ends": (
        r"\u2028|\\u2028",
        f"{LANGUAGE}/cleaning.py",
        {"drafting/writing/printing/print_copy.py": "characters that have no width in any face"},
    ),
    "what no file's name holds": (r':\*\?"<>\|', f"{LANGUAGE}/file_names.py", {}),
    "我局, 贵委": (
        r"[我本贵你](?:\)|\])?(?:\((?:\?:)?|\[)(?:单位\||局\||局委)|\[我本\]\(\?:\{\}",
        f"{LANGUAGE}/naming/units.py",
        {},
    ),
    "what a unit's name ends in": (
        r"局\|(?:委|办|厅|总局)|委员会\|(?:办|委|管)|办公室\|(?:办公厅|街道)|[局委办厅]{3,}",
        f"{LANGUAGE}/naming/units.py",
        {
            "drafting/checking/rules/institutions.py": "what the names of renamed bodies end in",
            "drafting/answering/local_model/guards.py": "the shortest name that is given an order",
            "drafting/papers/structure.py": "a party's and a government's name in one title",
            "drafting/reading/plain/mojibake.py": "the characters met most",
        },
    ),
    "what a place's name ends in": (
        r"\[[^\]]*[省市区县州旗盟镇乡]{3,}|(?:[省市区县州旗盟]\|){2,}|镇\|乡\||街道\|(?:镇|苏木)",
        f"{LANGUAGE}/naming/places.py",
        {
            f"{LANGUAGE}/naming/units.py": "我镇, 贵街道: a town is a unit too",
            "drafting/answering/particulars.py": "常州市 is no 州",
            "drafting/answering/local_model/guards.py": "各县, 各区县: whoever is ordered",
        },
    ),
    "parties of 政协": (r"民革\|民盟|民进\|农工", f"{LANGUAGE}/naming/bodies.py", {}),
    "session of 政协 or 人大": (
        r"[\]})+]届.*次",
        f"{LANGUAGE}/sessions.py",
        {
            "drafting/checking/rules/numbers_and_dates.py": "rules on how a session is written",
            "drafting/writing/typesetting/titles.py": "what of a title stays on one line",
        },
    ),
    "a whole day": (
        r"(?:\\d\{+[24]\}+|\\d\\d|\{3\}\)?)(?:\\s\??)?年.{0,12}\\d\{+1,2\}+(?:\\s\??)?月\S{0,4}\\d\{+1,2\}+(?:\\s\??)?日(?!\|)",
        f"{LANGUAGE}/days.py",
        {},
    ),
    "待核实 mark": (
        r"待核实：?\[\^",
        f"{LANGUAGE}/particulars.py",
        {"drafting/checking/rules/quality.py": "the rule on marks left, its length bounded"},
    ),
    "reference of an answer": (r"〔\(?\\d\{1,2\}\)?〕", f"{LANGUAGE}/particulars.py", {}),
    "counted suggestions": (
        r"提出了\?\[:：\]|提出\(\?:了\|以下",
        f"{LANGUAGE}/sentences/counted.py",
        {},
    ),
}


def _strings(tree: ast.AST) -> list[tuple[int, str]]:
    """The strings of a module that are no docstrings; ``{}`` where an f-string puts something."""
    inner = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    said = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    elsewhere = inner | said
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [
                str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values
            ]
            found.append((node.lineno, "".join(parts)))
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in elsewhere
        ):
            found.append((node.lineno, node.value))
    return found


@cache
def modules() -> dict[str, ast.Module]:
    return {
        path.relative_to(PROJECT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for room in ROOMS
        for path in sorted((PROJECT / room).rglob("*.py"))
    }


@cache
def strings_of() -> dict[str, list[tuple[int, str]]]:
    return {module: _strings(tree) for module, tree in modules().items()}


@pytest.mark.parametrize("notion", NOTIONS)
def test_a_notion_has_one_module(notion: str) -> None:
    looks, home, others = NOTIONS[notion]
    held = {
        module: line
        for module, strings in strings_of().items()
        for line, text in strings
        if re.search(looks, text, re.DOTALL)
    }
    assert home in held, "the notion's own module is not found by its looks"
    assert sorted(set(held) - {home}) == sorted(others), held


def _value(node: ast.AST) -> int | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, int) else None
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        left, right = _value(node.left), _value(node.right)
        return left * right if left is not None and right is not None else None
    return None


def test_the_limits_of_what_comes_in_are_written_once() -> None:
    limits = {FILE_MAX_BYTES, PAPER_MAX_CHARS}
    held = {
        module
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _value(node.value) in limits
    }
    assert held == {f"{LANGUAGE}/limits.py"}


def test_a_twin_would_be_seen() -> None:
    looks = NOTIONS["what is to come"][0]
    twin = ast.parse('"""Docs say 下一步|今后."""\nAHEAD = re.compile(f"{x}|下一步|今后")\n')
    assert [text for _, text in _strings(twin) if re.search(looks, text)] == ["{}|下一步|今后"]
