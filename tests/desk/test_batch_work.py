"""A batch made, killed in the midst and resumed, undone: nothing lost, nothing doubled."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from batch_fakes import batch_of, begun, ledger, planned, work_on
from procedure_fakes import told_to_itself
from shared_data import PROJECT

from bench.ledger_files import items, ledger_with_papers, paper
from casework import Casework
from casework.batches import Batches
from desk.batch import work
from desk.batch.confirming import confirm
from drafting.errors import UserError
from service.working import take_up
from storage import originals
from storage.configuration import Configuration
from storage.log import audit

FEW, MANY = 12, 30
WORK = """
import sys
from pathlib import Path
from desk.batch.work import BatchWork
work = BatchWork(Path(sys.argv[1]))
while work.step_of(int(sys.argv[2])):
    pass
"""


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    with Casework.open(tmp_path) as opened:
        yield opened


def confirmed(casework: Casework, folder: Path, count: int) -> int:
    """A batch of ``count`` lines with papers, confirmed and not yet made."""
    number = begun(casework, folder, ("交办.zip", ledger_with_papers(count)))
    plan = planned(casework, number)
    assert confirm(Batches(casework), batch_of(casework, number), plan) == {}
    return number


def made(casework: Casework, folder: Path, count: int) -> int:
    number = confirmed(casework, folder, count)
    work_on(folder, number)
    return number


def test_confirmed_lines_become_matters_with_their_papers(
    casework: Casework, tmp_path: Path
) -> None:
    number = made(casework, tmp_path, 3)
    batch = batch_of(casework, number)
    assert (batch.state, batch.done, batch.total) == ("made", 3, 3)
    lines = Batches(casework).lines(number)
    assert [line.state for line in lines] == ["made"] * 3
    for line, one in zip(lines, items(3), strict=True):
        matter = casework.matter(line.matter or 0)
        assert matter is not None and not matter.confirmed
        proposal = matter.draft.proposal
        assert (proposal.item_no, proposal.subject) == (str(one.number), one.subject)
        assert len(proposal.suggestions) == 3
        original = casework.original(matter.id)
        assert original is not None and original[0] == f"第{one.number}号.docx"
    # The matters hold their papers; the batch holds none any more.
    assert casework.db.execute("SELECT count(*) FROM batch_contents").fetchone()[0] == 0


def test_what_was_done_is_in_the_log_under_who_did_it(casework: Casework, tmp_path: Path) -> None:
    casework.actor = audit.Actor("经办员", "10.0.0.8")
    batches = Batches(casework)
    content = ledger_with_papers(2)
    number = batches.begin("经办员", "区城管局", "default", [("交办.zip", content)])
    work_on(tmp_path, number)
    confirm(batches, batch_of(casework, number), planned(casework, number))
    work_on(tmp_path, number)
    batches.undo(number)
    actions = [(one.who, one.action) for one in audit.each(casework.db, audit.Filters())]
    assert actions == [("经办员", action) for action in (
        "批量登记", "确认批量登记", "登记提案", "登记提案", "删除提案", "删除提案", "撤销批量登记",
    )]  # fmt: skip
    matters = casework.matters(deleted=True)
    assert [casework.units_of(one.id) for one in matters] == [{"区城管局"}] * 2
    assert [one.author for one in casework.versions(matters[0].id)] == ["经办员"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有 SIGKILL，跳过")
@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_killed_again_and_again_each_line_becomes_one_matter(
    casework: Casework, tmp_path: Path, count: int
) -> None:
    chance = random.Random(20261127)
    batches = Batches(casework)
    number = batches.begin("", "", "default", [("交办.zip", ledger_with_papers(count))])
    kills = 0
    while (batch := batch_of(casework, number)).state != "made":
        if batch.state == "planned":
            assert confirm(batches, batch, planned(casework, number)) == {}
        until = batch_of(casework, number).done + chance.randint(2, 7)
        process = subprocess.Popen(
            [sys.executable, "-c", WORK, str(told_to_itself(tmp_path)), str(number)],
            cwd=PROJECT,
        )
        while process.poll() is None and batch_of(casework, number).done < until:
            time.sleep(0.002)
        if process.poll() is None:
            process.kill()
            kills += 1
        process.wait()
        acknowledged = [line.matter for line in batches.lines(number) if line.state == "made"]
        assert all(casework.matter(one or 0) for one in acknowledged)
        assert len(casework.matters()) == len(acknowledged)
    assert kills > 1
    assert sorted(one.item_no or "" for one in casework.matters()) == sorted(
        str(one.number) for one in items(count)
    )
    assert not [file for file in batches.files(number) if file.state in ("waiting", "refused")]


def test_a_service_that_starts_goes_on_with_what_is_left(
    casework: Casework, tmp_path: Path
) -> None:
    number = confirmed(casework, tmp_path, 4)
    chosen = Configuration()
    assert work.KIND in take_up(tmp_path, chosen)
    for _ in range(600):
        if batch_of(casework, number).state == "made":
            break
        time.sleep(0.02)
    assert len(casework.matters()) == 4
    assert take_up(tmp_path, chosen) == []


def test_a_file_over_which_the_program_ended_twice_is_refused(
    casework: Casework, tmp_path: Path
) -> None:
    batches = Batches(casework)
    number = batches.begin("", "", "default", [("甲.docx", paper(items(1)[0]))])
    assert batches.next_file(number) is not None
    assert batches.next_file(number) is not None
    assert batches.next_file(number) is None
    (file,) = batches.files(number)
    assert file.state == "refused" and "两次中断" in file.reason


def test_the_undo_leaves_what_somebody_has_worked_on(casework: Casework, tmp_path: Path) -> None:
    number = made(casework, tmp_path, 5)
    lines = Batches(casework).lines(number)
    checked, edited, deleted, given, left = (line.matter or 0 for line in lines)
    for matter_id in (checked, edited):
        matter = casework.matter(matter_id)
        assert matter is not None
        draft = replace(matter.draft, doc_no="青城管函〔2026〕1号")
        if matter_id == checked:
            casework.confirm_suggestions(matter_id, matter.draft, 1)
        else:
            casework.save_draft(matter_id, draft, 1)
    casework.delete(deleted)
    casework.set_units(given, ["区教育局"])
    assert Batches(casework).undo(number) == (1, 4)
    assert [(one.state, one.reason) for one in Batches(casework).lines(number)] == [
        ("kept", "已经开始办理"),
        ("kept", "已经核对或修改"),
        ("kept", "已由他人删除"),
        ("kept", "已经分给别的单位"),
        ("removed", ""),
    ]
    assert {one.id for one in casework.matters()} == {checked, edited, given}
    assert casework.restore(left)
    with pytest.raises(UserError, match="已经撤销"):
        Batches(casework).undo(number)


def test_after_the_undo_the_same_ledger_is_new_again(casework: Casework, tmp_path: Path) -> None:
    number = made(casework, tmp_path, 3)
    again = begun(casework, tmp_path, ("交办.zip", ledger_with_papers(3)))
    assert [line.status for line in planned(casework, again).lines] == ["已登记"] * 3
    Batches(casework).undo(number)
    assert [line.status for line in planned(casework, again).lines] == ["新登记"] * 3


def test_what_another_clerk_registered_meanwhile_is_not_doubled(
    casework: Casework, tmp_path: Path
) -> None:
    first, second = (confirmed(casework, tmp_path, 3) for _ in range(2))
    work_on(tmp_path, first)
    work_on(tmp_path, second)
    assert len(casework.matters()) == 3
    lines = Batches(casework).lines(second)
    assert [line.reason for line in lines] == [
        f"确认以后已由他人登记（提案 {number}）" for number in (1, 2, 3)
    ]


def test_nothing_is_made_before_it_is_confirmed_and_only_once(
    casework: Casework, tmp_path: Path
) -> None:
    row = [118, "关于停车的提案", "祁听雨", "区城管局", "2026-06-02"]
    number = begun(casework, tmp_path, ("表.xlsx", ledger(row)))
    batches, batch = Batches(casework), batch_of(casework, number)
    plan = planned(casework, number)
    with pytest.raises(UserError, match="还没有勾选"):
        confirm(batches, batch, plan)
    plan = plan.with_groups(["no-paper"])
    assert confirm(batches, batch, plan) == {}
    with pytest.raises(UserError, match="已经确认过"):
        confirm(batches, batch, plan)
    work_on(tmp_path, number)
    (matter,) = casework.matters()
    assert matter.subject == "关于停车的提案"
    assert casework.original(matter.id) is None


def test_a_dropped_batch_leaves_nothing(casework: Casework, tmp_path: Path) -> None:
    number = begun(casework, tmp_path, ("甲.docx", paper(items(1)[0])))
    assert Batches(casework).drop(number)
    assert not Batches(casework).drop(number)
    assert casework.db.execute("SELECT count(*) FROM batch_contents").fetchone()[0] == 0
    assert casework.matters() == [] and Batches(casework).recent() == []


def test_of_a_secret_paper_nothing_is_kept(casework: Casework, tmp_path: Path) -> None:
    secret = "机密★1年\n关于某事的提案\n建议：\n1.办。".encode()
    number = begun(casework, tmp_path, ("密.txt", secret), ("甲.docx", paper(items(1)[0])))
    rows = casework.db.execute("SELECT sha256 FROM batch_contents").fetchall()
    digest = originals.digest_of(secret)
    assert len(rows) == 1 and digest not in [row[0] for row in rows]
    assert not casework.originals.exists(digest) and not casework.waiting.exists(digest)
    assert list(casework.waiting.listed()) == []
    refused = [file for file in Batches(casework).files(number) if file.state == "refused"]
    assert [(file.name, file.reading) for file in refused] == [("密.txt", "")]


def test_a_full_disk_stops_the_batch_and_it_goes_on_later(
    casework: Casework, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = confirmed(casework, tmp_path, 2)

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("desk.batch.work.register", full)
        work_on(tmp_path, number)
    batch = batch_of(casework, number)
    assert batch.state == "stopped" and "磁盘可能已满" in batch.message
    assert casework.matters() == []
    assert Batches(casework).go_on(number)
    work_on(tmp_path, number)
    assert len(casework.matters()) == 2


def test_batches_of_the_unit_of_no_name_are_handed_over_with_its_matters(
    casework: Casework, tmp_path: Path
) -> None:
    number = made(casework, tmp_path, 1)
    casework.hand_over("区城管局")
    assert batch_of(casework, number).unit == "区城管局"
    assert Batches(casework, "区教育局").batch(number) is None
    # Handed over is not worked on: the undo takes it back.
    assert Batches(casework, "区城管局").undo(number) == (1, 0)
