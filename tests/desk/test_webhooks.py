"""Webhooks: written with what happened, sent in order, signed, tried again, never inside."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from procedure_fakes import PROPOSAL, TO_SENT, go, ready, store, through, told_to_itself
from receiver import Got, Receiver, receiver

from casework import Casework, undoing
from casework.notices.posting import Request
from casework.procedure.events import EVENTS, EventName
from casework.systems import numbers, tokens
from casework.webhooks import deliveries, hooks, signing
from casework.webhooks.hooks import Hook
from desk.context import Context
from desk.exchange import sending
from desk.exchange.sending import Round
from desk.jobs.running import Worker
from drafting.errors import UserError
from service import delivering
from service.working import Looker
from storage.configuration import Configuration, Webhooks

UNIT = "区城管局"
NOON = dt.datetime(2026, 6, 15, 12, 0, tzinfo=dt.UTC)
HERE = Webhooks(allow="127.0.0.1")


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def hook(there: Receiver, *events: EventName, name: str = "提案系统", unit: str = "") -> Hook:
    return Hook(0, name, f"{there.url}/in", events or EVENTS, unit)


def added(context: Context, one: Hook) -> tuple[int, str]:
    return hooks.add(store(context), hooks.checked(one, "127.0.0.1"), NOON)


def send(context: Context, at: dt.datetime | None = None, chosen: Webhooks = HERE) -> Round:
    # The present, where a row was written just now.
    when = at or dt.datetime.now(dt.UTC)
    return sending.send_waiting(context, chosen, lambda: when)


def bodies(there: Receiver) -> list[dict[str, object]]:
    return [json.loads(one.body) for one in there.got]


def types(there: Receiver) -> list[object]:
    return [one["type"] for one in bodies(there)]


def verified(got: Got, *secrets: str) -> list[bool]:
    """Whether a request is signed by each of ``secrets``: written here from the specification."""
    headers = {name.lower(): value for name, value in got.headers.items()}
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + got.body
    given = [one.split(",", 1) for one in headers["webhook-signature"].split(" ")]
    found = []
    for secret in secrets:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        made = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        found.append(["v1", made] in given)
    return found


# ------------------------------------------------------------------ what is written


def test_what_happens_is_told_with_the_state_that_it_led_to(
    context: Context, there: Receiver
) -> None:
    _, secret = added(context, hook(there))
    number = store(context).create_matter(PROPOSAL, unit=UNIT)

    assert send(context) == Round(1, 0)
    (got,) = there.got
    said = json.loads(got.body)
    assert (got.method, got.path) == ("POST", "/in")
    assert got.headers["Content-Type"] == "application/json; charset=utf-8"
    assert said["id"] == got.headers["webhook-id"]
    assert re.fullmatch(r"evt_[0-9a-f]{32}", said["id"])
    assert verified(got, secret) == [True]
    state = said["data"].pop("state")
    assert (state["id"], state["item_no"], state["stage"]["state"]) == (number, "12", "登记")
    assert said["data"] == {"id": number, "external_no": None, "change": {}}
    assert (said["type"], said["said"]) == ("matter.registered", "已登记")
    assert dt.datetime.fromisoformat(said["timestamp"]).tzinfo is not None


def test_a_matter_goes_its_way_and_all_of_it_is_told_in_order(
    context: Context, there: Receiver
) -> None:
    added(context, hook(there))
    casework = store(context)
    number = ready(casework)
    through(casework, number, *TO_SENT)
    go(casework, number, "dissatisfied", opinion="没有解决。")

    assert send(context).failed == 0
    moved = [one["data"]["change"].get("move") for one in bodies(there)]  # type: ignore[index]
    assert types(there) == [
        "matter.registered",
        "matter.confirmed",
        "matter.moved",
        *("matter.moved", "matter.moved"),
        *("matter.moved", "reply.signed"),
        *("matter.moved", "reply.numbered"),
        *("matter.moved", "reply.sent"),
        *("matter.moved", "feedback.received", "matter.reopened"),
    ]
    assert [one for one in moved if one] == [
        "直接承办",
        *("送核稿", "核稿通过，送签发"),
        *("签发", "签发", "编号", "编号", "印送，征询意见", "印送，征询意见"),
        *["反馈不满意，重新办理"] * 3,
    ]
    assert len({one["id"] for one in bodies(there)}) == len(there.got)


def test_only_what_was_asked_for_is_told_and_only_of_the_own_units_matters(
    context: Context, there: Receiver
) -> None:
    added(context, hook(there, "matter.deleted", "matter.restored", unit=UNIT))
    casework = store(context)
    own, others = (casework.create_matter(PROPOSAL, unit=unit) for unit in (UNIT, "区财政局"))
    for number in (own, others):
        casework.delete(number)
    casework.restore(own)

    assert send(context) == Round(2, 0)
    assert types(there) == ["matter.deleted", "matter.restored"]
    assert {one["data"]["id"] for one in bodies(there)} == {own}  # type: ignore[index]


def test_a_matter_that_is_gone_is_told_of_without_its_state(
    context: Context, there: Receiver
) -> None:
    added(context, hook(there, "matter.deleted"))
    number = store(context).create_matter(PROPOSAL)
    store(context).delete(number)

    send(context)
    (said,) = bodies(there)
    assert said["data"] == {"id": number, "external_no": None, "change": {}, "state": None}


def test_the_number_by_which_the_system_knows_a_matter_is_told(
    context: Context, there: Receiver
) -> None:
    casework = store(context)
    system, _ = casework.run(tokens.add, "政协系统", UNIT, ["登记"], actor=casework.actor)
    added(context, replace(hook(there, "matter.registered"), system="政协系统"))
    with casework.transaction():
        number = casework.create_matter(PROPOSAL, unit=UNIT)
        casework.run(numbers.keep, system.id, "TA-118", number)

    send(context)
    (said,) = bodies(there)
    data: Any = said["data"]
    assert (data["external_no"], data["state"]["external_no"]) == ("TA-118", "TA-118")
    assert [one.unit for one in casework.run(hooks.listed)] == [UNIT]


def test_a_matter_that_went_to_another_unit_meanwhile_is_not_told_of(
    context: Context, there: Receiver
) -> None:
    added(context, hook(there, unit=UNIT))
    number = store(context).create_matter(PROPOSAL, unit=UNIT)
    store(context).set_units(number, ["区财政局"])

    assert send(context) == Round()
    (one,) = store(context).run(deliveries.listed, ("作罢",))
    assert (there.got, one.reason) == ([], sending.NOT_THEIRS)


def test_opinions_are_told_of(context: Context, there: Receiver) -> None:
    added(context, hook(there, "opinion.asked", "opinion.received", "opinion.withdrawn"))
    casework = store(context)
    number = casework.create_matter(PROPOSAL)
    casework.keep_co_units(number, ("区住建局",))
    (line,) = casework.co_opinions(number)
    casework.ask_opinion(line, NOON.date(), None)
    casework.ask_opinion(line, None, None)
    casework.receive_opinion(line.id, NOON.date(), "同意。", ("意见.txt", b"x"))

    send(context)
    assert types(there) == ["opinion.asked", "opinion.withdrawn", "opinion.received"]
    assert {one["data"]["change"]["unit"] for one in bodies(there)} == {"区住建局"}  # type: ignore[index]


def test_a_step_that_is_taken_back_is_told_of_as_it_was(context: Context, there: Receiver) -> None:
    """And once more where it is brought back: nobody is to go by what holds no more."""
    added(context, hook(there, "opinion.asked", "opinion.received", "opinion.withdrawn"))
    casework = store(context)
    number = casework.create_matter(PROPOSAL)
    casework.keep_co_units(number, ("区住建局", "区财政局"))
    first, second = casework.co_opinions(number)
    steps = []
    for what in (
        lambda: [casework.ask_opinion(one, NOON.date(), None) for one in (first, second)],
        lambda: casework.receive_opinion(first.id, NOON.date(), "同意。", ("意见.txt", b"x")),
    ):
        with undoing.recorded(casework, ("opinions",), "", action="", place="") as kept:
            what()
        steps.append(kept.id)
    for step in (steps[1], steps[1], steps[1], steps[0]):
        undoing.take_back(casework, casework.run(undoing.one, step, ""))

    while send(context, dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)).sent:
        pass
    told = [(one["type"], one["data"]["change"]["unit"]) for one in bodies(there)]  # type: ignore[index]
    assert told == [
        ("opinion.asked", "区住建局"),
        ("opinion.asked", "区财政局"),
        ("opinion.received", "区住建局"),
        ("opinion.withdrawn", "区住建局"),
        ("opinion.received", "区住建局"),
        ("opinion.withdrawn", "区住建局"),
        ("opinion.withdrawn", "区财政局"),
        ("opinion.withdrawn", "区住建局"),
    ]


def test_nothing_is_written_where_nobody_asked_or_the_action_failed(
    context: Context, there: Receiver
) -> None:
    casework = store(context)
    number, secret = added(context, hook(there))
    hooks.switch(casework, number, active=False)
    casework.create_matter(PROPOSAL)
    hooks.switch(casework, number, active=True)
    with pytest.raises(ZeroDivisionError), casework.transaction():
        casework.create_matter(PROPOSAL)
        raise ZeroDivisionError

    assert casework.run(deliveries.counts_of_hooks) == {}
    assert secret.startswith("whsec_")


# ------------------------------------------------------------------ how it is sent


def test_what_failed_is_tried_again_ever_later_and_given_up_after_days(
    context: Context, there: Receiver
) -> None:
    added(context, hook(there, "matter.registered"))
    there.status = 503
    store(context).create_matter(PROPOSAL)
    now = began = dt.datetime.now(dt.UTC)
    for tries in range(1, deliveries.MOST_TRIES + 1):
        assert send(context, now) == Round(0, 1)
        assert send(context, now) == Round()
        (one,) = store(context).run(deliveries.listed, ("等待", "失败"))
        assert (one.tries, one.reason) == (tries, "对方应答 503。")
        now = one.due
    assert one.state == "失败"
    assert dt.timedelta(days=2) < now - began < dt.timedelta(days=7)
    assert len({got.body for got in there.got}) == 1
    assert len({got.headers["webhook-id"] for got in there.got}) == 1
    stamps = [int(got.headers["webhook-timestamp"]) for got in there.got]
    assert stamps == sorted(set(stamps))

    there.status = 204
    assert deliveries.send_again(store(context), one.id, now)
    assert send(context, now) == Round(1, 0)
    assert list(store(context).run(deliveries.counts_of_hooks).values()) == [{"已发": 1}]


def test_of_one_matter_nothing_overtakes_and_another_matter_does_not_wait(
    context: Context, there: Receiver
) -> None:
    added(context, hook(there, "matter.registered", "matter.deleted"))
    casework = store(context)
    there.status = 500
    first = casework.create_matter(PROPOSAL)
    assert send(context) == Round(0, 1)
    there.status = 200
    casework.delete(first)
    second = casework.create_matter(PROPOSAL)

    assert send(context) == Round(1, 0)
    assert send(context, dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)) == Round(2, 0)
    told = [(one["type"], one["data"]["id"]) for one in bodies(there)]  # type: ignore[index]
    assert told[1:] == [
        ("matter.registered", second),
        ("matter.registered", first),
        ("matter.deleted", first),
    ]


def test_one_system_that_fails_keeps_no_other_waiting(context: Context, there: Receiver) -> None:
    added(context, Hook(0, "关着的", "http://127.0.0.1:9/in", ("matter.registered",)))
    added(context, hook(there, "matter.registered"))
    store(context).create_matter(PROPOSAL)

    assert send(context) == Round(1, 1)
    (failed,) = store(context).run(deliveries.listed, ("等待",))
    assert (failed.hook_name, len(there.got)) == ("关着的", 1)


def test_a_changed_secret_signs_beside_the_former_one_for_days(
    context: Context, there: Receiver
) -> None:
    number, old = added(context, hook(there, "matter.registered"))
    casework = store(context)
    began = dt.datetime.now(dt.UTC)
    new = hooks.rotate(casework, number, began)
    assert new is not None
    casework.create_matter(PROPOSAL)
    send(context)
    casework.create_matter(PROPOSAL)
    send(context, began + hooks.ROTATING + dt.timedelta(minutes=1))

    assert [verified(got, old, new) for got in there.got] == [[True, True], [False, True]]
    kept = casework.db.execute("SELECT secret, former FROM webhooks").fetchone()
    assert not any(one.removeprefix("whsec_") in "".join(kept) for one in (old, new))


def test_a_receiver_that_is_gone_for_good_is_not_told_any_more(
    context: Context, there: Receiver
) -> None:
    number, _ = added(context, hook(there, "matter.registered"))
    there.status = 410
    store(context).create_matter(PROPOSAL)

    assert send(context) == Round(0, 1)
    found = store(context).run(hooks.one, number)
    assert found is not None
    assert (found.active, found.stopped) == (False, sending.GONE)


def test_no_redirect_is_followed_and_nothing_of_an_answer_is_shown(
    context: Context, there: Receiver
) -> None:
    added(context, hook(there, "matter.registered"))
    there.status, there.headers = 302, {"Location": f"{there.url}/else"}
    there.answer = b"<script>x</script>"
    store(context).create_matter(PROPOSAL)

    assert send(context) == Round(0, 1)
    (one,) = store(context).run(deliveries.listed, ("等待",))
    assert one.reason == "对方要转到别处（302），没有跟随。"
    assert [got.path for got in there.got] == ["/in"]


def test_a_long_answer_is_not_read_to_its_end(context: Context, there: Receiver) -> None:
    added(context, hook(there, "matter.registered"))
    there.answer = b"x" * 3_000_000
    store(context).create_matter(PROPOSAL)

    assert send(context) == Round(1, 0)


def test_what_is_inside_and_was_not_opened_is_not_reached(
    context: Context, there: Receiver
) -> None:
    added(context, hook(there, "matter.registered"))
    store(context).create_matter(PROPOSAL)

    assert send(context, chosen=Webhooks()) == Round(0, 1)
    (one,) = store(context).run(deliveries.listed, ("等待",))
    assert "127.0.0.1 在内部" in one.reason
    assert "webhooks.allow" in one.reason
    assert there.got == []


def test_the_address_that_was_compared_is_the_one_connected_to(
    context: Context, there: Receiver
) -> None:
    """The name is pointed elsewhere after it was looked up: nobody looks it up again."""
    asked = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

    url = f"http://oa.example.gov.cn:{there.port}/in"
    chosen = Webhooks(allow="127.0.0.1")
    status = sending.post(Request("POST", url, {}, b"{}"), chosen, context, resolver=resolver)

    assert (status, asked) == (200, ["oa.example.gov.cn"])
    assert there.got[0].headers["Host"] == f"oa.example.gov.cn:{there.port}"


def test_a_lost_key_is_said_and_a_new_secret_helps(context: Context, there: Receiver) -> None:
    number, _ = added(context, hook(there, "matter.registered"))
    casework = store(context)
    (context.folder / "factors.key").write_bytes(os.urandom(32))
    casework.create_matter(PROPOSAL)

    assert send(context) == Round(0, 1)
    (one,) = casework.run(deliveries.listed, ("等待",))
    assert one.reason == hooks.LOST
    new = hooks.rotate(casework, number, NOON)
    assert new is not None
    later = dt.datetime.now(dt.UTC) + dt.timedelta(hours=1)
    assert send(context, later) == Round(1, 0)
    assert verified(there.got[0], new) == [True]


def test_a_message_tried_out_says_how_it_went(context: Context, there: Receiver) -> None:
    number, secret = added(context, hook(there))
    known = store(context).run(hooks.one, number)
    assert known is not None
    assert sending.try_out(context, HERE, known, dt.datetime.now(dt.UTC)) == ""
    there.status = 401
    assert sending.try_out(context, HERE, known, NOON) == "对方应答 401。"
    assert "在内部" in sending.try_out(context, Webhooks(), known, NOON)
    assert types(there) == ["test", "test"]
    assert verified(there.got[0], secret) == [True]


@pytest.mark.parametrize(
    ("one", "field"),
    [
        (Hook(0, "", "https://a.cn/", EVENTS), "name"),
        (Hook(0, "名" * 31, "https://a.cn/", EVENTS), "name"),
        (Hook(0, "甲", "https://a.cn/", ()), "events"),
        (Hook(0, "甲", "http://8.8.8.8/", EVENTS), "url"),
        (Hook(0, "甲", "https://10.9.9.9/", EVENTS), "url"),
        (Hook(0, "甲", "https://a.cn/" + "x" * 500, EVENTS), "url"),
        (Hook(0, "甲", "随便写", EVENTS), "url"),
    ],
)
def test_a_system_that_cannot_be_meant_is_refused_at_its_field(one: Hook, field: str) -> None:
    with pytest.raises(UserError) as caught:
        hooks.checked(one, "127.0.0.1")
    assert caught.value.field == field


def test_a_name_is_one_systems(context: Context, there: Receiver) -> None:
    added(context, hook(there))
    with pytest.raises(UserError, match="已经有名为") as caught:
        added(context, hook(there))
    assert caught.value.field == "name"


def test_the_example_of_the_specification_is_signed_as_it_says() -> None:
    secret = "whsec_plJ3nmyCDGBKInavdOK15jsl"
    made = signing.signature(
        secret,
        "msg_loFOjxBNrRLzqYUf",
        "1731705121",
        b'{"event_type":"ping","data":{"success":true}}',
    )
    assert made == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0="


# ------------------------------------------------------------------ killed, and several at once


KILLED = """
import datetime as dt, os, signal, sys
from pathlib import Path
from desk.context import open_folder
from desk.exchange import sending
from storage.configuration import Webhooks
def send(request, chosen, context):
    if sys.argv[2] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    sending.post(request, chosen, context)
    os.kill(os.getpid(), signal.SIGKILL)
