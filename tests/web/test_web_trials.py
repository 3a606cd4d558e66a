"""试拟: from the press of a button to the sign-off sheet; and a workbench without a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from web_fakes import PROPOSAL, Browser, FakeArchive, matter_now, set_up
from werkzeug.test import TestResponse

from bench.clerk import fields_of
from bench.model_server import Question, Reply, Served, faithful, lines, serving, streamed
from casework import Casework, Matter, jobs
from casework.matters import trials
from desk.context import open_folder
from desk.jobs.running import Worker
from desk.local_model import asking, taking, working
from desk.papers import answered_for
from drafting.model import HeadMarks
from storage.configuration import Configuration, Model
from storage.log import audit
from web import create_app

UNIT = "青岚区城市管理局"
COPIED = "协调机关单位夜间错时开放泊位260个"


@dataclass
class Office:
    """An office with a model: its pages, its matters, and the work that waits."""

    browser: Browser
    casework: Casework
    served: Served
    folder: Path
    chosen: Model

    def work(self) -> None:
        """Carry out what waits, here and now."""
        work = Worker(self.folder, Configuration(model=self.chosen), [working.KIND])
        while work.step():
            pass
        work.close()

    def press(self, matter: int, place: int, **button: object) -> TestResponse:
        page = self.browser.get(f"/matters/{matter}?s={place}&tab=trial").text
        sent = {**dict(fields_of(page)), **button}
        return self.browser.post(f"/matters/{matter}/answers/{place}", sent)

    def tab(self, matter: int, place: int = 1) -> str:
        page = self.browser.get(f"/matters/{matter}/side?s={place}&tab=trial").text
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))

    def answer(self, matter: int, place: int = 1):  # type: ignore[no-untyped-def]
        return matter_now(self.casework, matter).draft.answers[place - 1]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Office]]:
    """Makes an office whose model behaves so; its work is carried out when a test says."""
    monkeypatch.setattr("corpus.Archive.open", lambda folder: FakeArchive())
    monkeypatch.setattr("web.stores.facts", lambda: None)
    monkeypatch.setattr("web.stores.work_on", lambda _: None)
    opened = []

    def make_office(behaviour: Callable[[str, Question], str | Reply], **more: object) -> Office:
        server = serving(behaviour)
        served = server.__enter__()
        chosen = Model(url=served.url, name="m", silence=20, timeout=40, **more)  # type: ignore[arg-type]
        set_up(tmp_path)
        app: Flask = create_app(tmp_path, Configuration(model=chosen))
        app.testing = False
        casework = Casework.open(tmp_path)
        opened.append((server, casework))
        return Office(Browser(app.test_client()), casework, served, tmp_path, chosen)

    yield make_office
    for server, casework in opened:
        casework.close()
        server.__exit__(None, None, None)


def registered(office: Office, **more: object) -> int:
    proposal = replace(PROPOSAL, handling_unit=UNIT, **more)  # type: ignore[arg-type]
    matter = office.casework.create_matter(proposal)
    found = matter_now(office.casework, matter)
    office.casework.confirm_suggestions(matter, found.draft, 1)
    return matter


def latest(office: Office, matter: int, place: int = 1) -> trials.Trial:
    key = office.answer(matter, place).suggestion.key
    found = office.casework.run(trials.latest, matter, key)
    assert found is not None
    return found


def test_sentences_are_ticked_and_taken_with_their_passages(make: Callable[..., Office]) -> None:
    office = make(faithful)
    matter = registered(office)
    assert office.press(matter, 1, trial="compose").status_code == 302
    assert "正在排队" in office.tab(matter) or "正在写" in office.tab(matter)
    office.work()

    trial = latest(office, matter)
    assert (trial.state, trial.model) == ("done", "fake-7b")
    kept = [one for one in trial.lines if not one.reason]
    assert [(one.slot, one.ids) for one in kept] == [("done", ("P1",)), ("next_step", ("P2",))]
    tab = office.tab(matter)
    assert COPIED in re.sub(r"【待核实：原文为(\S+?)（2024年）】", r"\1", tab)
    assert "本单位答复 · 关于区政协十届二次会议第31号提案" in tab

    office.press(matter, 1, **{"trial-take": "ticked", "trial-line": str(kept[0].number)})
    answer = office.answer(matter)
    assert answer.done == kept[0].text
    assert [one.passage.source for one in answer.evidence] == ["答复/停车.txt"]
    assert answer.next_step == ""
    assert "已由本机用户取用" in office.tab(matter)

    log = office.casework.run(audit.entries, audit.Filters())
    actions = {one.action: one.detail for one in log}
    assert f"提示校验值 {trial.digest}" in actions["询问本地模型"]
    assert actions["取用模型拟写"] == f"逐句确认第 {kept[0].number} 句"


def test_the_sign_off_sheet_says_how_many_sentences_are_a_models(
    make: Callable[..., Office],
) -> None:
    office = make(faithful)
    matter = registered(office)
    office.press(matter, 1, trial="compose")
    office.work()
    office.press(matter, 1, **{"trial-take": "all"})
    draft = matter_now(office.casework, matter)
    assert taking.printed(office.casework, matter, draft.draft) == 2
    with open_folder(office.folder) as context:
        assert answered_for(context, draft).endswith("含模型拟写2句，已逐句确认。")
    # What was rewritten since is the clerk's own.
    office.press(matter, 1, done="经办人另写的一句话。")
    draft = matter_now(office.casework, matter)
    assert taking.printed(office.casework, matter, draft.draft) == 1


def test_what_was_typed_stays_and_a_source_takes_its_sentence_with_it(
    make: Callable[..., Office],
) -> None:
    office = make(faithful)
    matter = registered(office)
    office.press(matter, 1, trial="compose", done="经办人写的。")
    office.work()
    number = str(latest(office, matter).lines[0].number)
    office.press(matter, 1, **{"trial-take": "ticked", "trial-line": number})
    answer = office.answer(matter)
    assert answer.done.split("\n")[0] == "经办人写的。"
    assert len(answer.done.split("\n")) == 2
    office.press(matter, 1, remove="0")
    answer = office.answer(matter)
    assert (answer.done.strip(), answer.evidence) == ("经办人写的。", ())


def invents(system: str, question: Question) -> str:
    return lines(
        {"栏": "已开展的工作", "文字": "2024年以来，我局新建公共停车泊位620个。", "依据": ["P1"]},
        {"栏": "已开展的工作", "文字": "我局高度重视，成效显著。", "依据": ["P8"]},
        {"栏": "下一步工作", "文字": "请区财政局安排资金。", "依据": ["P2"]},
    )


def test_what_a_model_invents_is_listed_with_its_reason_and_cannot_be_taken(
    make: Callable[..., Office],
) -> None:
    office = make(invents)
    matter = registered(office)
    office.press(matter, 1, trial="compose")
    office.work()
    tab = office.tab(matter)
    assert "没有采用的 3 处" in tab
    assert "“620个”在所引的材料里没有" in tab
    assert "所注的依据“P8”不在材料里" in tab
    answered = office.press(matter, 1, **{"trial-take": "ticked", "trial-line": ["1", "2", "3"]})
    assert answered.status_code == 400
    assert "请先勾选要取用的句子" in answered.text
    assert office.answer(matter).done == ""


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("好的，我局已新建泊位九百个，投资一亿元。", "回答不是所要求的格式"),
        (Reply(status=500), "模型服务出错（500）"),
        (Reply(status=302, headers={"location": "http://127.0.0.1:9/"}), "没有跟随"),
        ('{"栏": "已开展的工作", "文字": "2024年以来，我局', "有1处没有按要求的格式写完"),
        ("空话" * 40_000, "回答过长"),
        (Reply(streamed("{}")[:1]), "模型没有写完就停了"),
        (Reply([b"<title>login</title>"], kind="text/html"), "不是所约定的格式"),
    ],
    ids=["prose", "500", "redirect", "half", "long", "no end", "login"],
)
def test_a_bad_model_is_said_and_nothing_is_printed(
    make: Callable[..., Office], said: str | Reply, shown: str
) -> None:
    office = make(lambda system, question: said)
    matter = registered(office)
    office.press(matter, 1, trial="compose")
    office.work()
    assert shown in office.tab(matter)
    assert office.answer(matter).done == ""


def test_a_dead_model_keeps_nobody_waiting(make: Callable[..., Office]) -> None:
    office = make(faithful)
    matter = registered(office)
    dead = replace(office.chosen, url="http://127.0.0.1:9/v1")
    assert office.press(matter, 1, trial="compose", done="写下的字。").status_code == 302
    assert office.answer(matter).done == "写下的字。"
    replace(office, chosen=dead).work()
    assert "连不上模型服务" in office.tab(matter)


def test_a_question_whose_worker_was_killed_is_asked_anew_by_the_next(
    make: Callable[..., Office],
) -> None:
    office = make(faithful)
    matter = registered(office)
    office.press(matter, 1, trial="compose")
    claimed = office.casework.run(jobs.claim, "killed", jobs.MODEL)
    assert claimed is not None
    begun = office.casework.run(trials.begin, int(claimed.key))
    assert begun is not None and "正在写" in office.tab(matter)
    half = trials.Line(1, "done", "写到一半的句子。")
    assert office.casework.run(trials.add, begun.id, [half])
    office.work()
    assert latest(office, matter).lines == (half,)
    assert office.casework.run(jobs.take_back, claimed)
    office.work()
    again = latest(office, matter)
    assert (again.id, again.state) == (begun.id, "done")
    assert half.text not in [one.text for one in again.lines] and len(again.lines) > 1


def test_what_waits_when_the_model_is_taken_away_is_said_and_not_waited_for(
    make: Callable[..., Office],
) -> None:
    office = make(faithful)
    matter = registered(office)
    office.press(matter, 1, trial="compose")
    replace(office, chosen=Model()).work()
    found = latest(office, matter)
    assert (found.state, found.said) == ("failed", "没有配置本地模型，没有问。")


def test_a_question_of_which_something_was_taken_is_not_asked_anew(
    make: Callable[..., Office],
) -> None:
    office = make(faithful)
    matter = registered(office)
    office.press(matter, 1, trial="compose")
    claimed = office.casework.run(jobs.claim, "killed", jobs.MODEL)
    assert claimed is not None
    number = int(claimed.key)
    office.casework.run(trials.begin, number)
    office.casework.run(trials.add, number, [trials.Line(1, "done", "写到一半的句子。")])
    office.casework.run(trials.take, number, [1], office.casework.actor)
    assert office.casework.run(jobs.take_back, claimed)
    office.work()
    assert (latest(office, matter).state, office.served.asked) == ("failed", [])
    assert "服务中断，没有写完" in office.tab(matter)


def test_a_paper_with_a_secrecy_mark_never_leaves(make: Callable[..., Office]) -> None:
    office = make(faithful)
    matter = registered(office, text="机密★1年\n关于停车的提案\n正文")
    answered = office.press(matter, 1, trial="compose", done="写下的字。")
    assert "标有“机密★1年”，内容不交给模型" in answered.text
    assert office.answer(matter).done == "写下的字。"
    other = registered(office)
    draft = replace(matter_now(office.casework, other).draft, marks=HeadMarks(secrecy="秘密"))
    office.casework.save_draft(other, draft, matter_now(office.casework, other).version)
    assert "标有“秘密”" in office.press(other, 1, trial="compose").text
    office.work()
    assert office.served.asked == []


@pytest.mark.parametrize("task", ["judge", "compose", "formal", "unanswered", "read", "summarize"])
def test_a_mark_that_is_set_while_a_question_waits_keeps_it_in(
    make: Callable[..., Office], task: str
) -> None:
    office = make(faithful)
    matter = registered(office)
    office.press(matter, 1, done="写下的字。")
    found = matter_now(office.casework, matter)
    with open_folder(office.folder) as context:
        asking.begin(context, found, 0, task, office.chosen, office.casework.actor)
    draft = replace(found.draft, marks=HeadMarks(secrecy="秘密"))
    office.casework.save_draft(matter, draft, found.version)
    office.work()
    assert office.served.asked == []
    key = "" if task in asking.WHOLE else found.draft.answers[0].suggestion.key
    ended = office.casework.run(trials.of_task, matter, key, task)
    assert ended is not None and ended.said == asking.SECRET.format("秘密")


def test_telephones_do_not_leave(make: Callable[..., Office]) -> None:
    office = make(faithful)
    asked = replace(PROPOSAL.suggestions[0], detail="联系人周某，13800000000，家住光明路12号3栋。")
    matter = registered(office, suggestions=(asked, *PROPOSAL.suggestions[1:]))
    office.press(matter, 1, trial="compose")
    office.work()
    sent = str(office.served.asked)
    assert "光明路12号" not in sent and "13800000000" not in sent and "利用边角地" in sent


def test_who_stops_it_gets_what_was_written(make: Callable[..., Office]) -> None:
    office = make(faithful)
    matter = registered(office)
    office.press(matter, 1, trial="compose")
    office.press(matter, 1, **{"trial-stop": "1"})
    office.work()
    assert (latest(office, matter).state, office.served.asked) == ("stopped", [])


def test_the_queue_has_a_bound_and_says_the_place(make: Callable[..., Office]) -> None:
    office = make(faithful, waiting=2)
    matter = registered(office)
    for place in (1, 2):
        office.press(matter, place, trial="compose")
    assert "前面还有 1 处" in office.tab(matter, 2)
    assert "前面已有2处在排队" in office.press(matter, 3, trial="compose").text
    # The same question is not put twice.
    office.press(matter, 1, trial="compose")
    last = latest(office, matter, 2)
    assert office.casework.run(trials.before, last.id) == 1


def test_a_rewriting_takes_the_place_of_what_it_rewrote(make: Callable[..., Office]) -> None:
    office = make(faithful)
    matter = registered(office)
    office.press(matter, 1, trial="formal", done="我局新建泊位30个。", next_step="我局将推动开放。")
    office.work()
    office.press(matter, 1, **{"trial-take": "all"})
    answer = office.answer(matter)
    assert (answer.done, answer.next_step) == ("我局新建泊位30个。", "我局将推动开放。")
    refused = office.press(matter, 1, trial="shorten", done="我局新建泊位【待核实：数量】。")
    assert "还有待核实的内容【待核实：数量】，请先核实再改写" in refused.text


def test_verdicts_gate_the_draft_that_is_composed_anew(make: Callable[..., Office]) -> None:
    def judges(system: str, question: Question) -> str:
        return lines(*({"编号": one["编号"], "用途": "无关"} for one in question["材料"]))

    office = make(judges)
    matter = registered(office)
    office.press(matter, 1, redraft="one")
    before = office.answer(matter)
    assert "停车泊位" in f"{before.done}{before.next_step}"
    office.press(matter, 1, trial="judge")
    office.work()
    assert "无关" in office.tab(matter)
    office.press(matter, 1, redraft="one")
    after = office.answer(matter)
    assert after.evidence == () and "停车泊位" not in f"{after.done}{after.next_step}"


def test_the_model_s_list_is_one_more_reading_and_a_guess(make: Callable[..., Office]) -> None:
    text = "关于停车的提案\n建议：\n一、利用边角地增加停车泊位。\n二、规范停车收费。"

    def reads(system: str, question: Question) -> str:
        return lines({"建议": "利用边角地增加停车泊位"}, {"建议": "原文没有的一句话"})

    office = make(reads)
    page = office.browser.post("/new", {"text": text, "action": "read"})
    matter = int(re.search(r"/matters/(\d+)", page.headers["Location"])[1])  # type: ignore[index]
    shown = office.browser.get(f"/matters/{matter}/intake").text
    assert "请本地模型找建议" in shown
    sent = {**dict(fields_of(shown)), "action": "model:read"}
    assert office.browser.post(f"/matters/{matter}/intake", sent).status_code == 200
    office.work()
    shown = office.browser.get(f"/matters/{matter}/intake").text
    assert "本地模型的分法（推测，fake-7b）" in shown


def test_without_a_model_nothing_of_it_is_there(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    page = browser.get(f"/matters/{matter.id}").text
    assert "试拟" not in page and "本地模型" not in page
    assert "本地模型" not in browser.get(f"/matters/{matter.id}/intake").text
    # An address typed by hand leads to the usual side, a button made by hand to a refusal.
    assert 'id="evidence"' in browser.get(f"/matters/{matter.id}/side?s=1&tab=trial").text
    sent = {**dict(fields_of(page)), "trial": "compose"}
    answered = browser.post(f"/matters/{matter.id}/answers/1", sent)
    assert "没有配置本地模型" in answered.text
    assert casework.run(trials.all_open) == []


def test_every_suggestion_is_tried_at_one_press_up_to_the_bound(
    make: Callable[..., Office],
) -> None:
    office = make(faithful, waiting=2)
    matter = registered(office)
    said = office.press(matter, 1, trial="all")
    assert "已交2条；模型前面已有2处在排队" in office.browser.get(said.headers["Location"]).text
    office.work()
    said = office.press(matter, 1, trial="all")
    assert "已交1条" in office.browser.get(said.headers["Location"]).text
    office.work()
    assert [latest(office, matter, place).state for place in (1, 2, 3)] == ["done"] * 3


def test_evidence_stands_in_the_order_of_the_verdicts(make: Callable[..., Office]) -> None:
    def judges(system: str, question: Question) -> str:
        shown = {one["编号"]: one for one in question["材料"]}
        ground = next(one for one in shown.values() if one["来源"] == "本地文件")
        other = next(one for one in shown.values() if one["来源"] != "本地文件")
        return lines(
            {"编号": other["编号"], "用途": "无关"},
            {"编号": ground["编号"], "用途": "依据", "原句": "全区新增公共停车泊位1200个"},
        )

    office = make(judges)
    matter = registered(office)
    office.press(matter, 1, trial="judge")
    office.work()
    page = office.browser.get(f"/matters/{matter}/side?s=1").text
    assert page.index("本地模型看：依据") < page.index("本地模型看：无关")
    assert page.index("青岚区停车设施建设三年行动计划") < page.index("第31号提案的答复")


def test_a_rewriting_is_shown_beside_what_it_changes(make: Callable[..., Office]) -> None:
    def shortens(system: str, question: Question) -> str:
        return lines({"栏": "已开展的工作", "文字": "我局新建泊位30个。", "依据": ["P1"]})

    office = make(shortens)
    matter = registered(office)
    office.press(matter, 1, trial="shorten", done="我局在上半年积极努力新建泊位30个。")
    office.work()
    page = office.browser.get(f"/matters/{matter}/side?s=1&tab=trial").text
    assert "<del>在上半年积极努力</del>" in page


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("關於停車的提案\n正文\n附件1\n機　密\n名单", "机密"),
        ("关于停车的提案\n内部资料 注意保存\n正文", "内部资料注意保存"),
        ("关于停车的提案（秘密）\n正文", "（秘密）"),
        ("关于停车的提案\n本件为机密级国家秘密，请按规定办理。", "本件为机密级国家秘密"),
    ],
    ids=["attached", "internal", "title", "said"],
)
def test_a_mark_wherever_it_stands_keeps_the_paper_in(
    make: Callable[..., Office], text: str, mark: str
) -> None:
    office = make(faithful)
    matter = registered(office, text=text)
    for task in ("compose", "judge", "formal", "unanswered"):
        assert (
            f"标有“{mark}”，内容不交给模型" in office.press(matter, 1, trial=task, done="字。").text
        )
    office.work()
    assert office.served.asked == []


def test_a_text_of_the_clerk_s_own_with_a_mark_does_not_leave(make: Callable[..., Office]) -> None:
    office = make(faithful)
    matter = registered(office)
    office.press(matter, 1, trial="formal", done="附件：机密★3年\n我局已开展工作。")
    office.work()
    assert (office.served.asked, latest(office, matter).state) == ([], "failed")
    assert "标有“机密★3年”，内容不交给模型" in office.tab(matter)


def test_a_model_with_a_shorter_window_is_shown_fewer_passages(
    make: Callable[..., Office],
) -> None:
    def short(system: str, question: Question) -> str | Reply:
        if sum(len(one["文字"]) for one in question["材料"]) > 60:
            return Reply([b'{"error": {"message": "maximum context length"}}'], status=400)
        return faithful(system, question)

    office = make(short, window=1_000)
    matter = registered(office)
    office.press(matter, 1, trial="compose")
    office.work()
    told = latest(office, matter)
    assert (told.state, told.left_out, len(office.served.asked) > 1) == ("done", 1, True)
    assert "材料过长，1 段没有给它看或没有看全" in office.tab(matter)
