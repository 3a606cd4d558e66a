"""All rules, in the order of their families."""

from __future__ import annotations

from drafting.checking.engine.rule import Rule
from drafting.checking.rules import (
    arithmetic,
    belonging,
    facts_archive,
    grammar,
    institutions,
    leftovers,
    levels,
    numbers_and_dates,
    numerals,
    parties,
    plausibility,
    punctuation,
    quality,
    terms,
    titles,
    words,
)

FAMILIES: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    ("发文字号、引文与日期", numbers_and_dates.RULES),
    ("标题、主送与各方", parties.RULES),
    ("落款、字号与日期是否可信", plausibility.RULES),
    ("是否本件、本单位的文稿", belonging.RULES),
    ("稿件残留", leftovers.RULES),
    ("层次序号", levels.RULES),
    ("标点符号", punctuation.RULES),
    ("数字与计量单位", (*numerals.RULES, *arithmetic.RULES)),
    ("用字用词", words.RULES),
    ("句式", grammar.RULES),
    ("机构名称", institutions.RULES),
    ("专门用语", (*terms.RULES, *titles.RULES)),
    ("答复质量", quality.RULES),
    ("与档案、名单核对", facts_archive.RULES),
)

RULES: tuple[Rule, ...] = tuple(rule for _, rules in FAMILIES for rule in rules)
