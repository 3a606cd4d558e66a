"""确认: turns the ticked lines of a plan into orders; nothing is registered before."""

from __future__ import annotations

import msgspec

from casework.batches import Batches
from casework.matters.batch_rows import Batch, Order
from desk.batch.nouns import Plan, PlannedLine
from drafting.errors import UserError


def confirm(batches: Batches, batch: Batch, plan: Plan) -> dict[str, str]:
    """Confirm the ticked lines of ``plan``; return what prevents it, by the line's key.

    If anything does, nothing is registered. Raises :class:`UserError` where no line is ticked, or
    the batch has been confirmed already.
    """
    errors = {
        line.key: "请先选定正文；都不是的，选“不附正文”。"
        for line in plan.lines
        if line.ticked and line.must_choose
    }
    if errors:
        return errors
    if not plan.ticked:
        raise UserError("还没有勾选要登记的提案。")
    batches.confirm(batch.id, [_order(line) for line in plan.lines])
    return {}


def _order(line: PlannedLine) -> Order:
    number = f"第{line.proposal.item_no}号 " if line.proposal.item_no else ""
    name = f"{line.name}：{number}{line.proposal.subject or ''}".rstrip("：")
    plan = msgspec.json.encode(line.order).decode()
    return Order(name, plan, line.paper, "" if line.ticked else _left_out(line))


def _left_out(line: PlannedLine) -> str:
    """Say why a line is not registered."""
    why = "；".join(reason.text for reason in line.reasons)
    if line.status == "已登记":
        return why or f"已经登记（提案 {line.matter}）"
    if line.status == "不能登记":
        return why
    return f"没有勾选（{why}）" if why else "没有勾选"
