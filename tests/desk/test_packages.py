"""Exchange packages: two offices that only carry files, and packages that are not right."""

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
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest
from procedure_fakes import PROPOSAL, TO_SENT, go, matter_of, store, through, told_to_itself, whole

from casework import Casework
from casework.matters import materials
from casework.procedure import ratings
from casework.procedure.ratings import Rating
from casework.systems import SCOPES, System, packages, tokens
from desk import rating
from desk.context import Context
from desk.exchange.packages import making, manifest, taking
from desk.exchange.packages.manifest import Entry, Manifest, Of
from desk.exchange.packages.taking import Line
from drafting.errors import UserError
from drafting.model import Proposal, Proposer

TODAY = dt.date(2026, 5, 18)
COMMITTEE, BUREAU = "区政协提案委", "区城管局"
PAPER = (
    "关于加强老旧小区停车管理的提案\n提案者：周望舒\n老旧小区停车难。\n"
    "建议：\n一、利用边角地增加停车泊位。\n二、规范停车收费。"
)
ASKED = replace(PROPOSAL, text=PAPER, proposers=(Proposer("周望舒"),))


@dataclass(frozen=True, slots=True)
class Office:
    """An office of its own, with the other one as a system."""

    context: Context
    other: System

    @property
    def casework(self) -> Casework:
        return store(self.context)

    def out(self, *matters: int, **more: object) -> bytes:
        return making.make(self.context, self.other, matters=matters, **more).content  # type: ignore[arg-type]

    def take(self, data: bytes, **more: bool) -> list[tuple[str, str]]:
        plan = taking.receive(self.context, data)
        found = taking.take(self.context, plan.package.id, setting, **more)
        return [(one.entry.kind, one.verdict) for one in found]


def setting() -> tuple[str, tuple[str, ...]]:
    return "default", (BUREAU,)


Opened = Callable[..., Office]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    with ExitStack() as stack:

        def make(own: str, other: str, scopes: tuple[str, ...] = SCOPES, name: str = "") -> Office:
            casework = stack.enter_context(Casework.open(tmp_path / (name or own)))
            casework.run(tokens.add, other, own, scopes, actor=casework.actor)  # type: ignore[arg-type]
            system = casework.run(tokens.one, other)
            assert system is not None
            return Office(Context(tmp_path / (name or own), TODAY, casework), system)

        yield make


@pytest.fixture
def committee(opened: Opened) -> Office:
    return opened(COMMITTEE, BUREAU)


@pytest.fixture
def bureau(opened: Opened) -> Office:
    return opened(BUREAU, COMMITTEE)


def asked(office: Office, proposal: Proposal = ASKED) -> int:
    file = ("提案 第12号.txt", (proposal.text or "").encode())
    return office.casework.create_matter(proposal, original=file, unit=office.other.unit)


def answer(office: Office, number: int) -> None:
    """Answer a matter that came, to its sending."""
    casework = office.casework
    matter = matter_of(casework, number)
    casework.confirm_suggestions(number, replace(whole(), proposal=matter.draft.proposal), 1)
    through(casework, number, *TO_SENT)


def only(office: Office) -> int:
    (one,) = office.casework.matters()
    return one.id


