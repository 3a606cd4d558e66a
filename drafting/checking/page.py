"""Print ``docs/rules.md`` from the registry.

Run ``python -m drafting.checking.page > docs/rules.md`` after any change of a rule.
"""

from __future__ import annotations

from drafting.checking.engine.rule import EVERYWHERE, Example, Place, Rule
from drafting.checking.rules.registry import FAMILIES
from drafting.model import SEVERITY_NAMES, Fix

_FIX: dict[Fix, str] = {"safe": "可自动改正", "confirm": "确认后改正", "notice": "只作提示"}
_PLACE: dict[Place, str] = {
    "head": "版头",
    "title": "标题",
    "salutation": "主送",
    "body": "正文",
    "table": "表格",
    "tail": "落款与版记",
}

_INTRO = """# 校对规则

本页由 `python -m drafting.checking.page > docs/rules.md` 从规则登记表生成，请勿手改。
每条规则的“例”“反例”就是它的测试：例必须查出，反例必须不报。

- 等级：须改（不得送签）、错误、注意、建议。
- 改正：可自动改正（一次点击，可撤销）、确认后改正（给出改法，由人确认）、只作提示。
- 书名号内的标题、引文、他人文号中的字句不自动改动；标明“引文内也提示”的规则在其中只提示、须人确认。
- 网址、邮箱、型号、比例、时刻、小数、电话号码与【】标记一律不动。
- 全文没有一个全角逗号而有多处半角逗号的，视为转存网页时丢失了全角标点（P42），只报一处，一次恢复。
"""


def page() -> str:
    """Return the page, one section a family."""
    count = sum(len(rules) for _, rules in FAMILIES)
    parts = [_INTRO, f"共 {count} 条。\n"]
    for name, rules in FAMILIES:
        parts.append(f"\n## {name}（{len(rules)} 条）\n")
        parts += [_section(rule) for rule in rules]
    return "\n".join(parts)


def _section(rule: Rule) -> str:
    facts = [SEVERITY_NAMES[rule.severity], _FIX[rule.fix], _where(rule)]
    if rule.quoted == "ask":
        facts.append("引文内也提示")
    return (
        f"### {rule.id} {rule.title}\n\n"
        f"{'；'.join(facts)}。依据：{rule.source}。\n\n"
        f"- 例：{_shown(rule.example)}\n"
        f"- 反例：{_shown(rule.counter)}\n"
    )


def _where(rule: Rule) -> str:
    if rule.survey is not None:
        return "看全文"
    if rule.scope == EVERYWHERE:
        return "查各处"
    return "查" + "、".join(name for place, name in _PLACE.items() if place in rule.scope)


def _shown(example: str | Example) -> str:
    """An example on one line, what cannot be seen made visible."""
    text = example if isinstance(example, str) else example.text
    note = "（须对照来件与答复要点）" if isinstance(example, Example) and example.draft else ""
    seen = text.replace("\n", " ⏎ ").replace("\u200b", "␣零宽␣")
    return f"`{seen}`{note}"


if __name__ == "__main__":
    print(page(), end="")
