"""Exchange packages: two offices that only carry files."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from package_fakes import (
    ASKED,
    BUREAU,
    COMMITTEE,
    PAPER,
    TODAY,
    Office,
    Opened,
    answer,
    asked,
    only,
    setting,
    taken_apart,
)
from procedure_fakes import go, matter_of, through, told_to_itself, whole

from casework import Casework
from casework.matters import materials
from casework.procedure import ratings
from casework.procedure.ratings import Rating
from casework.systems import packages
from desk.exchange.packages import heard, making, manifest, taking
from desk.exchange.packages.manifest import Entry, Manifest, Of
from desk.exchange.packages.taking import Line
from desk.opinions import rating
from drafting.errors import UserError
from storage.log import audit


def test_a_package_that_waits_is_looked_at_again_without_reading_its_files(
    committee: Office, bureau: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = committee.out(asked(committee))
    first = taking.receive(bureau.context, data)
    monkeypatch.setattr(taking, "read_at_all", None)
    assert taking.plan(bureau.context, first.package.id).lines == first.lines


# ------------------------------------------------------------------ there and back


def test_a_proposal_goes_there_and_its_reply_comes_back(committee: Office, bureau: Office) -> None:
    ours = asked(committee)

    assert bureau.take(committee.out(ours)) == [
        ("item", "已收"),
        ("paper", "已收"),
        ("state", "已收"),
    ]
    theirs = only(bureau)
    came = matter_of(bureau.casework, theirs).draft.proposal
    assert (came.item_no, came.subject, came.session) == (
        ASKED.item_no,
        ASKED.subject,
        ASKED.session,
    )
    assert [one.text for one in came.suggestions] == ["利用边角地增加停车泊位", "规范停车收费"]
    assert bureau.casework.original(theirs) == ("提案 第12号.txt", PAPER.encode())
    assert not matter_of(bureau.casework, theirs).confirmed

    (word,) = heard.of_matter(bureau.casework, theirs)
    assert (word.system, word.stands, word.title) == (COMMITTEE, "待分办", "")
    answer(bureau, theirs)
    back = bureau.out()
    assert committee.take(back) == [
        ("state", "已收"),
        ("reply", "已收"),
        ("word", "已收"),
        ("receipt", "已收"),
    ]
    state = json.loads(committee.casework.run(packages.told, bureau_of(committee), "state")[ours])
    assert state["stage"]["state"] == "征询"
    assert state["external_no"] == str(ours)
    reply = json.loads(committee.casework.run(packages.told, bureau_of(committee), "reply")[ours])
    assert reply["released"] is True and "已新建泊位3处。" in reply["text"]
    (word,) = heard.of_matter(committee.casework, ours)
    assert (word.system, word.stands) == (BUREAU, state["stage"]["said"])
    assert (word.title, word.doc_no, word.text) == (
        *(reply["title"], reply["doc_no"], reply["text"]),
    )
    (letter,) = committee.casework.run(materials.listed, ours)
    assert (letter.kind, letter.name[-5:]) == ("来往函件", ".docx")
    sent = committee.casework.run(packages.find, bureau_of(committee), "出", number=1)
    assert sent is not None
    assert (sent.state, json.loads(sent.said)["refused"]) == ("对方已收", [])


def bureau_of(office: Office) -> int:
    return office.other.id


def test_only_what_changed_goes_again(committee: Office, bureau: Office) -> None:
    ours = asked(committee)
    bureau.take(committee.out(ours))
    with pytest.raises(UserError, match="没有对方还没收到的"):
        committee.out()
    answer(bureau, only(bureau))
    first = taken_apart(bureau.out())[0]
    go(bureau.casework, only(bureau), "satisfied", opinion="好。")
    second = taken_apart(bureau.out())[0]

    assert [one["kind"] for one in first["entries"]] == [  # type: ignore[attr-defined]
        *("state", "reply", "word", "receipt")
    ]
    assert [one["kind"] for one in second["entries"]] == ["state"]  # type: ignore[attr-defined]
    assert second["number"] == 2
    raw = zipfile.ZipFile(io.BytesIO(bureau_content(bureau, 1))).read("manifest.json")
    assert second["previous"] == hashlib.sha256(raw).hexdigest()


def bureau_content(office: Office, number: int) -> bytes:
    return making.again(office.context, office.other, number).content


def test_ratings_come_and_are_not_sent_back(committee: Office, bureau: Office) -> None:
    ours = asked(committee)
    bureau.take(committee.out(ours))
    theirs = only(bureau)
    answer(bureau, theirs)
    rated = Rating(0, theirs, 1, "周望舒", "满意", "满意", "办得实。", TODAY, "表格")
    rating.record(bureau.context, matter_of(bureau.casework, theirs), rated)

    # The committee's own matter has not gone out: the rating has no reply there to be of.
    verdicts = dict(committee.take(bureau.out()))
    assert verdicts["feedback"] == "没有收"
    assert verdicts["reply"] == "已收"


def test_feedback_that_the_committee_gathered_reaches_the_bureau(
    committee: Office, bureau: Office
) -> None:
    ours = asked(committee)
    bureau.take(committee.out(ours))
    theirs = only(bureau)
    answer(bureau, theirs)
    casework = committee.casework
    casework.run(
        ratings.add, Rating(0, ours, 1, "周望舒", "不满意", "满意", "没有解决。", TODAY, "表格")
    )
    data = committee.out()

    assert dict(bureau.take(data))["feedback"] == "已收"
    (found,) = bureau.casework.run(ratings.of_matter, theirs, 1)
    assert (found.proposer, found.satisfaction, found.words, found.way) == (
        *("周望舒", "不满意", "没有解决。", "接口"),
    )
    assert all(one["kind"] != "feedback" for one in taken_apart(bureau.out())[0]["entries"])  # type: ignore[attr-defined]


def test_an_opinion_that_was_asked_for_is_handed_in(opened: Opened) -> None:
    lead, co = opened("区住建局", "区城管局"), opened("区城管局", "区住建局")
    ours = asked(lead, replace(ASKED, co_units=("区城管局",), handling_unit="区住建局"))
    lead.casework.keep_co_units(ours, ("区城管局",))
    (line,) = lead.casework.co_opinions(ours)
    lead.casework.ask_opinion(line, TODAY, None)
    co.take(lead.out(ours))
    theirs = only(co)
    assert matter_of(co.casework, theirs).draft.proposal.role == "会办"
    matter = matter_of(co.casework, theirs)
    draft = replace(whole(), proposal=matter.draft.proposal)
    co.casework.confirm_suggestions(theirs, draft, 1)
    through(co.casework, theirs, "submit", "pass", "approve", "number", "send-opinion")

    assert dict(lead.take(co.out()))["word"] == "已收"
    (line,) = lead.casework.co_opinions(ours)
    assert line.received is not None
    assert "已新建泊位3处。" in line.text


# ------------------------------------------------------------------ broken off


class _Stop(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("after", [0, 1, 2, 3, 4])
def test_a_taking_that_was_broken_off_goes_on_and_does_nothing_twice(
    committee: Office, bureau: Office, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    data = committee.out(asked(committee), asked(committee, replace(ASKED, item_no="13")))
    plan = taking.receive(bureau.context, data)
    whole_note, count = packages.note_entry, []

    def breaking(*args: object) -> None:
        if len(count) == after:
            raise _Stop
        count.append(args)
        whole_note(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(packages, "note_entry", breaking)
    with pytest.raises(_Stop):
        taking.take(bureau.context, plan.package.id, setting)
    monkeypatch.undo()
    again = taking.receive(bureau.context, data)
    assert again.package.id == plan.package.id
    found: tuple[Line, ...] = taking.take(bureau.context, again.package.id, setting)

    assert {one.verdict for one in found} == {"已收"}
    assert [one.item_no for one in bureau.casework.matters()] == ["12", "13"]


KILLED = """
import os, signal, sys
from pathlib import Path
from casework.systems import packages
from desk.context import open_folder
from desk.exchange.packages import taking
folder, number, after = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
whole, count = packages.note_entry, []
def killing(*args):
    whole(*args)
    count.append(1)
    if len(count) == after:
        os.kill(os.getpid(), signal.SIGKILL)
