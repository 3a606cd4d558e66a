"""Other systems: their tokens, from the first to the withdrawn, and what was answered once."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from casework import Casework
from casework.people import clock
from casework.systems import Admitted, Refused, answers, numbers, tokens
from casework.systems.answers import Answer, OtherRequest
from drafting.errors import UserError
from drafting.model import Proposal
from storage import database
from storage.log import audit
from storage.log.audit import Actor

WHO = Actor("管理员甲", "127.0.0.1")
UNIT = "青岚区城市管理局"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    with Casework.open(tmp_path) as opened:
        yield opened


def add(casework: Casework, name: str = "提案管理系统", **more: object) -> str:
    _, token = casework.run(tokens.add, name, UNIT, ["登记"], actor=WHO, **more)  # type: ignore[arg-type]
    return token


def admit(casework: Casework, token: str, address: str = "10.1.2.3") -> Admitted | Refused:
    return casework.run(tokens.admit, token, address)


def fault(found: Admitted | Refused) -> str:
    return found.fault if isinstance(found, Refused) else ""


def later(casework: Casework, monkeypatch: pytest.MonkeyPatch, by: dt.timedelta) -> None:
    now = casework.run(clock.CLOCK.now) + by
    monkeypatch.setattr(clock, "CLOCK", clock.Clock(wall=now.timestamp))


# ------------------------------------------------------------------ tokens


def test_a_token_lets_its_system_in_and_stands_nowhere(casework: Casework) -> None:
    token = add(casework)
    found = admit(casework, token)

    assert isinstance(found, Admitted)
    assert (found.system.name, found.system.unit) == ("提案管理系统", UNIT)
    assert found.system.scopes == {"登记"}
    assert fault(admit(casework, token[:-1] + ("a" if token[-1] != "a" else "b"))) == "没有这个凭证"
    assert fault(admit(casework, "")) == "没有这个凭证"
    kept = [
        str(tuple(row))
        for table in ("systems", "system_tokens", "log")
        for row in casework.db.execute(f"SELECT * FROM {table}")  # noqa: S608
    ]
    assert len(kept) == 3 and token[8:] not in "".join(kept)


def test_tokens_differ_and_are_long(casework: Casework) -> None:
    made = {add(casework, f"系统{number}") for number in range(20)}
    assert len(made) == 20
    assert {len(one) for one in made} == {47} and all(one[4:].isalnum() for one in made)


def test_a_withdrawn_token_is_refused_at_once_in_every_process(
    casework: Casework, tmp_path: Path
) -> None:
    token = add(casework)
    with Casework.open(tmp_path) as elsewhere:
        assert isinstance(admit(elsewhere, token), Admitted)
        assert casework.run(tokens.withdraw, "提案管理系统", actor=WHO) == 1
        found = admit(elsewhere, token)
    assert isinstance(found, Refused)
    assert found.fault == "凭证已作废" and found.system is not None
    assert casework.run(tokens.withdraw, "提案管理系统", actor=WHO) == 0


def test_a_rotated_token_is_good_for_a_while_yet(
    casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = add(casework)
    second = casework.run(tokens.rotate, "提案管理系统", overlap=dt.timedelta(hours=2), actor=WHO)
    both = [fault(admit(casework, one)) for one in (first, second)]
    later(casework, monkeypatch, dt.timedelta(hours=2, seconds=1))
    after = [fault(admit(casework, one)) for one in (first, second)]
    assert (both, after) == (["", ""], ["凭证已过期", ""])


def test_rotation_makes_no_token_live_longer(
    casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = add(casework, days=1)
    casework.run(tokens.rotate, "提案管理系统", overlap=dt.timedelta(hours=720), actor=WHO)
    later(casework, monkeypatch, dt.timedelta(hours=25))
    assert fault(admit(casework, token)) == "凭证已过期"


def test_one_token_of_several_is_withdrawn_by_how_it_begins(casework: Casework) -> None:
    first = add(casework)
    second = casework.run(tokens.rotate, "提案管理系统", actor=WHO)
    gone = casework.run(tokens.withdraw_by_hint, "提案管理系统", first[4:8], actor=WHO)
    assert gone == 1
    assert [fault(admit(casework, one)) for one in (first, second)] == ["凭证已作废", ""]
    with pytest.raises(UserError, match="没有以“----”开头的凭证"):
        casework.run(tokens.withdraw_by_hint, "提案管理系统", "----", actor=WHO)


@pytest.mark.parametrize(
    ("address", "comes"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("10.1.3.3", False),
        ("2001:db8::1", True),
        ("2001:db9::1", False),
        ("未知地址", False),
    ],
)
def test_a_token_may_be_bound_to_addresses(casework: Casework, address: str, comes: bool) -> None:
    token = add(casework, networks=["10.1.2.0/24, 2001:db8::/32"])
    assert (fault(admit(casework, token, address)) == "") == comes


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "系统\n=cmd()"}, "name"),
        ({"name": "<b>系统</b>"}, "name"),
        ({"name": "长" * 33}, "name"),
        ({"name": "提案管理系统"}, "name"),
        ({"unit": ""}, "unit"),
        ({"unit": "没有的局"}, "unit"),
        ({"scopes": []}, "scopes"),
        ({"networks": ["10.1.2.300"]}, "networks"),
        ({"networks": [f"10.0.0.{one}" for one in range(21)]}, "networks"),
        ({"days": 0}, "days"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    casework: Casework, more: dict[str, object], field: str
) -> None:
    add(casework)
    casework.people.add("林知远", unit=UNIT)
    given = {"name": "另一个", "unit": UNIT, "scopes": ["登记"], **more}
    with pytest.raises(UserError) as refused:
        casework.run(tokens.add, actor=WHO, **given)  # type: ignore[arg-type]
    assert refused.value.field == field
    assert [one.name for one in casework.run(tokens.listed)] == ["提案管理系统"]


def test_use_is_noted_and_what_was_done_is_in_the_log(casework: Casework) -> None:
    token = add(casework)
    found = admit(casework, token)
    assert isinstance(found, Admitted)
    casework.run(tokens.note_use, found.token, "10.1.2.3")
    casework.run(tokens.change, "提案管理系统", ["登记", "查状态"], [], actor=WHO)
    casework.run(tokens.withdraw, "提案管理系统", actor=WHO)
    (own,) = casework.run(tokens.tokens, found.system.id)

    assert own.used is not None and own.used_from == "10.1.2.3"
    said = [
        (one.action, one.what, one.detail) for one in audit.entries(casework.db, audit.Filters())
    ]
    assert list(reversed(said)) == [
        ("增加接入系统", "系统：提案管理系统", f"{UNIT}：登记"),
        ("修改接入系统", "系统：提案管理系统", "登记 查状态；来源地址 不限"),
        ("作废接口凭证", "系统：提案管理系统", f"{token[4:8]}…"),
    ]
    assert token not in str(said)


# ------------------------------------------------------------------ once


def system_id(casework: Casework, name: str = "提案管理系统") -> int:
    add(casework, name)
    found = casework.run(tokens.one, name)
    assert found is not None
    return found.id


def registering(casework: Casework, subject: str = "停车") -> Answer:
    number = casework.create_matter(Proposal(subject=subject), unit=UNIT)
    return Answer(201, str(number).encode(), f"/{number}")


def test_what_was_done_under_a_key_is_answered_again(casework: Casework) -> None:
    own, other = system_id(casework), system_id(casework, "OA")
    first = casework.run(answers.once, own, "k", "a", lambda: registering(casework))
    again = casework.run(answers.once, own, "k", "a", lambda: registering(casework))
    with pytest.raises(OtherRequest):
        casework.run(answers.once, own, "k", "b", lambda: registering(casework))
    theirs = casework.run(answers.once, other, "k", "b", lambda: registering(casework))

    assert (again.body, again.location, again.again) == (first.body, first.location, True)
    # Of another system's key nobody learns anything.
    assert not theirs.again and theirs.body != first.body
    assert len(casework.matters()) == 2


def test_what_failed_takes_no_key_and_leaves_nothing(casework: Casework) -> None:
    own = system_id(casework)

    def half() -> Answer:
        registering(casework)
        raise UserError("不行")

    with pytest.raises(UserError, match="不行"):
        casework.run(answers.once, own, "k", "a", half)
    assert casework.matters() == []
    assert casework.run(answers.known, own, "k", "a") is None


def test_a_key_is_kept_for_days_and_then_free(
    casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = system_id(casework)
    casework.run(answers.once, own, "k", "a", lambda: registering(casework))
    later(casework, monkeypatch, answers.KEPT + dt.timedelta(seconds=1))
    assert casework.run(answers.known, own, "k", "b") is None
    casework.run(answers.once, own, "k", "b", lambda: registering(casework))
    assert len(casework.matters()) == 2


_CHILD = """
import os, sys
from pathlib import Path
from casework import Casework
from casework.systems import answers, numbers
from casework.systems.answers import Answer
from drafting.model import Proposal
with Casework.open(Path(sys.argv[1])) as casework:
    def do():
        number = casework.create_matter(Proposal(subject="停车"), unit="青岚区城市管理局")
        casework.run(numbers.keep, int(sys.argv[2]), "TA-1", number)
        if sys.argv[3] == "killed":
            os._exit(9)
        return Answer(201, str(number).encode())
    answer = casework.run(answers.once, int(sys.argv[2]), "k", "a", do)
    print(answer.body.decode(), answer.again)