with open_folder(Path(sys.argv[1])) as context:
    now = lambda: dt.datetime.now(dt.UTC)
    sending.send_waiting(context, Webhooks("127.0.0.1"), now, send=send)
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_service_that_is_killed_amid_a_try_sends_again_under_the_same_id(
    context: Context, there: Receiver, when: str
) -> None:
    added(context, hook(there, "matter.registered"))
    store(context).create_matter(PROPOSAL)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(told_to_itself(context.folder)), when],
        env={**os.environ},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL

    assert send(context, dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)) == Round(1, 0)
    assert len(there.got) == (1 if when == "before" else 2)
    assert len({(got.headers["webhook-id"], got.body) for got in there.got}) == 1


WRITING = """
import sys
from pathlib import Path
from casework import Casework
from drafting.model import Proposal
with Casework.open(Path(sys.argv[1])) as casework:
    while True:
        print(casework.create_matter(Proposal(subject="关于停车的提案")), flush=True)
"""


def test_whatever_was_acknowledged_is_told_though_the_writer_is_killed(
    context: Context, there: Receiver
) -> None:
    added(context, hook(there, "matter.registered"))
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITING, str(told_to_itself(context.folder))],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(12)]
    writer.kill()
    acknowledged += [int(one) for one in writer.stdout.read().split()]
    writer.wait()

    send(context, dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1))
    told = [one["data"]["id"] for one in bodies(there)]  # type: ignore[index]
    assert set(acknowledged) <= set(told)
    rows = store(context).db.execute("SELECT id FROM matters ORDER BY id")
    assert told == [row["id"] for row in rows]


