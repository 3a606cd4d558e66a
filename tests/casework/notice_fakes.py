"""An office of accounts, a receiver here, and a message that waits, for tests of notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from procedure_fakes import PROPOSAL, go, ready
from receiver import Receiver, receiver

from casework import Casework
from casework.notices.spreading import spread
from casework.people.roles import UserRole
from casework.procedure.guards import Doer
from storage.configuration import Channel, Configuration, Notices

UNIT = "城管局"
NAME = "关于加强老旧小区停车管理的提案"
PEOPLE: dict[str, tuple[str, tuple[UserRole, ...]]] = {
    "沈知秋": (UNIT, ("经办",)),
    "白屿": (UNIT, ("经办",)),
    "顾清和": (UNIT, ("核稿",)),
    "闻溪": (UNIT, ("签发",)),
    "程督办": ("", ("督办",)),
    "管理员": (UNIT, ("系统管理",)),
    "别处人": ("教育局", ("经办", "核稿", "签发")),
}
NOON = dt.datetime(2026, 6, 15, 12, 0).astimezone()


@pytest.fixture
def office(casework: Casework, monkeypatch: pytest.MonkeyPatch) -> Casework:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    for name, (unit, roles) in PEOPLE.items():
        casework.people.add(name, "青岚-城管-2026-春", unit=unit, roles=roles)
    return casework


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as found:
        yield found


def as_(name: str) -> Doer:
    return Doer(name, "", frozenset(PEOPLE[name][1]), alone=False)


def drafted(office: Casework) -> int:
    """A matter of the unit, whole, handled by 沈知秋."""
    matter = ready(office)
    office.set_units(matter, [UNIT])
    go(office, matter, "reassign", as_("顾清和"), handler="沈知秋", section="")
    office.db.execute("DELETE FROM notices")
    return matter


def told(office: Casework) -> list[tuple[str, str]]:
    rows = office.db.execute("SELECT person, kind FROM notices ORDER BY id")
    return [(row["person"], row["kind"]) for row in rows]


def configured(there: Receiver, *channels: Channel, **more: str) -> Configuration:
    usual = Channel("群", "json", f"{there.url}/hook", "*")
    given = {"quiet": "", **more}
    return Configuration(notices=Notices(there.allowed, **given), channels=channels or (usual,))


def messages(office: Casework) -> list[tuple[str, int, str, str]]:
    rows = office.db.execute("SELECT person, tries, state, reason FROM outbox ORDER BY made, id")
    return [(row["person"], row["tries"], row["state"], row["reason"]) for row in rows]


def quick(request: object, allowed: object, **more: object) -> bytes:
    from casework.notices.posting import Limits, post

    return post(request, allowed, limits=Limits(0.4, 0.8), **more)  # type: ignore[arg-type]


def notice(
    office: Casework, person: str, kind: str, matter: int, mark: str, at: dt.datetime
) -> None:
    office.db.execute(
        "INSERT INTO notices (person, kind, matter, mark, at) VALUES (?, ?, ?, ?, ?)",
        (person, kind, matter, mark, at.astimezone(dt.UTC).isoformat(timespec="seconds")),
    )


@pytest.fixture
def waiting(office: Casework, there: Receiver) -> Configuration:
    """A message to 沈知秋 that waits to be sent."""
    matter = office.create_matter(PROPOSAL, unit=UNIT)
    notice(office, "沈知秋", "待办", matter, "1", NOON)
    configuration = configured(there)
    assert spread(office, configuration, NOON) == 1
    return configuration