def taken_apart(data: bytes) -> tuple[dict[str, object], dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        contents = {name: package.read(name) for name in package.namelist()}
    return json.loads(contents.pop("manifest.json")), contents


def put_together(said: object, contents: dict[str, bytes], *more: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", json.dumps(said))
        for name, content in (*contents.items(), *more):
            package.writestr(name, content)
    return stream.getvalue()


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


# ------------------------------------------------------------------ what is refused


@pytest.fixture
def sent(committee: Office) -> bytes:
    return committee.out(asked(committee))


def refused(office: Office, data: bytes) -> str:
    with pytest.raises(UserError) as caught:
        taking.receive(office.context, data)
    assert office.casework.matters() == []
    return caught.value.message


def test_an_old_package_is_not_taken_twice(committee: Office, bureau: Office, sent: bytes) -> None:
    bureau.take(sent)
    with pytest.raises(UserError, match="第 1 个包已经收过"):
        taking.receive(bureau.context, sent)
    with pytest.raises(UserError, match="是旧的或者另做的"):
        taking.receive(bureau.context, change(sent, made="2026-01-01T00:00:00Z"))
    assert len(bureau.casework.matters()) == 1


def test_a_missing_package_shows_and_is_waited_for_unless_told(
    committee: Office, bureau: Office, sent: bytes
) -> None:
    second = committee.out(asked(committee, replace(ASKED, item_no="13")))
    plan = taking.receive(bureau.context, second)
    assert plan.missing == (1,)
    with pytest.raises(UserError, match="前面的包没有收到：第 1 个"):
        taking.take(bureau.context, plan.package.id, setting)
    assert bureau.casework.matters() == []

    bureau.take(sent)
    again = taking.take(bureau.context, plan.package.id, setting)
    assert {one.verdict for one in again} == {"已收"}
    assert [one.item_no for one in bureau.casework.matters()] == ["12", "13"]


def test_a_lost_package_is_given_up_by_choice(
    committee: Office, bureau: Office, sent: bytes
) -> None:
    second = committee.out(asked(committee, replace(ASKED, item_no="13")))
    assert dict(bureau.take(second, despite_missing=True))["item"] == "已收"
    with pytest.raises(UserError, match="是旧的或者另做的"):
        taking.receive(bureau.context, sent)


def test_a_chain_that_does_not_fit_is_refused(
    committee: Office, bureau: Office, opened: Opened, sent: bytes
) -> None:
    """The committee was set up anew and counts from its own first package."""
    bureau.take(sent)
    anew = opened(COMMITTEE, BUREAU, name="anew")
    anew.out(asked(anew, replace(ASKED, item_no="50")))
    second = anew.out(asked(anew))
    with pytest.raises(UserError, match="接的不是本系统收到的第 1 个包"):
        taking.receive(bureau.context, second)


def change(data: bytes, **more: object) -> bytes:
    said, contents = taken_apart(data)
    return put_together({**said, **more}, contents)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"version": 2}, "交换包的版本是“2”"),
        ({"version": "1"}, "交换包的版本是“1”"),
        ({"format": "zip"}, "不是交换包的清单"),
        ({"to": "区教育局"}, "包是给“区教育局”的"),
        ({"from": "区财政局"}, "没有名为“区财政局”的接入系统"),
        ({"number": 0}, "写法不对（number）"),
        ({"number": "1"}, "写法不对（number）"),
        ({"made": "昨天"}, "写法不对（made）"),
        ({"previous": "abc"}, "写法不对（previous）"),
        ({"extra": 1}, "写法不对"),
        ({"entries": []}, "多了清单上没有的"),
    ],
)
def test_a_manifest_that_is_not_right_is_refused(
    bureau: Office, sent: bytes, more: dict[str, object], said: str
) -> None:
    assert said in refused(bureau, change(sent, **more))