"""


def child(folder: Path, own: int, how: str = "") -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(folder), str(own), how],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.strip()


def test_a_process_that_dies_in_the_middle_has_done_nothing_and_of_many_at_once_one_does_it(
    casework: Casework, tmp_path: Path
) -> None:
    own = system_id(casework)
    if url := database.url_of(tmp_path):
        # The processes find it as those of a service do.
        (tmp_path / "config.toml").write_text(f"[database]\nurl = {json.dumps(url)}\n", "utf-8")
    assert child(tmp_path, own, "killed")[0] == 9
    assert casework.matters() == []

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: child(tmp_path, own), range(4)))
    (matter,) = casework.matters()
    assert {code for code, _ in found} == {0}
    assert sorted(said for _, said in found) == [f"{matter.id} False", *[f"{matter.id} True"] * 3]


def test_one_number_of_a_system_is_one_matter(casework: Casework) -> None:
    own, other = system_id(casework), system_id(casework, "OA")
    first = casework.create_matter(Proposal(subject="停车"))
    casework.run(numbers.keep, own, "TA-1", first)
    casework.run(numbers.keep, other, "TA-1", first)
    with pytest.raises(numbers.NumberTaken) as taken:
        casework.run(numbers.keep, own, "TA-1", casework.create_matter(Proposal(subject="别的")))
    assert taken.value.matter == first
    assert casework.run(numbers.matter_of, own, "TA-1") == first
    assert casework.run(numbers.number_of, own, first) == "TA-1"
    assert casework.run(numbers.number_of, own, first + 1) is None
