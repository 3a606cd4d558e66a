"""Names of bodies after the reforms of 2018 and 2023 (rules O).

An old name is right where the text tells of the years before: the rule looks at the years in the
sentence, and at the date of the document. Local names vary, so nothing here fixes by itself.
Sources: 《深化党和国家机构改革方案》(2018), 《党和国家机构改革方案》(2023).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib import resources

from drafting.checking.engine.rule import (
    Find,
    Hit,
    Paragraph,
    Rule,
    Sheet,
    Survey,
    may_find,
    pattern,
)

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年|〔|〕|—|～)")
_PAST = re.compile(r"原(?:[一-鿿]{0,6})$|时任[一-鿿]{0,8}$")


def _outdated(old: str, since: int) -> Survey:
    find: Find = pattern(old)

    def survey(sheet: Sheet) -> Iterator[Hit]:
        if sheet.parts.date is not None and sheet.parts.date.year < since:
            return
        if not may_find(find, sheet):
            return
        for line in sheet.at("body", "table", "tail"):
            for hit in find(line):
                if not _tells_of_before(line, hit, since):
                    yield Hit(hit.start, hit.end, line=line.index)

    return survey


def _tells_of_before(line: Paragraph, hit: Hit, since: int) -> bool:
    """Whether the sentence names a year before the reform, or says 原… or 时任…."""
    start = max(line.text.rfind(mark, max(0, hit.start - 300), hit.start) for mark in "。；")
    sentence = line.text[max(start, 0) : hit.end + 60].split("。", 2)
    whole = "。".join(sentence[:2])
    if _PAST.search(line.text[max(0, hit.start - 10) : hit.start]):
        return True
    return any(int(year) < since for year in _YEAR.findall(whole))


def _rules() -> Iterator[Rule]:
    source = resources.files("drafting.checking.rules").joinpath("institutions.toml")
    for change in tomllib.loads(source.read_text(encoding="utf-8"))["change"]:
        reform = (
            "2018年《深化党和国家机构改革方案》"
            if change["since"] < 2023
            else "2023年《党和国家机构改革方案》"
        )
        yield Rule(
            change["id"], f"机构旧称（现为{change['right']}）", "warn", "notice", reform,
            f"{change['since']}年起一般改称“{change['right']}”，请以本地机构改革方案为准",
            change["example"], change["counter"], survey=_outdated(change["old"], change["since"]),
        )  # fmt: skip


_NAMES = {
    "发展与改革": "发展和改革",
    "工业与信息化": "工业和信息化",
    "人力资源与社会保障": "人力资源和社会保障",
    "住房与城乡建设": "住房和城乡建设",
    "文化与旅游": "文化和旅游",
    "林业与草原": "林业和草原",
    "粮食与物资储备": "粮食和物资储备",
    "自然资源与规划": "自然资源和规划",
}

RULES: tuple[Rule, ...] = (
    *_rules(),
    Rule(
        "O21", "机构全称中的“和”误作“与”", "error", "confirm", "机构规范名称",
        "机构全称应写作“{right}”",
        example="由区住房与城乡建设局负责。",
        counter="由区住房和城乡建设局负责，推动文化与旅游融合。",
        find=pattern(
            f"({'|'.join(_NAMES)})(?=局|委员会|厅|部(?!门))", lambda found: _NAMES[found[1]]
        ),
    ),
)  # fmt: skip