def test_what_differs_from_the_manifest_is_refused(bureau: Office, sent: bytes) -> None:
    said, contents = taken_apart(sent)
    name = next(iter(contents))
    other = {**contents, name: contents[name] + b" "}
    fewer = {key: value for key, value in contents.items() if key != name}

    assert "与清单的校验值不符" in refused(bureau, put_together(said, other))
    assert f"少了清单上的“{name}”" in refused(bureau, put_together(said, fewer))
    assert "多了清单上没有的“x.txt”" in refused(
        bureau, put_together(said, contents, ("x.txt", b"x"))
    )
    with pytest.warns(UserWarning, match="Duplicate"):
        doubled = put_together(said, contents, (name, contents[name]))
    assert f"有两个“{name}”" in refused(bureau, doubled)
    assert "没有清单" in refused(bureau, without_manifest(contents))
    assert "不是交换包（.zip）" in refused(bureau, b"not a zip")
    assert "不是交换包（.zip）" in refused(bureau, sent[: len(sent) // 2])
    assert "不是有效的 JSON" in refused(bureau, with_manifest(b"{", contents))
    assert "不是有效的 JSON" in refused(bureau, with_manifest(b"[" * 100_000, contents))


def without_manifest(contents: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, content in contents.items():
            package.writestr(name, content)
    return stream.getvalue()


def with_manifest(raw: bytes, contents: dict[str, bytes]) -> bytes:
    return without_manifest({"manifest.json": raw, **contents})


@pytest.mark.parametrize(
    "name",
    [
        "../x.json",
        "/etc/passwd.json",
        "matters/../x.json",
        "C:/x.json",
        "matters\\x.json",
        "matters//x.json",
        "Matters/x.json",
        "提案.json",
        "x",
        ".hidden.json",
        "a/./b.json",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(bureau: Office, sent: bytes, name: str) -> None:
    said, contents = taken_apart(sent)
    entries = [{**said["entries"][0], "name": name}]  # type: ignore[index]
    only_one = {name: next(iter(contents.values()))}
    assert "写法不对（entries" in refused(
        bureau, put_together({**said, "entries": entries}, only_one)
    )


def test_a_bomb_is_not_opened(bureau: Office, sent: bytes) -> None:
    said, _ = taken_apart(sent)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        package.writestr("manifest.json", json.dumps(said))
        package.writestr("matters/1/item.json", b"\0" * 30_000_000)
    assert "压缩比异常" in refused(bureau, stream.getvalue())
    many = put_together(said, {f"x/{one}.json": b"" for one in range(2_100)})
    assert "超过 2000 个的上限" in refused(bureau, many)


def test_a_key_that_was_agreed_signs_and_nothing_else_is_taken(
    committee: Office, bureau: Office
) -> None:
    key = "两家当面约定的交换密钥，不止十六个字"
    ours = asked(committee)
    bureau.casework.run(packages.set_key, bureau.other.id, key)
    assert "没有签名" in refused(bureau, committee.out(ours))
    committee.casework.run(
        packages.set_key, committee.other.id, "另一把不同的密钥，也不止十六个字哪"
    )
    second = committee.out(asked(committee, replace(ASKED, item_no="13")))
    assert "签名不对" in refused(bureau, second)
    committee.casework.run(packages.set_key, committee.other.id, key)
    third = committee.out(asked(committee, replace(ASKED, item_no="14")))
    said, contents = taken_apart(third)
    changed = put_together({**said, "made": "2026-01-01T00:00:00Z"}, contents)
    assert "签名不对" in refused(bureau, changed)

    assert dict(bureau.take(third, despite_missing=True))["item"] == "已收"
    with pytest.raises(UserError, match="至少 16 个字符") as caught:
        bureau.casework.run(packages.set_key, bureau.other.id, "短")
    assert caught.value.field == "key"


def test_without_the_permission_nothing_is_registered_and_that_is_said_first(
    opened: Opened, sent: bytes
) -> None:
    bureau = opened(BUREAU, COMMITTEE, ("查状态",))
    plan = taking.receive(bureau.context, sent)
    assert [(one.entry.kind, one.verdict, one.why) for one in plan.lines][:2] == [
        ("item", "没有收", "“区政协提案委”没有“登记”这项权限。"),
        ("paper", "没有收", "“区政协提案委”没有“登记”这项权限。"),
    ]
    found = taking.take(bureau.context, plan.package.id, setting)
    assert {one.verdict for one in found} == {"没有收"}
    assert bureau.casework.matters() == []


def test_a_paper_with_a_secret_mark_is_not_registered_and_the_rest_is(
    committee: Office, bureau: Office
) -> None:
    secret = asked(committee, replace(ASKED, item_no="13", text=f"机密★10年\n{PAPER}"))
    data = committee.out(asked(committee), secret)

    plan = taking.receive(bureau.context, data)
    foreseen = {one.entry.kind: one for one in plan.lines if one.entry.matter == Of(secret)}
    assert [foreseen[kind].verdict for kind in ("item", "paper")] == ["没有收", "没有收"]
    assert "机密★10年" in foreseen["item"].why
    assert any("整个包随即从本机删除" in note for note in plan.notes)
    found = taking.take(bureau.context, plan.package.id, setting)
    of_secret = [one for one in found if one.entry.matter == Of(secret)]
    assert {one.verdict for one in of_secret} == {"没有收"}
    assert "密" in of_secret[0].why
    assert [one.item_no for one in bureau.casework.matters()] == ["12"]
    assert bureau.casework.run(packages.content, plan.package.id) is None
    receipt = json.loads(taken_apart(bureau.out(receipts_only=True))[1]["receipts/1.json"])
    assert {one["name"] for one in receipt["refused"]} == {one.entry.name for one in of_secret}


def test_nobody_writes_into_a_matter_that_was_not_given_to_him(
    committee: Office, bureau: Office, sent: bytes
) -> None:
    """A package claims to answer another matter of the committee's."""
    bureau.take(sent)
    kept = committee.casework.create_matter(replace(ASKED, item_no="99"), unit=COMMITTEE)
    answer(bureau, only(bureau))
    said, contents = taken_apart(bureau.out())
    entries = [
        {**one, "matter": {**one["matter"], "recipient": str(kept)}} if one["matter"] else one
        for one in said["entries"]  # type: ignore[attr-defined]
    ]
    data = put_together({**said, "entries": entries}, contents)

    verdicts = {kind: verdict for kind, verdict in committee.take(data) if kind != "receipt"}
    assert set(verdicts.values()) == {"没有收"}
    assert committee.casework.run(materials.listed, kept) == []


def test_a_matter_of_another_unit_is_not_given_out(committee: Office) -> None:
    other = committee.casework.create_matter(ASKED, unit="别的单位")
    with pytest.raises(UserError, match="不在“区政协提案委”的清单上"):
        committee.out(other)


def test_a_program_among_the_attachments_is_not_kept(committee: Office, bureau: Office) -> None:
    ours = asked(committee)
    bureau.take(committee.out(ours))
    entry = manifest.entry_of(
        "matters/1/attachment-1-1.exe", "attachment", b"MZ", "x.docx", Of(1, str(ours))
    )
    made = Manifest(
        *("drafting-exchange", 1, BUREAU, COMMITTEE, 1, None),
        *(dt.datetime.now(dt.UTC), (entry,)),
    )
    data, _ = manifest.packed(made, {entry.name: b"MZ"}, "")
    assert committee.take(data) == [("attachment", "没有收")]
    assert committee.casework.run(materials.listed, ours) == []


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


def test_two_that_make_a_package_at_once_make_two(committee: Office) -> None:
    first = taken_apart(committee.out(asked(committee)))[0]
    second = taken_apart(committee.out(asked(committee)))[0]
    assert (first["number"], second["number"]) == (1, 2)
    with pytest.raises(UserError, match="刚刚另外做了一个包"):
        committee.casework.run(packages.keep_made, committee.other.id, 2, "0" * 64, 1, b"")


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