packages.note_entry = killing
with open_folder(folder) as context:
    taking.take(context, number, lambda: ("default", ("区城管局",)))
"""


def test_a_process_that_is_killed_amid_taking_leaves_nothing_half(
    committee: Office, bureau: Office
) -> None:
    data = committee.out(asked(committee), asked(committee, replace(ASKED, item_no="13")))
    plan = taking.receive(bureau.context, data)
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            KILLED,
            str(told_to_itself(bureau.context.folder)),
            str(plan.package.id),
            "2",
        ],
        env={**os.environ},
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    # Killed within the transaction of the second item: the first stands, the second does not.
    assert [one.item_no for one in bureau.casework.matters()] == ["12"]
    taking.take(bureau.context, plan.package.id, setting)
    assert [one.item_no for one in bureau.casework.matters()] == ["12", "13"]
    partner = bureau.casework.run(packages.partner, bureau.other.id)
    assert partner.got == 1


def test_two_that_take_a_package_at_once_take_it_once(
    committee: Office, bureau: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other is through with all of it between this one's look and its write."""
    data = committee.out(asked(committee), asked(committee, replace(ASKED, item_no="13")))
    plan = taking.receive(bureau.context, data)
    check, others = taking._check, []

    def slow(*args: object) -> object:
        found = check(*args)  # type: ignore[arg-type]
        if not others:
            others.append("")
            with Casework.open(bureau.context.folder) as casework:
                own = replace(bureau.context, casework=casework)
                others[0] = taking.take(own, plan.package.id, setting)  # type: ignore[call-overload]
        return found

    monkeypatch.setattr(taking, "_check", slow)
    assert taking.take(bureau.context, plan.package.id, setting) == others[0]
    assert [one.item_no for one in bureau.casework.matters()] == ["12", "13"]
    log = bureau.casework.run(audit.entries, audit.Filters(action="收交换包"))
    assert len(log) == 1


