"""Draws ``docs/procedure.md`` from the state table: ``python -m casework.procedure.diagram``."""

from __future__ import annotations

import sys

from casework.procedure.given import FIELDS, is_needed
from casework.procedure.guards import GUARDS
from casework.procedure.states import FINAL, MAIN_LINE, MOVES, SAID, START, STATES, Move

_HEAD = """# 办理流程

一件提案从登记到归档，每一步由谁办、须满足什么、办了以后做什么，
都写在 `casework/procedure/states.py` 的一张表里。
本页由这张表生成（`python -m casework.procedure.diagram > docs/procedure.md`），
有测试比对，不要直接改。

主线：{line}。

状态的名字是“下一步该办的事”：停在“签发”，就是等签发。单用户模式下一个人可以办每一步。

- **须满足**：不满足就不能办。标“可附理由”的，写明理由后可以先办，理由、姓名、时间一并留存。
- **退回**：退回时须写意见；文稿上的核稿、会签、签发意见随之清去，经过里仍在。
- **重复办理、同时办理**：每一步带着页面上看到的步数提交；别人先办了，后到的不会再办一次，
  会告诉他谁在何时办了什么。
- **编号**：每个代字、每个年度各编各的，不跳号、不重号；撤回的文件，号作废并写明理由。
- **督审**：单位设置 `procedure.supervisor_review` 定为签发前或者编号前由督办审一遍的，才有这一步；
  只审主办的答复。督办写明理由可以改动办理结果类别；签发以后改的，除类别以外有改动的仍须退回重签。
- **填写**栏里带 * 的必填。
- **办理经过**只增不改，与文稿、文号、日志在同一个事务里写入。
"""


def page() -> str:
    """Return the whole page."""
    head = _HEAD.format(line=" → ".join(MAIN_LINE))
    parts = [head, "## 图\n", _diagram(), "## 状态\n", _states(), "## 每一步\n", _moves()]
    return "\n".join(parts)


def _diagram() -> str:
    """The states and the moves between them, for whatever draws Mermaid; those that stay apart."""
    # Mermaid takes plain words for ids only: the states are numbered in their order.
    ids = {state: f"s{number}" for number, state in enumerate(STATES, 1)}
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {ids[state]}: {state}" for state in STATES]
    lines.append(f"    [*] --> {ids[START]}")
    for move in MOVES:
        lines += [
            f"    {ids[source]} --> {ids[move.target]}: {move.name}"
            for source in move.sources
            if move.target
        ]
    lines += [f"    {ids[state]} --> [*]" for state in FINAL]
    return "\n".join([*lines, "```", ""])


def _states() -> str:
    rows = [f"| {state} | {SAID[state]} | {_onward(state)} |" for state in STATES]
    return "\n".join(["| 状态 | 清单上的说法 | 可办 |", "|---|---|---|", *rows, ""])


def _onward(state: str) -> str:
    names = [move.name for move in MOVES if state in move.sources and move.target]
    return "、".join(names) or "—"


def _moves() -> str:
    head = "| 步骤 | 从 | 到 | 谁办 | 须满足 | 填写 | 办了以后 |"
    return "\n".join([head, "|---|---|---|---|---|---|---|", *map(_row, MOVES), ""])


def _row(move: Move) -> str:
    guards = [
        GUARDS[name].text + ("（可附理由）" if GUARDS[name].yields else "") for name in move.guards
    ]
    asked = [FIELDS[ask].label + ("*" if is_needed(move, ask) else "") for ask in move.asks]
    if move.opinion != "none":
        asked.append(move.label + ("*" if move.opinion == "must" else ""))
    cells = (
        move.name,
        "、".join(move.sources),
        move.target or "不变",
        "、".join(move.roles),
        "；".join(guards) or "—",
        "、".join(asked) or "—",
        "、".join(move.effects) or "—",
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page())