def test_two_that_send_at_the_same_time_send_each_once(context: Context, there: Receiver) -> None:
    added(context, hook(there, "matter.registered"))
    store(context).create_matter(PROPOSAL)
    first: list[Round] = []

    def slow(request: Request, chosen: Webhooks, own: Context) -> int:
        with Casework.open(context.folder) as other:
            second = Context(context.folder, context.today, other)
            first.append(send(second))
        return sending.post(request, chosen, own)

    now = dt.datetime.now(dt.UTC)
    assert sending.send_waiting(context, HERE, lambda: now, send=slow) == Round(1, 0)
    assert (first, len(there.got)) == ([Round()], 1)


def test_what_ended_long_ago_goes_and_what_waits_stays(context: Context, there: Receiver) -> None:
    added(context, hook(there, "matter.registered"))
    store(context).create_matter(PROPOSAL)
    send(context)
    store(context).create_matter(PROPOSAL)
    deliveries.clear_old(store(context), dt.datetime.now(dt.UTC) + dt.timedelta(days=91))

    assert list(store(context).run(deliveries.counts_of_hooks).values()) == [{"等待": 1}]
    count = store(context).db.execute("SELECT count(*) FROM webhook_events").fetchone()[0]
    assert count == 1


def test_the_recipe_for_receivers_verifies_as_printed(context: Context, there: Receiver) -> None:
    page = (Path(__file__).parents[2] / "docs" / "exchange.md").read_text("utf-8")
    recipe: dict[str, Any] = {}
    exec(page.split("```python\n")[1].split("```")[0], recipe)
    _, secret = added(context, hook(there, "matter.registered"))
    store(context).create_matter(PROPOSAL)
    send(context)
    (got,) = there.got
    headers = {name.lower(): value for name, value in got.headers.items()}
    old = {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) - 301)}

    assert recipe["verify"](secret, headers, got.body)
    assert not recipe["verify"](signing.new_secret(), headers, got.body)
    assert not recipe["verify"](secret, headers, got.body + b" ")
    assert not recipe["verify"](secret, {**headers, "webhook-id": "evt_other"}, got.body)
    assert not recipe["verify"](secret, old, got.body)


def test_every_event_is_in_the_document() -> None:
    page = (Path(__file__).parents[2] / "docs" / "exchange.md").read_text("utf-8")
    table = [line for line in page.splitlines() if line.startswith("| `")]
    told = {name for line in table for name in re.findall(r"`([a-z]+\.[a-z]+)`", line)}
    assert told == set(EVENTS)


def test_it_is_a_job_that_is_asked_for_when_something_is_due(
    context: Context, there: Receiver
) -> None:
    configuration = Configuration(webhooks=HERE)
    looker = Looker(context.folder, configuration, [delivering.KIND])
    added(context, hook(there))
    assert looker.look() == []
    store(context).create_matter(PROPOSAL, unit=UNIT)
    assert looker.look() == [delivering.KIND]
    worker = Worker(context.folder, configuration, [delivering.KIND])
    assert [worker.step(), worker.step()] == [True, False]
    worker.close()
    assert types(there) == ["matter.registered"] and looker.look() == []
    wrong = Configuration(webhooks=Webhooks(allow="http://a/b"))
    with pytest.raises(UserError):
        delivering.check(wrong)