def test_two_that_make_a_package_at_once_make_two(committee: Office) -> None:
    first = taken_apart(committee.out(asked(committee)))[0]
    second = taken_apart(committee.out(asked(committee)))[0]
    assert (first["number"], second["number"]) == (1, 2)
    with pytest.raises(UserError, match="刚刚另外做了一个包"):
        committee.casework.run(packages.keep_made, committee.other.id, 2, "0" * 64, 1, "")


# ------------------------------------------------------------------ the schema


def test_the_schema_in_the_documents_is_that_of_the_manifest(sent: bytes) -> None:
    kept = Path(__file__).parents[2] / "docs" / "exchange-manifest.schema.json"
    assert json.loads(kept.read_text("utf-8")) == manifest.schema()


def test_a_manifest_holds_to_the_schema(sent: bytes) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="没有安装 jsonschema")
    validator = jsonschema.Draft202012Validator(manifest.schema())
    said, _ = taken_apart(sent)

    assert list(validator.iter_errors(said)) == []
    for wrong in ({"version": 2}, {"number": 0}, {"entries": [{}]}, {"previous": "x"}):
        assert not validator.is_valid({**said, **wrong})


def test_a_manifest_is_read_as_it_was_written() -> None:
    entry = Entry("a/b.json", "state", 1, "0" * 64, "甲", Of(3, "TA-1"))
    made = Manifest(
        *("drafting-exchange", 1, COMMITTEE, BUREAU, 3, "1" * 64),
        *(dt.datetime(2026, 5, 18, tzinfo=dt.UTC), (entry,)),
    )
    assert msgspec.json.decode(msgspec.json.encode(made), type=Manifest) == made
