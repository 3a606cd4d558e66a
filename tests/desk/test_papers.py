"""文稿、校对: one way to assemble, read and sift, whoever asks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from procedure_fakes import NOWHERE, TODAY, matter_of, ready, whole

from casework import Casework
from casework.procedure.obstacles import PaperRead, blocks
from desk import papers
from desk.context import Context, open_folder
from desk.drafts import particulars
from drafting.errors import UserError
from drafting.model import Draft, Finding, Ignored
from drafting.model.serial import dumps, to_plain
from service.cli.app import cli
from templates import PROFILES
from web import create_app

WRONG = "区人民攻府已新建泊位3处。"
AROUND = "区人民攻府已新建泊位3处"


@pytest.fixture
def casework(tmp_path: Path) -> Iterator[Casework]:
    with Casework.open(tmp_path) as opened:
        yield opened


@pytest.fixture
def context(tmp_path: Path, casework: Casework) -> Context:
    return Context(tmp_path, TODAY, casework)


def draft_with(done: str) -> Draft:
    draft = whole()
    return replace(draft, answers=(replace(draft.answers[0], done=done), draft.answers[1]))


def left(context: Context, draft: Draft) -> list[Finding]:
    return papers.proofread(context, draft, papers.paper(context, draft)).sifted.left


def test_pages_interface_and_command_line_find_the_same(tmp_path: Path, casework: Casework) -> None:
    draft = draft_with(WRONG)
    with open_folder(tmp_path) as context:
        assert {"W13", "T23"} <= {one.rule for one in left(context, draft)}
        casework.proofing.ignore("default", Ignored("W13", AROUND, "原件如此"))
        found = [to_plain(one) for one in left(context, draft)]
    assert "T23" in {one["rule"] for one in found} and "W13" not in {one["rule"] for one in found}
    # Its own settings, as shipped: pages answer under no other.
    (tmp_path / "profiles").mkdir()
    shutil.copy(PROFILES / "default.toml", tmp_path / "profiles")
    client = create_app(tmp_path).test_client()
    sent = client.post("/api/check", json={"draft": to_plain(draft)})
    assert sent.json == {"findings": found}
    file = tmp_path / "draft.json"
    file.write_text(dumps(draft), "utf-8")
    done = CliRunner().invoke(cli, ["--data", str(tmp_path), "check", str(file), "--json"])
    assert json.loads(done.stdout) == {"findings": found}


def test_an_answer_that_is_lacking_is_printed_wherever_the_draft_is_read(context: Context) -> None:
    draft = replace(whole(), answers=whole().answers[:1])
    assert papers.paper(context, draft) == papers.paper(context, papers.draft_of(draft))


def test_guards_are_handed_the_paper_without_its_open_number_and_date(
    context: Context, casework: Casework
) -> None:
    matter = matter_of(casework, ready(casework, whole()))
    shown = papers.proofread(context, matter, papers.paper(context, matter)).sifted.left
    later = ["“【待核实：编号】”尚未核实或填写", "缺少成文日期"]
    assert [one.message for one in shown if one.severity == "block"] == later
    read = papers.judged(context, matter)
    assert read.findings == tuple(one for one in shown if one.message not in later)
    assert "须改" not in read.told
    assert blocks(read) == []
    assert papers.proofreading(context, matter) == read.told


def test_of_what_the_paper_lacks_only_the_date_is_left_for_later(context: Context) -> None:
    (finding,) = (one for one in left(context, whole()) if one.rule == "T23")
    both = replace(finding, message="缺少主送、成文日期")
    assert papers._without_what_is_given_later([finding, both], whole()) == [
        replace(finding, message="缺少主送")
    ]
    dated = replace(whole(), date=TODAY)
    assert papers._without_what_is_given_later([finding, both], dated) == [finding, both]


def test_what_is_let_stand_without_a_reason_still_stands_before_the_guards(
    context: Context, casework: Casework
) -> None:
    matter = matter_of(casework, ready(casework, draft_with(WRONG)))
    casework.proofing.ignore("default", Ignored("W13", AROUND), matter=matter.id)
    shown = papers.proofread(context, matter, papers.paper(context, matter))
    assert "W13" not in [one.rule for one in shown.sifted.left]
    assert [one[-5:] for one in blocks(papers.judged(context, matter))] == ["（W13）"]


def test_a_paper_that_cannot_be_made_says_why(
    context: Context, casework: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise UserError("模板不对。")

    monkeypatch.setattr(papers, "assemble", fails)
    matter = matter_of(casework, ready(casework, whole()))
    read = papers.judged(context, matter)
    said = particulars.of_matter(context, matter)
    assert read == PaperRead(problem="模板不对。", particulars=said)
    assert blocks(read) == ["模板不对。"]


# ------------------------------------------------------------------ read once


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[Draft]:
    """The drafts read anew from now on."""
    read: list[Draft] = []
    made: Callable[..., list[Finding]] = papers.check_reply

    def counted(reply: object, draft: Draft, office: object) -> list[Finding]:
        read.append(draft)
        return made(reply, draft, office)

    monkeypatch.setattr(papers, "check_reply", counted)
    monkeypatch.setattr(papers, "_kept", type(papers._kept)())
    return read


def test_a_paper_is_read_again_where_anything_that_has_a_say_has_changed(
    context: Context, readings: list[Draft]
) -> None:
    draft = whole()
    left(context, draft)
    left(context, draft)
    assert len(readings) == 1
    (context.folder / "names.toml").write_text('bodies = ["青岚区停车管理中心"]\n', "utf-8")
    left(context, draft)
    assert len(readings) == 2
    left(replace(context, today=TODAY.replace(day=19)), draft)
    assert len(readings) == 3
    left(context, replace(draft, signer="林知远"))
    assert len(readings) == 4
    left(context, draft)
    assert len(readings) == 4


def test_the_state_of_the_archive_has_a_say(context: Context, readings: list[Draft]) -> None:
    class Shelf:
        def __init__(self, *state: str) -> None:
            self.state = lambda: state

    for shelf in (None, Shelf("1"), Shelf("2"), Shelf("2", "内部.txt"), Shelf("1")):
        left(replace(context, archive=shelf), whole())
    assert len(readings) == 4


def test_the_readings_kept_are_few(context: Context, readings: list[Draft]) -> None:
    drafts = [replace(whole(), signer=f"第{n}人") for n in range(papers.KEPT + 1)]
    for draft in drafts:
        left(context, draft)
    assert len(papers._kept) == papers.KEPT
    left(context, drafts[-1])
    assert len(readings) == papers.KEPT + 1
    # The oldest has given way.
    left(context, drafts[0])
    assert len(readings) == papers.KEPT + 2


@pytest.mark.sqlite
def test_asking_about_a_folder_makes_nothing_there(tmp_path: Path) -> None:
    with open_folder(tmp_path / NOWHERE) as context:
        assert (context.casework, context.archive, context.facts) == (None, None, None)
        assert papers.read_text(context, WRONG, "default") != []
    assert not (tmp_path / NOWHERE).exists()
