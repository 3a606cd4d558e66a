"""Into PostgreSQL and back: the same rows, numbers and chain; cut off, gone on with, proved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from filled_office import ACTOR, content, filled, give
from postgres_server import Server, name_of

from casework import Casework
from drafting.errors import UserError
from drafting.model import Proposal
from service.doctor import examine
from service.steps import STEPS
from storage import moving_house
from storage.backups.backup import DATABASES
from storage.connection import connect, read_file
from storage.database import url_of
from storage.engine import Connection
from storage.log import audit
from storage.postgres.connection import close_pool
from storage.postgres.staging import schemas, staged
from storage.tables import carrying, filling

pytestmark = pytest.mark.sqlite


@pytest.fixture
def data(tmp_path: Path, fill: Callable[[Path], Path]) -> Path:
    return filled(tmp_path / "data", fill)


@pytest.fixture
def url(postgres: Server, tmp_path: Path) -> Iterator[str]:
    name = name_of(tmp_path)
    yield postgres.fresh(name)
    close_pool(postgres.url(name))
    postgres.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def move(data: Path, url: str, say: Callable[[str], None] = lambda _: None) -> moving_house.Moved:
    return moving_house.move(data, url, STEPS, ACTOR, say)


def files(data: Path) -> dict[str, dict[str, list[str]]]:
    found = {}
    for name in DATABASES:
        with closing(read_file(data / name)) as db:
            found[name] = content(db) | {"numbers": [str(sorted(carrying.numbers(db).items()))]}
    return found


def without_the_move(held: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out the entries that the moves themselves made, and the numbers these took."""
    log = [row for row in held["log"] if filling.MOVED not in row]
    return held | {"log": log, "numbers": [one.split("('log'")[0] for one in held["numbers"]]}


def test_there_and_back_every_row_is_as_it_was(data: Path, url: str) -> None:
    before = files(data)
    assert not [table for held in before.values() for table, rows in held.items() if not rows]
    there = move(data, url)
    assert files(data) == before
    moving_house.switch(data, url)
    with Casework.open(data) as casework, closing(connect(data / "archive.db")) as archive:
        moved = {"casework.db": content(casework.db), "archive.db": content(archive)}
        assert not audit.verify(casework.db).faults
        assert not audit.verify(archive).faults
        last = audit.entries(casework.db, audit.Filters(action=filling.MOVED))[0]
        assert (last.who, last.what) == (ACTOR.who, "casework.db")
        assert "原日志到 casework:" in last.detail
    for name in DATABASES:
        held = {**moved[name], "numbers": before[name]["numbers"]}
        assert without_the_move(held) == without_the_move(before[name])
    back = move(data, "")
    moving_house.switch(data, "")
    after = files(data)
    for name in DATABASES:
        assert without_the_move(after[name]) == without_the_move(before[name])
    assert back.kept
    assert back.rows["casework.db"] == there.rows["casework.db"] + 1
    assert not [one for one in examine(data) if not one.ok and one.name.startswith("数据库 ")]


def test_document_numbers_go_on_and_no_number_is_given_twice(data: Path, url: str) -> None:
    with Casework.open(data) as casework:
        matters = [casework.create_matter(_proposal(n)) for n in range(3)]
        given = [give(casework, one) for one in matters]
    move(data, url)
    moving_house.switch(data, url)
    with Casework.open(data) as casework:
        following = casework.create_matter(_proposal(9))
        assert following == matters[-1] + 1
        assert _number(give(casework, following)) == _number(given[-1]) + 1
        phrase = casework.add_phrase("此复。")
        casework.remove_phrase(phrase)
    move(data, "")
    moving_house.switch(data, "")
    with Casework.open(data) as casework:
        last = casework.create_matter(_proposal(10))
        assert last == following + 1
        assert _number(give(casework, last)) == _number(given[-1]) + 2
        assert casework.add_phrase("特此函复。") == phrase + 1


KILLED = """
import os, signal, sys
from pathlib import Path
from storage import moving_house
from storage.log import audit
from storage.tables import carrying
from service.steps import STEPS

carrying.BATCH_ROWS = 2
left = int(sys.argv[3])

def tell(table, done, whole):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

moving_house.move(Path(sys.argv[1]), sys.argv[2], STEPS, audit.Actor(), print, tell)
"""


def killed(data: Path, url: str, batches: int) -> None:
    if own := url_of(data):
        close_pool(own)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, data, url, str(batches)], capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows 没有 SIGKILL，跳过")
def test_killed_between_batches_it_goes_on_where_it_was(data: Path, url: str) -> None:
    before = files(data)
    killed(data, url, 30)
    told: list[tuple[str, int]] = []
    said: list[str] = []
    moving_house.move(
        data, url, STEPS, ACTOR, said.append, lambda table, done, _: told.append((table, done))
    )
    assert said[0] == "archive.db：上次没有搬完，接着搬。"
    moving_house.switch(data, url)
    killed(data, "", 40)
    back: list[str] = []
    assert move(data, "", back.append).kept
    assert "archive.db：上次没有搬完，接着搬。" in back
    after = files(data)
    for name in DATABASES:
        assert without_the_move(after[name]) == without_the_move(before[name])


def test_what_changed_in_between_is_moved_anew(data: Path, url: str) -> None:
    killed(data, url, 40)
    with Casework.open(data) as casework:
        casework.create_matter(_proposal(7))
    said: list[str] = []
    move(data, url, said.append)
    changed = "casework.db：来源在上次没有搬完后又有变化，重新搬。"
    assert (changed in said) or said[0] == "archive.db：上次没有搬完，接着搬。"
    moving_house.switch(data, url)
    with Casework.open(data) as casework:
        assert any("第7号" in (one.subject or "") for one in casework.matters())


def test_a_row_changed_in_the_target_is_found_and_nothing_put_in_place(
    data: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry = carrying.carry

    def changed(source: Connection, target: Connection, tell: carrying.Tell) -> int:
        cut = carry(source, target, tell)
        if "phrases" in carrying.tables_of(target):
            target.execute("UPDATE phrases SET text = text || '。' WHERE id = 1")
        return cut

    with monkeypatch.context() as patch:
        patch.setattr(carrying, "carry", changed)
        with pytest.raises(UserError, match=r"表 phrases：来源 \d 行，目标 \d 行，内容不同"):
            move(data, url)
    with closing(staged(url, "casework.db")) as db:
        assert not {"casework", "archive"} & schemas(db)
    move(data, url)


def _number(text: str) -> int:
    return int(text.rpartition("〕")[2].removesuffix("号"))


def _proposal(number: int) -> Proposal:
    return Proposal(subject=f"关于第{number}号街角增设座椅的提案")
