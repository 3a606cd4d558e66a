"""The way of a field that was added in one place (see :mod:`added_field`) through the product.

Run by :mod:`test_web_added_field` in a process of its own.
"""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any, get_args

import docx
from web_fakes import Browser, answer_form, intake_form, matter_now

from casework import Casework, Matter, aligned, answer_mark, pending_marks
from drafting.answering.redraft import taken_whole
from drafting.assembly import assemble
from drafting.checking import check_reply, printed_lines
from drafting.checking.fixing import fix_draft
from drafting.model import ANSWER_FIELDS, Answer, Structure
from drafting.profile import load_profile
from drafting.returning.comparing import compare, take_over
from drafting.returning.edited import read_edited
from drafting.writing import write_docx

FIRST = "用地紧张，近期难以新建。"
SECOND = "资金缺口较大。"


def said(answer: Answer) -> str:
    text: str = getattr(answer, "difficulty")  # noqa: B009 - no program knows it by name
    return text


def with_(answer: Answer, text: str) -> Answer:
    values: dict[str, Any] = {"difficulty": text}
    return replace(answer, **values)


def test_it_is_typed_and_saved_within_its_limit(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    page = browser.get(f"/matters/{matter.id}").text
    assert 'name="difficulty"' in page and "存在困难" in page
    assert "[&#34;difficulty&#34;, &#34;text&#34;]" in page  # what script saves and keeps
    path = f"/matters/{matter.id}/answers/1"
    assert browser.post(path, answer_form(matter, difficulty=FIRST)).status_code == 302
    assert said(matter_now(casework, matter.id).draft.answers[0]) == FIRST
    assert FIRST in browser.get(f"/matters/{matter.id}").text
    now = matter_now(casework, matter.id)
    refused = browser.post(path, answer_form(now, difficulty="难" * 61))
    assert refused.status_code == 400 and "“存在困难”不能超过60个字" in refused.text


def test_two_people_s_changes_are_merged_or_meet(
    browser: Browser, matter: Matter, casework: Casework
) -> None:
    path = f"/matters/{matter.id}/answers/1"
    seen = aligned(matter.draft).answers[0]
    base = {"base": answer_mark(seen)}
    browser.post(path, answer_form(matter, done="已建3处。", **base))
    assert browser.post(path, answer_form(matter, difficulty=FIRST, **base)).status_code == 302
    both = matter_now(casework, matter.id).draft.answers[0]
    assert (both.done, said(both)) == ("已建3处。", FIRST)
    conflict = browser.post(path, answer_form(matter, difficulty=SECOND, **base))
    assert conflict.status_code == 409
    assert FIRST in conflict.text and SECOND in conflict.text and "存在困难" in conflict.text


def test_joined_suggestions_keep_both(browser: Browser, matter: Matter, casework: Casework) -> None:
    for place, text in enumerate((FIRST, SECOND)):
        now = matter_now(casework, matter.id)
        answer = with_(aligned(now.draft).answers[place], text)
        casework.save_answer(matter.id, place, answer, now.version)
    now = matter_now(casework, matter.id)
    ids = [one.id for one in now.draft.proposal.suggestions]
    form = intake_form(now, "增泊位；规范收费", "错时开放")
    form["s_origin"] = [f"{ids[0]},{ids[1]}", ids[2]]
    browser.post(f"/matters/{matter.id}/intake", form)
    answers = matter_now(casework, matter.id).draft.answers
    assert [said(one) for one in answers] == [f"{FIRST}\n{SECOND}", ""]


def test_versions_show_and_compare_it(browser: Browser, matter: Matter, casework: Casework) -> None:
    first = with_(aligned(matter.draft).answers[0], FIRST)
    one = casework.save_answer(matter.id, 0, first, matter.version).version
    two = casework.save_answer(matter.id, 0, with_(first, SECOND), one).version
    page = browser.get(f"/matters/{matter.id}/versions/{one}").text
    assert "存在困难" in page and FIRST in page
    page = browser.get(f"/matters/{matter.id}/compare?from={one}&to={two}").text
    assert "存在困难" in page and "<del>" in page and "资金缺口" in page


def test_it_is_searched_checked_and_kept_when_composed_anew(matter: Matter) -> None:
    answer = with_(aligned(matter.draft).answers[0], "会同其它部门后仍有【待核实：缺口】。")
    assert pending_marks(answer) == ["【待核实：缺口】"]
    assert said(taken_whole(answer, Answer(answer.suggestion, done="新稿"))) == said(answer)
    draft = replace(matter.draft, answers=(answer, *aligned(matter.draft).answers[1:]))
    reply = assemble(draft, load_profile("default"))
    lines = [text for _, text in printed_lines(reply)]
    (found,) = (one for one in check_reply(reply, draft) if one.rule == "W01")
    fixed, _, refused = fix_draft(draft, lines, [found])
    assert refused == [] and said(fixed.answers[0]).startswith("会同其他部门")


def test_it_is_printed_and_comes_back_from_word(matter: Matter) -> None:
    profile = load_profile("default")
    answer = with_(replace(aligned(matter.draft).answers[0], done="已建3处。"), FIRST)
    draft = replace(matter.draft, answers=(answer, *aligned(matter.draft).answers[1:]))
    for structure in get_args(Structure):
        shaped = replace(draft, structure=structure)
        assert FIRST in [block.text for block in assemble(shaped, profile).body], structure
    document = docx.Document(io.BytesIO(write_docx(assemble(draft, profile))))
    (line,) = (one for one in document.paragraphs if FIRST in one.text)
    for run in line.runs:
        run.text = run.text.replace("近期", "三年内")
    stream = io.BytesIO()
    document.save(stream)
    (change,) = compare(draft, profile, read_edited(stream.getvalue()), form="reply")
    assert (change.where, change.takes) == ("第一条建议·存在困难", True)
    assert said(take_over(draft, [change]).answers[0]) == "用地紧张，三年内难以新建。"


def test_the_field_is_the_one_that_was_added() -> None:
    assert ANSWER_FIELDS[-1].name == "difficulty"
