"""Requests are served in turns between those who send them, whoever sends how many."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from drafting.programs.resting import at_rest
from service.turns import ASKER, Asides, Askers, FairTurns, goes_aside, no_asides

THREADS = 4


@dataclass(eq=False)
class Request:
    """A request that is at work until it is let go; ``rests`` is what it does meanwhile."""

    who: str
    begun: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)
    cancelled: bool = False
    work: Callable[[], None] = lambda: None

    def service(self) -> None:
        self.begun.set()
        self.work()
        self.goes_on.wait(30)

    def cancel(self) -> None:
        self.cancelled = True


class House:
    """A dispatcher, and what is at work in it."""

    def __init__(self, asides: Asides = no_asides) -> None:
        more: dict[str, Any] = {"asides": asides} if asides else {}
        self.spent: list[str] = []
        self.turns = FairTurns(
            THREADS,
            lambda task: str(task.who),
            spends=lambda who, _: self.spent.append(who),
            **more,
        )
        self.sent: list[Request] = []

    def send(
        self, who: str, many: int = 1, work: Callable[[], None] = lambda: None
    ) -> list[Request]:
        made = [Request(who, work=work) for _ in range(many)]
        self.sent += made
        for one in made:
            self.turns.add_task(one)
        return made

    def begin(self, *expected: Request) -> None:
        """These begin, and of the others none has."""
        for one in expected:
            assert one.begun.wait(30)

    def working(self) -> list[Request]:
        return [one for one in self.sent if one.begun.is_set() and not one.goes_on.is_set()]

    def close(self) -> None:
        for one in self.sent:
            one.goes_on.set()
        self.turns.shutdown()


def test_beside_others_one_person_has_one_request_at_work() -> None:
    house = House()
    (first,) = house.send("乙")
    house.begin(first)
    many = house.send("甲", 6)
    (last,) = house.send("丙")
    house.begin(first, many[0], last)
    assert house.working() == [first, many[0], last]
    # Whoever waits is served in turn: 丙's next before all that 甲 still has.
    (next_one,) = house.send("丙")
    many[0].goes_on.set()
    house.begin(many[1])
    last.goes_on.set()
    house.begin(next_one)
    assert house.working() == [first, many[1], next_one]
    house.close()


def test_alone_one_person_has_all_threads_but_one() -> None:
    house = House()
    many = house.send("甲", 6)
    house.begin(*many[: THREADS - 1])
    assert not many[THREADS - 1].begun.is_set()
    (other,) = house.send("乙")
    house.begin(other)
    house.close()


def test_what_rests_leaves_its_place_to_the_next_but_half_of_the_threads_are_others() -> None:
    house, over = House(), threading.Event()

    def rests() -> None:
        # A program that is called by what waits already is one rest.
        with at_rest(), at_rest():
            over.wait(30)

    (other,) = house.send("乙")
    house.begin(other)
    waiting = house.send("甲", 5, rests)
    house.begin(*waiting[: THREADS // 2])
    # Half of the threads are 甲's, though none of her requests is at work.
    (third,) = house.send("丙")
    house.begin(third)
    assert house.working() == [other, *waiting[: THREADS // 2], third]
    over.set()
    house.close()


def test_what_goes_aside_waits_in_half_of_the_threads_and_leaves_the_others_theirs() -> None:
    asides = Asides(is_long=lambda task: task.who == "丁", much=lambda who: who in "甲乙")
    house, over = House(asides), threading.Event()
    where: list[tuple[str, str]] = []

    def waits() -> None:
        with at_rest():
            over.wait(30)

    def noted() -> None:
        where.append((goes_aside.get(), "丙"))

    (first,) = house.send("丙", work=noted)
    house.begin(first)
    greedy = house.send("甲", 4, waits)
    house.begin(*greedy[: THREADS // 2])
    # Neither the second who has had much, nor what takes long, takes what is left.
    others = [*house.send("乙", 2, waits), *house.send("丁", 1, waits)]
    (next_one,) = house.send("戊")
    house.begin(next_one)
    assert house.working() == [first, *greedy[: THREADS // 2], next_one]
    assert not any(one.begun.is_set() for one in others)
    assert where == [("", "丙")]
    first.goes_on.set()
    (again,) = house.send("丙")
    house.begin(again)
    assert house.spent == ["丙"]
    over.set()
    house.close()


def test_who_has_had_much_stays_where_nobody_else_is_about() -> None:
    house = House(Asides(is_long=lambda _: False, much=lambda _: True))
    where: list[str] = []
    (one,) = house.send("甲", work=lambda: where.append(goes_aside.get()))
    house.begin(one)
    house.send("乙")
    (other,) = house.send("甲", work=lambda: where.append(goes_aside.get()))
    one.goes_on.set()
    house.begin(other)
    assert where == ["", "甲"]
    house.close()


def test_what_waits_when_the_service_ends_is_cancelled() -> None:
    house = House()
    many = house.send("甲", 6)
    house.begin(*many[: THREADS - 1])
    for one in many[: THREADS - 1]:
        one.goes_on.set()
    for one in many[THREADS - 1 :]:
        one.goes_on.set()
    house.turns.shutdown()
    assert all(one.begun.is_set() or one.cancelled for one in many)


def channel(address: str, **headers: str) -> Any:
    return SimpleNamespace(requests=[SimpleNamespace(headers=headers)], addr=(address, 1))


def test_who_asks_is_the_account_of_the_session_else_the_address() -> None:
    def app(environ: dict[str, Any], start: object) -> list[bytes]:
        environ[ASKER] = "林知远"
        return []

    askers = Askers(["10.0.0.1"])
    serve = askers.told_by(app)
    mine = channel("10.0.0.9", COOKIE="a=b; __Host-drafting=x.y")
    assert askers.of(mine) == "10.0.0.9"
    serve({"HTTP_COOKIE": "a=b; __Host-drafting=x.y"}, lambda *_: lambda _: None)
    assert askers.of(mine) == "@林知远"
    # A session that nobody has found good is no name: inventing many gives no more turns.
    assert askers.of(channel("10.0.0.9", COOKIE="__Host-drafting=z")) == "10.0.0.9"
    assert askers.of(channel("10.0.0.9", COOKIE="other=x.y")) == "10.0.0.9"
    proxied = {"X_FORWARDED_FOR": "1.1.1.1, 10.0.0.7"}
    assert askers.of(channel("10.0.0.1", **proxied)) == "10.0.0.7"
    assert askers.of(channel("10.0.0.2", **proxied)) == "10.0.0.2"
    # By IPv6 one visitor has many addresses, and one line.
    assert askers.of(channel("2001:db8::1")) == askers.of(channel("2001:db8::2"))
