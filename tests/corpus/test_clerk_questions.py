"""Two hundred ordinary questions of clerks, over the samples and over real replies.

What must be found is told without the index: by the dictionary's words of a question, looked for in
the whole text of each document.
"""

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import rjieba
from shared_data import SHARED

from corpus import EVERYTHING, Archive
from corpus.index import lexicon
from corpus.index.results import Results
from corpus.view import ArchiveView
from drafting.language.likeness import segment
from drafting.model import Kind
from drafting.reading import read_pasted
from storage import transaction

QUESTIONS = [
    line
    for line in Path(__file__).with_name("clerk_questions.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
SAID = re.compile(r"(标题含|正文含|近义|内容相近，都有)((?:“[^“”]+”)+)|标题或文号相符")


@dataclass(frozen=True)
class Asked:
    """A question, its words, how many of them the best document holds, and what was found."""

    question: str
    words: tuple[str, ...]
    most_held: int
    results: Results


@pytest.fixture(scope="module", params=["samples", "relevance"])
def view(request, tmp_path_factory, fill) -> ArchiveView:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "samples":
        return Archive.open(fill(folder)).reader(EVERYTHING)
    pairs = SHARED / "relevance" / "pairs-dev.jsonl"
    if not pairs.exists():
        pytest.skip("../shared/relevance is not beside the project")
    archive = Archive.open(folder)
    with transaction(archive.db):
        for line in pairs.read_text("utf-8").splitlines():
            record = json.loads(line)
            archive.store(replace(read_pasted(record["reply"]), kind=Kind.REPLY), record["id"])
    return archive.reader(EVERYTHING)


@pytest.fixture(scope="module")
def texts(view: ArchiveView) -> dict[int, str]:
    found = {number: view.document(number) for number in range(1, view.count() + 1)}
    return {
        number: segment.fold(f"{one.document.title or ''}\n{one.document.text}")
        for number, one in found.items()
        if one is not None
    }


@pytest.fixture(scope="module")
def asked(view: ArchiveView, texts: dict[int, str]) -> list[Asked]:
    found = []
    for question in QUESTIONS:
        cut = (word for run in segment.runs(question) for word in rjieba.cut(run, False))
        words = tuple(dict.fromkeys(word for word in cut if len(word) > 1))
        most = max(sum(word in text for word in words) for text in texts.values())
        found.append(Asked(question, words, most, view.look(question, limit=10)))
    return found


def test_there_are_two_hundred_different_questions():
    assert len(set(QUESTIONS)) == len(QUESTIONS) >= 200
    assert {len(one) for one in QUESTIONS} <= set(range(4, 17))


def test_none_is_without_a_hit_where_a_document_has_most_of_its_words(asked):
    assert [
        one.question for one in asked if not one.results.hits and 2 * one.most_held > len(one.words)
    ] == []


def test_none_is_changed_while_a_part_of_its_words_is_written(asked):
    assert [
        (one.question, one.results.corrected)
        for one in asked
        if one.results.corrected and one.most_held
    ] == []


def test_what_is_said_why_is_true_and_in_whole_words(asked, texts):
    wrong = []
    for one in asked:
        question = segment.fold(one.question)
        names = {
            segment.fold(other)
            for _, others in lexicon.alternatives(lexicon.load(), one.question)
            for other in others
        }
        for hit in one.results.hits:
            for reason in hit.why.split("；"):
                said = SAID.fullmatch(reason)
                words = {segment.fold(word) for word in re.findall("“([^“”]+)”", reason)}
                known = names if reason.startswith("近义") else {w for w in words if w in question}
                # No word ends within another of the question's: 停车泊 of 停车泊位.
                if (
                    not said
                    or not words <= known
                    or any(word not in texts[hit.document] for word in words)
                    or any(_is_fragment(word, question) for word in words - names)
                ):
                    wrong.append((one.question, hit.why))
    assert wrong == []


def test_what_is_said_to_be_missing_is_missing(asked, texts):
    assert [
        (one.question, word)
        for one in asked
        for word in one.results.left_out
        if word not in segment.fold(one.question) or word in texts[one.results.hits[0].document]
    ] == []


def _is_fragment(word: str, question: str) -> bool:
    """Whether ``word`` begins or ends within a word of the question, at each place it stands."""
    edges = {0}
    at = 0
    for run in segment.runs(question):
        at = question.index(run, at)
        edges.add(at)
        for part in rjieba.cut(run, False):
            at += len(part)
            # 停车难 is 停车 and what is said of it.
            edges |= {at, at - 1} if len(part) == 3 and part[-1] in "难贵慢乱少" else {at}
    places = [found.start() for found in re.finditer(re.escape(word), question)]
    return not any(place in edges and place + len(word) in edges for place in places)
