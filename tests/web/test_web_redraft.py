"""这条怎么来的, and 重新生成: what was typed stays, both stand side by side, nothing is silent."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from web_fakes import (
    PASSAGES,
    PROPOSAL,
    Browser,
    EmptyArchive,
    FakeArchive,
    intake_form,
    matter_now,
)
from werkzeug.test import TestResponse

from bench.clerk import fields_of
from casework import Casework, Matter
from desk.drafts import composing
from drafting.model import Passage, Proposal, Suggestion

NAMES = ("云湖市青岚区城市管理局", "区城管局")
NEWER = replace(
    PASSAGES[0],
    document=7,
    source="答复/新停车.txt",
    title="关于区政协十届四次会议第66号提案的答复",
    text="2025年，我局利用边角地增加停车泊位，建成利用边角地增加的停车泊位九十处。",
    date=dt.date(2025, 6, 3),
)
MINE = "这一段是经办人自己写的。"


@pytest.fixture
def archive(app: Flask, browser: Browser) -> FakeArchive:
    """The archive that the pages search."""
    browser.get("/search?q=停车")
    found: FakeArchive = app.extensions["archive"]
    return found


@pytest.fixture
def drafted(archive: FakeArchive, browser: Browser, casework: Casework) -> Matter:
    """A matter of our unit, its first draft made as registering makes it."""
    proposal = replace(PROPOSAL, handling_unit="青岚区城市管理局")
    matter_id = casework.create_matter(proposal)
    form = intake_form(
        matter_now(casework, matter_id),
        *(one.text for one in PROPOSAL.suggestions),
        start="draft",
        handling_unit="青岚区城市管理局",
    )
    assert browser.post(f"/matters/{matter_id}/intake", form).status_code == 302
    return matter_now(casework, matter_id)


def press(
    browser: Browser, matter: Matter, place: int, button: dict[str, str], **typed: str
) -> TestResponse:
    """Press a button of the workbench, with what was typed into its fields."""
    page = browser.get(f"/matters/{matter.id}?s={place + 1}").text
    sent = dict(fields_of(page)) | typed | button
    return browser.post(f"/matters/{matter.id}/answers/{place + 1}", sent)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page)))


def notices(browser: Browser, path: str) -> list[str]:
    return re.findall(r'<p class="notice[^>]*>([^<]+)</p>', browser.get(path).text)


# ------------------------------------------------------------------ how it came about


def test_the_workbench_says_how_the_answer_came_about(browser: Browser, drafted: Matter) -> None:
    page = browser.get(f"/matters/{drafted.id}?s=1").text
    section = page[page.index('<section class="came"') :]
    section = section[: section.index("</section>")]
    shown = [text_of(one).strip() for one in re.findall(r"<li>(.*?)</li>", section, re.S)]
    assert shown == list(drafted.draft.answers[0].notes) != []
    assert "<details><summary>这条怎么来的</summary>" in section
    assert re.findall(r'name="redraft" value="(\w+)"', section) == ["one", "all"]


def test_typing_since_is_told_beside_it(
    browser: Browser, casework: Casework, drafted: Matter
) -> None:
    answer = replace(drafted.draft.answers[0], done=MINE)
    casework.save_answer(drafted.id, 0, answer, drafted.version)
    page = browser.get(f"/matters/{drafted.id}?s=1").text
    assert "这条怎么来的 <small>初稿之后有改动</small>" in page


def test_what_to_try_is_a_button_that_searches_and_keeps_what_was_typed(
    browser: Browser, casework: Casework, archive: FakeArchive
) -> None:
    asked = Suggestion(None, "完善社区养老助餐")
    matter_id = casework.create_matter(
        Proposal(subject="关于助餐的提案", handling_unit="青岚区民政局", suggestions=(asked,))
    )
    form = intake_form(matter_now(casework, matter_id), asked.text, start="draft")
    browser.post(f"/matters/{matter_id}/intake", form)
    matter = matter_now(casework, matter_id)
    page = browser.get(f"/matters/{matter_id}").text
    words = re.findall(r'<button name="try" value="([^"]+)" class="link">“\1”</button>', page)
    assert words and all(word in asked.text for word in words)
    answer = press(browser, matter, 0, {"try": words[0], "tab": "facts"}, done=MINE)
    assert matter_now(casework, matter_id).draft.answers[0].done == MINE
    page = browser.get(answer.location).text
    assert f'name="q" value="{words[0]}"' in page
    # The search is shown, not the tab that was open.
    assert dict(parse_qsl(urlsplit(answer.location).query)) == {"s": "1", "q": words[0]}


# ------------------------------------------------------------------ taken over


def test_what_nobody_typed_over_is_taken_over_at_once(
    browser: Browser, casework: Casework, drafted: Matter, archive: FakeArchive
) -> None:
    archive.passages_ = (NEWER, PASSAGES[1])
    now = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    expected = composing.compose(drafted.draft, archive, NAMES, now).answers[0]
    answer = press(browser, drafted, 0, {"redraft": "one"})
    assert (answer.status_code, answer.location) == (302, f"/matters/{drafted.id}?s=1")
    after = matter_now(casework, drafted.id)
    found = after.draft.answers[0]
    assert (found.done, found.evidence, found.notes) == (
        expected.done, expected.evidence, expected.notes,
    )  # fmt: skip
    assert "答复/新停车.txt" in [one.passage.source for one in found.evidence]
    assert after.draft.answers[1:] == drafted.draft.answers[1:]
    assert notices(browser, answer.location) == [
        f"已重新生成。换稿前为第 {drafted.version} 版，可在“历次版本”中比对、恢复。"
    ]
    browser.post(f"/matters/{drafted.id}/versions/{drafted.version}/restore")
    assert matter_now(casework, drafted.id).draft == drafted.draft


def test_what_stands_in_the_fields_is_saved_first(
    browser: Browser, casework: Casework, drafted: Matter, archive: FakeArchive
) -> None:
    archive.passages_ = (NEWER, PASSAGES[1])
    answer = press(browser, drafted, 0, {"redraft": "one"}, done=MINE)
    assert answer.location == f"/matters/{drafted.id}/redraft?s=1"
    assert matter_now(casework, drafted.id).draft.answers[0].done == MINE


def test_the_same_again_says_so(browser: Browser, casework: Casework, drafted: Matter) -> None:
    answer = press(browser, drafted, 0, {"redraft": "one"})
    assert notices(browser, answer.location) == ["已重新生成，与现有内容相同。"]


# ------------------------------------------------------------------ side by side


@pytest.fixture
def beside(browser: Browser, casework: Casework, drafted: Matter, archive: FakeArchive) -> Matter:
    """A matter whose first answer was typed over; a new draft of all waits."""
    answer = replace(drafted.draft.answers[0], done=MINE)
    casework.save_answer(drafted.id, 0, answer, drafted.version)
    archive.passages_ = (NEWER, PASSAGES[1])
    sent = browser.post(f"/matters/{drafted.id}/redraft/new")
    assert sent.location == f"/matters/{drafted.id}/redraft"
    return matter_now(casework, drafted.id)


def sheet(browser: Browser, matter: Matter, path: str = "redraft") -> dict[str, str]:
    return dict(fields_of(browser.get(f"/matters/{matter.id}/{path}").text))


def test_all_are_told_in_counts_and_the_typed_one_stands_beside_the_new(
    browser: Browser, drafted: Matter, beside: Matter
) -> None:
    page = browser.get(f"/matters/{beside.id}/redraft").text
    (said,) = re.findall(r'<p class="notice[^>]*>([^<]+)</p>', page)
    counts = [int(number) for number in re.findall(r"(\d+) 条", said)]
    assert counts[0] == 3 == sum(counts[1:]) and counts[-1] == 1
    assert "1 条与您写的不同，没有替换，请在下面选择" in said
    assert "重新生成：1 条与现有内容不同" in page
    new = composing.compose(
        beside.draft, archive_of(NEWER, PASSAGES[1]), NAMES, dt.datetime.now(dt.UTC)
    ).answers[0]
    shown = [
        unescape(re.sub("<[^>]+>", "", one))
        for one in re.findall(r'<span class="answer-text">(.*?)</span>', page, re.S)
    ]
    assert shown[:2] == [MINE, new.done]
    radios = re.findall(r'name="0-done" value="(\w+)" (checked)?', page)
    assert radios == [("old", "checked"), ("new", "")]
    waits = browser.get(f"/matters/{beside.id}?s=1").text
    assert "新稿已生成，与您写的不同。" in waits
    assert f'href="/matters/{beside.id}/redraft?s=1"' in waits
    assert "新稿已生成" not in browser.get(f"/matters/{beside.id}?s=2").text


def archive_of(*passages: Passage) -> FakeArchive:
    made = FakeArchive()
    made.passages_ = passages
    return made


def test_the_chosen_field_is_taken_with_its_source_and_the_rest_stays(
    browser: Browser, casework: Casework, beside: Matter
) -> None:
    sent = sheet(browser, beside) | {"0-done": "new", "act": "chosen"}
    answer = browser.post(f"/matters/{beside.id}/redraft", sent)
    assert (answer.status_code, answer.location) == (302, f"/matters/{beside.id}?s=1")
    after = matter_now(casework, beside.id)
    assert after.version == beside.version + 1
    assert "九十处" in after.draft.answers[0].done
    assert "答复/新停车.txt" in [e.passage.source for e in after.draft.answers[0].evidence]
    assert casework.version(beside.id, beside.version) == beside.draft
    page = browser.get(answer.location).text
    assert f"第1条已换用所选的新稿（第 {after.version} 版）；换下的内容都在“历次版本”中。" in page
    assert "没有待选的新稿" in browser.get(f"/matters/{beside.id}/redraft").text


@pytest.mark.parametrize(("act", "mine"), [("none", True), ("all", False), ("chosen", True)])
def test_one_button_takes_all_or_leaves_all(
    browser: Browser, casework: Casework, beside: Matter, act: str, mine: bool
) -> None:
    browser.post(f"/matters/{beside.id}/redraft", sheet(browser, beside) | {"act": act})
    assert (matter_now(casework, beside.id).draft.answers[0].done == MINE) == mine
    assert "没有待选的新稿" in browser.get(f"/matters/{beside.id}/redraft").text


def test_a_colleagues_save_of_the_same_field_is_shown_and_the_choice_stays(
    browser: Browser, casework: Casework, beside: Matter
) -> None:
    sent = sheet(browser, beside) | {"0-done": "new", "act": "chosen"}
    theirs = replace(beside.draft.answers[0], done="同事改成了这样。")
    casework.save_answer(beside.id, 0, theirs, beside.version)
    now = matter_now(casework, beside.id)
    answer = browser.post(f"/matters/{beside.id}/redraft", sent)
    assert answer.status_code == 409 and matter_now(casework, beside.id) == now
    assert "有人刚刚改动了其中的答复，还没有保存" in answer.text
    assert "同事改成了这样。" in answer.text
    assert re.findall(r'name="0-done" value="(\w+)" (checked)?', answer.text) == [
        ("old", ""),
        ("new", "checked"),
    ]
    again = dict(fields_of(answer.text)) | {"0-done": "new", "act": "chosen"}
    assert browser.post(f"/matters/{beside.id}/redraft", again).status_code == 302
    assert "九十处" in matter_now(casework, beside.id).draft.answers[0].done


def test_a_draft_composed_in_another_window_is_shown_again(
    browser: Browser, casework: Casework, beside: Matter, archive: FakeArchive
) -> None:
    sent = sheet(browser, beside) | {"act": "all"}
    archive.passages_ = (replace(NEWER, text=NEWER.text.replace("九十", "三十")), PASSAGES[1])
    browser.post(f"/matters/{beside.id}/redraft/new", {"s": "1"})
    answer = browser.post(f"/matters/{beside.id}/redraft", sent)
    assert answer.status_code == 409 and "请按下面的内容再选一次" in answer.text
    assert "三十处" in answer.text
    assert matter_now(casework, beside.id).draft.answers[0].done == MINE


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"place": "0", "base": "x", "anew": "y", "act": "all"},
        {"place": "-1", "base": "", "anew": "", "version": "999999", "act": "chosen"},
        {"place": ["0", "0"], "base": ["x"], "anew": ["y", "z"], "act": "forged"},
    ],
)
def test_a_forged_form_changes_nothing(
    browser: Browser, casework: Casework, beside: Matter, sent: dict[str, object]
) -> None:
    answer = browser.post(f"/matters/{beside.id}/redraft", sent)
    assert answer.status_code in (302, 409)
    assert matter_now(casework, beside.id) == beside


# ------------------------------------------------------------------ when it makes sense


def test_the_workbench_says_what_has_changed_since(
    browser: Browser,
    casework: Casework,
    drafted: Matter,
    archive: FakeArchive,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = f"/matters/{drafted.id}?s=1"
    assert '<p class="changed">' not in browser.get(path).text
    archive.passages_ = (*PASSAGES, NEWER)
    monkeypatch.setattr(archive, "count_newer", lambda numbers, moment: len(numbers), raising=True)
    assert "档案新增 3 份相关材料，可重新生成。" in text_of(browser.get(path).text)
    other = replace(drafted.draft.proposal, handling_unit="青岚区教育局")
    casework.save_draft(drafted.id, replace(drafted.draft, proposal=other), drafted.version)
    said = "答复单位已改为青岚区教育局，档案新增 3 份相关材料，可重新生成。"
    assert said in text_of(browser.get(path).text)
    press(browser, matter_now(casework, drafted.id), 0, {"redraft": "one"})
    assert '<p class="changed">' not in browser.get(path).text


def test_a_reworded_suggestion_is_named(
    browser: Browser, casework: Casework, drafted: Matter
) -> None:
    texts = [one.text for one in PROPOSAL.suggestions]
    form = intake_form(
        drafted, "利用边角地和桥下空间增加停车泊位", *texts[1:], handling_unit="青岚区城市管理局"
    )
    browser.post(f"/matters/{drafted.id}/intake", form)
    assert "这条建议的文字有改动，可重新生成。" in text_of(
        browser.get(f"/matters/{drafted.id}?s=1").text
    )
    assert '<p class="changed">' not in browser.get(f"/matters/{drafted.id}?s=3").text


# ------------------------------------------------------------------ where it cannot be done


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("核稿", "文稿已送核稿，撤回后可以重新生成。"),
        ("签发", "文稿待签发，不能重新生成。"),
        ("征询", "文稿已答复，征询中，不能重新生成。"),
    ],
)
def test_a_paper_that_moved_on_says_so_and_stays(
    browser: Browser, casework: Casework, beside: Matter, state: str, said: str
) -> None:
    before = sheet(browser, beside) | {"act": "all"}
    casework.db.execute("UPDATE stages SET state = ?", (state,))
    page = browser.get(f"/matters/{beside.id}?s=1").text
    assert said in page and 'name="redraft"' not in page
    assert browser.post(f"/matters/{beside.id}/redraft/new").location == f"/matters/{beside.id}?s=1"
    assert notices(browser, f"/matters/{beside.id}?s=1") == [said]
    answer = browser.post(f"/matters/{beside.id}/redraft", before)
    assert answer.status_code == 409 and answer.text.count(said) == 1
    assert matter_now(casework, beside.id) == beside


def test_an_empty_archive_is_named_and_changes_nothing(
    browser: Browser, casework: Casework, drafted: Matter, app: Flask
) -> None:
    app.extensions["archive"] = EmptyArchive()
    answer = press(browser, drafted, 0, {"redraft": "all"})
    (said,) = notices(browser, answer.location)
    assert said.startswith("档案还是空的，没有可以重新生成的依据，文稿没有改动。")
    assert matter_now(casework, drafted.id) == drafted


def test_an_unknown_suggestion_and_an_unchecked_list(
    browser: Browser, casework: Casework, drafted: Matter
) -> None:
    answer = browser.post(f"/matters/{drafted.id}/redraft/new", {"s": "99"})
    assert answer.status_code == 404 and "已不在清单中" in answer.text
    unchecked = casework.create_matter(PROPOSAL)
    browser.post(f"/matters/{unchecked}/redraft/new")
    assert notices(browser, f"/matters/{unchecked}/intake") == ["请先核对建议清单，再生成答复。"]
    assert "没有待选的新稿" in browser.get(f"/matters/{unchecked}/redraft").text


def test_forty_typed_answers_stand_on_one_page(
    browser: Browser, casework: Casework, archive: FakeArchive
) -> None:
    texts = [f"利用第{n}处边角地增加停车泊位" for n in range(1, 41)]
    proposal = replace(PROPOSAL, suggestions=tuple(Suggestion(None, one) for one in texts))
    matter_id = casework.create_matter(proposal)
    form = intake_form(matter_now(casework, matter_id), *texts)
    browser.post(f"/matters/{matter_id}/intake", form)
    matter = matter_now(casework, matter_id)
    answers = tuple(replace(one, done=f"{MINE}{n}") for n, one in enumerate(matter.draft.answers))
    casework.save_draft(matter_id, replace(matter.draft, answers=answers), matter.version)
    browser.post(f"/matters/{matter_id}/redraft/new")
    page = browser.get(f"/matters/{matter_id}/redraft").text
    assert "重新生成：40 条与现有内容不同" in page and page.count("<article>") == 40
    before = matter_now(casework, matter_id)
    sent = sheet_of_all(page) | {"39-done": "new", "0-done": "old", "act": "chosen"}
    assert browser.post(f"/matters/{matter_id}/redraft", sent).status_code == 302
    after = matter_now(casework, matter_id)
    assert after.version == before.version + 1
    assert [one.done.startswith(MINE) for one in after.draft.answers] == [True] * 39 + [False]


def sheet_of_all(page: str) -> dict[str, object]:
    """What the page sends as it stands; a name that stands in it forty times has forty values."""
    sent: dict[str, list[str]] = {}
    for name, value in fields_of(page):
        sent.setdefault(name, []).append(value)
    return {name: values for name, values in sent.items() if name != "csrf"}
