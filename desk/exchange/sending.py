"""Webhooks: what happened is put together and sent to the systems that asked for it.

Where they may be reached so say the administrator's list and :mod:`casework.notices.addresses`; of
what they answer only the status is looked at.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from casework import Casework
from casework.notices.addresses import Resolver, opened, outward, resolved
from casework.notices.posting import Limits, Request, sent_to
from casework.notices.trying import BROKEN_OFF
from casework.systems import numbers, tokens
from casework.webhooks import deliveries, hooks, signing
from casework.webhooks.deliveries import Delivery
from casework.webhooks.hooks import KEY, Hook
from desk.context import Context
from desk.exchange.nouns import Event, Happened
from desk.exchange.state import event, state
from drafting.errors import UserError
from storage.configuration import Webhooks

LIMITS = Limits(most_bytes=4096, cut=True)
"""Of the answer nothing is read but its beginning, for a connection that ends well."""
ROUND_SECONDS = 30.0
"""For one system in a round: another one waits no longer."""
MOST_A_ROUND = 200
NOT_THEIRS = "提案已不归这个单位，没有发。"
GONE = "对方说这个地址不再使用（410），已停用，请核对后启用。"
TEST = "test"
_GONE = 410

Clock = Callable[[], dt.datetime]
"""Tells the time with its zone."""

Send = Callable[[Request, Webhooks, Context], int]
"""Sends one request and returns the status of the answer, as :func:`post` does."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did: how many went, how many tries failed."""

    sent: int = 0
    failed: int = 0


def post(
    request: Request, chosen: Webhooks, context: Context, *, resolver: Resolver = resolved
) -> int:
    """Send ``request`` where it may go; return the status. Raises :class:`UserError`."""
    found = outward(request.url, opened(chosen.allow, KEY), resolver)
    ca_file = context.folder / chosen.ca_file if chosen.ca_file else None
    status, _ = sent_to(found, request, ca_file, LIMITS)
    return status


def send_waiting(context: Context, chosen: Webhooks, clock: Clock, *, send: Send = post) -> Round:
    """Send what is due; return what came of it.

    A system that failed is left alone for the rest of the round. ``clock`` is asked for each try:
    a receiver refuses what was signed minutes ago.
    """
    casework, done = _casework(context), Round()
    for hook in casework.run(deliveries.waiting_hooks, clock()):
        until = time.monotonic() + ROUND_SECONDS
        for _ in range(MOST_A_ROUND):
            delivery = casework.run(deliveries.next_of, hook, clock())
            if delivery is None or time.monotonic() > until:
                break
            went = _tried(context, chosen, delivery, clock(), send)
            if went is None:
                continue
            done = replace(done, sent=done.sent + went, failed=done.failed + (not went))
            if not went:
                break
    return done


def try_out(
    context: Context, chosen: Webhooks, hook: Hook, now: dt.datetime, *, send: Send = post
) -> str:
    """Send a message that only says that it came; return why it may not have, "" where it did."""
    casework = _casework(context)
    message = f"{TEST}_{int(now.timestamp() * 1000)}"
    body = msgspec.json.encode(
        {"id": message, "type": TEST, "said": "试发", "timestamp": now, "data": {}}
    )
    try:
        held = casework.run(hooks.secrets_of, hook.id, now)
        reason = _refused(send(_request(hook.url, message, body, held, now), chosen, context))
    except UserError as error:
        reason = error.message
    result = "失败" if reason else "成功"
    casework.log("试发外部通知", hook.name, result=result, detail=reason)
    return reason


def body_of(context: Context, delivery: Delivery) -> bytes | None:
    """Return what is sent for a delivery, ``None`` where its unit has the matter no more."""
    casework = _casework(context)
    units = casework.units_of(delivery.matter)
    if delivery.unit and delivery.unit not in units:
        return None
    return msgspec.json.encode(_event(context, delivery))


def _event(context: Context, delivery: Delivery) -> Event:
    matter = _casework(context).matter(delivery.matter)
    external = _external(_casework(context), delivery)
    stands = state(context, matter, external) if matter else None
    said = Happened(delivery.matter, external, delivery.change, stands)
    return event(delivery.event, delivery.name, delivery.at, said)


def _external(casework: Casework, delivery: Delivery) -> str | None:
    """The number under which the system registered the matter, where it did."""
    system = casework.run(tokens.one, delivery.system) if delivery.system else None
    return casework.run(numbers.number_of, system.id, delivery.matter) if system else None


def _tried(
    context: Context, chosen: Webhooks, delivery: Delivery, now: dt.datetime, send: Send
) -> bool | None:
    """Try one; return whether it went, ``None`` where nothing was tried."""
    casework = _casework(context)
    if delivery.tries >= deliveries.MOST_TRIES:
        deliveries.end(casework, delivery, "失败", delivery.reason or BROKEN_OFF, now)
        return None
    body = delivery.body.encode() or body_of(context, delivery)
    if body is None:
        deliveries.end(casework, delivery, "作罢", NOT_THEIRS, now)
        return None
    if not deliveries.begin(casework, delivery, body.decode(), now):
        return None
    try:
        held = casework.run(hooks.secrets_of, delivery.hook, now)
        status = send(_request(delivery.url, delivery.event, body, held, now), chosen, context)
    except UserError as error:
        deliveries.fail(casework, delivery, error.message, now)
        return False
    if status == _GONE:
        deliveries.end(casework, delivery, "失败", GONE, now)
        hooks.switch(casework, delivery.hook, active=False, why=GONE)
        return False
    reason = _refused(status)
    if reason:
        deliveries.fail(casework, delivery, reason, now)
    else:
        deliveries.end(casework, delivery, "已发", "", now)
    return not reason


def _request(url: str, message: str, body: bytes, held: list[str], now: dt.datetime) -> Request:
    signed = signing.headers(message, body, held, now)
    kind = {"Content-Type": "application/json; charset=utf-8"}
    return Request("POST", url, {**kind, **signed}, body)


def _refused(status: int) -> str:
    return "" if 200 <= status < 300 else f"对方应答 {status}。"


def _casework(context: Context) -> Casework:
    if context.casework is None:
        raise LookupError("casework")
    return context.casework
