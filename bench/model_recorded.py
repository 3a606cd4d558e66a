"""Recorded answers of a good and of a bad model on the real matters, replayed and scored.

The answers (``model_answers``, one file a matter) were written by hand in the form that a model
sends; what the bad one gets wrong stands beside each of its sentences. A passage is named by where
it comes from and a few letters of it (``seeds/002#大力培育``), which the replay turns into the id
that the question gave it; a quotation ("原句": "") is filled in from the passage, of which nothing
is kept here. ``half`` tells whether the guards were open when the answers were written.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import matters
from bench.matters import Without, proposal_of
from bench.model_kinds import composed, invented
from bench.model_server import Behaviour, Question, lines, serving
from bench.table import Row, show
from corpus import Archive
from desk.local_model.at_once import verdicts
from desk.local_model.door import Door
from drafting.answering.first_draft import first_draft
from drafting.answering.local_model.composing import compose
from drafting.answering.local_model.nouns import SLOTS, Kept, Sheet, Shown
from drafting.answering.local_model.sheet import make_sheet
from drafting.language.particulars import without_pending
from drafting.model import Answer, Draft, Evidence
from drafting.model.serial import to_plain
from storage.configuration import Model

ANSWERS = Path(__file__).with_name("model_answers")
MODELS = ("good", "bad")
HALVES = ("blind", "open")
_REST = "*"

Said = Mapping[str, Any]


@dataclass
class Tally:
    """What the answers of one model, of one half, came to.

    ``judged`` and ``composed`` are the counts of the shared script: of the extractive draft by the
    model's verdicts, and of an answer of nothing but its sentences. ``passed`` are the bad
    sentences that stand as they are, with what is wrong with them; ``lost`` the good ones that do
    not, with the reason; ``unseen`` counts those that are not sent, as the model was not shown
    their passage, or not for that field.
    """

    judged: Counter[str] = field(default_factory=Counter)
    composed: Counter[str] = field(default_factory=Counter)
    sentences: int = 0
    kept: int = 0
    marked: int = 0
    unseen: int = 0
    invented: int = 0
    passed: list[tuple[str, str]] = field(default_factory=list)
    lost: list[tuple[str, str]] = field(default_factory=list)


Tallies = Mapping[tuple[str, str], Tally]


def recorded(matter: str) -> Mapping[str, Any]:
    """Return what is recorded of a matter."""
    found: Mapping[str, Any] = json.loads((ANSWERS / f"{matter}.json").read_text("utf-8"))
    return found


def measure(chosen: Collection[str] = ()) -> Tallies:
    """Return what the recorded answers to the real matters ``chosen`` (all where empty) come to."""
    script = matters.script_of_shared()
    tallies = {(half, model): Tally() for half in HALVES for model in MODELS}
    with matters.archives(script) as archive_for:
        for case in matters.cases(chosen):
            for model in MODELS:
                tally = tallies[recorded(case["id"])["half"], model]
                _replayed(case, archive_for(case), model, script, tally)
    return tallies


def _replayed(case: Said, archive: Archive, model: str, script: Any, tally: Tally) -> None:
    proposal = proposal_of(case)
    view = Without(archive, case)
    places = range(len(proposal.suggestions))
    sheets = [make_sheet(proposal, place, view, today=dt.date.today()) for place in places]
    said = [one[model] for one in recorded(case["id"])["answers"]]
    with serving(replaying(sheets, said)) as served:
        door = Door(Model(url=served.url, name="m", waiting=1), Path())
        draft = first_draft(proposal, view, verdicts=verdicts(proposal, view, (), door))
        script.score(case, to_plain(draft), tally.judged, False)
        kept = [_composed(door, sheet, tally) for sheet in sheets]
    answers = [_answer(sheet, one) for sheet, one in zip(sheets, kept, strict=True)]
    script.score(case, to_plain(Draft(proposal, tuple(answers))), tally.composed, False)
    for sheet, one in zip(sheets, said, strict=True):
        _tell_apart(one["composing"], sheet, tally)


# ------------------------------------------------------------------ the replay


def replaying(sheets: Sequence[Sheet], said: Sequence[Said]) -> Behaviour:
    """Return a model that gives the recorded answers ``said``, one for each of ``sheets``."""
    known = {sheet.suggestion.text: (sheet, one) for sheet, one in zip(sheets, said, strict=True)}

    def behave(system: str, question: Question) -> str:
        sheet, one = known[question["建议"]["内容"]]
        if "逐条判断" in system:
            return lines(*_verdicts(one["judging"], sheet))
        told = (_sent(each, sheet) for each in one["composing"])
        return "\n".join(each for each in told if each)

    return behave


def _verdicts(said: Sequence[Said], sheet: Sheet) -> Iterator[Said]:
    named = {one["编号"]: found for one in said if (found := _shown(one["编号"], sheet.shown))}
    rest = [one for one in sheet.shown if one.id not in {each.id for each in named.values()}]
    for one in said:
        name, span = one["编号"], one.get("原句", "")
        if name == _REST:
            for shown in rest:
                yield {**one, "编号": shown.id, "原句": _quoted(shown, "")}
        elif shown := named.get(name):
            yield {**one, "编号": shown.id, "原句": span or _quoted(shown, name.split("#")[1])}
        elif "#" not in name:
            yield one


def _quoted(shown: Shown, words: str) -> str:
    """Return the sentence of a passage in which ``words`` stand."""
    at = shown.text.find(words)
    return shown.text[shown.text.rfind("。", 0, at) + 1 :].split("。")[0]


def _sent(one: Said, sheet: Sheet) -> str:
    """Return a sentence as it is sent, "" where a good model would not: it rests on what it was
    not shown, or not for that field. A bad one names another passage."""
    said = one.get("said", one)
    if isinstance(said, str):
        return said
    slot = SLOTS[said["栏"]]
    open_to = [shown for shown in sheet.shown if slot in shown.slots]
    if "fault" in one:
        usual = next(iter((*open_to, *sheet.shown)), None)
        ids = [_id(name, sheet.shown) or (usual.id if usual else "P1") for name in said["依据"]]
    else:
        ids = [_id(name, open_to) for name in said["依据"]]
    return lines({**said, "依据": ids}) if all(ids) else ""


def _id(name: str, shown: Sequence[Shown]) -> str:
    """Return the id of the passage of that name, "" where it is not among those ``shown``."""
    if "#" not in name:
        return name
    found = _shown(name, shown)
    return found.id if found else ""


def _shown(name: str, shown: Sequence[Shown]) -> Shown | None:
    source, _, words = name.partition("#")
    return next(
        (
            one
            for one in shown
            if source in one.passage.source
            and words in f"{one.passage.text}\n{'/'.join(one.passage.path)}"
        ),
        None,
    )


# ------------------------------------------------------------------ what came of it


def _composed(door: Door, sheet: Sheet, tally: Tally) -> list[Kept]:
    made = composed(door, sheet)
    tally.invented += sum(invented(one, sheet) for one in made.kept)
    return made.kept


def _answer(sheet: Sheet, kept: Sequence[Kept]) -> Answer:
    """Return an answer of nothing but a model's sentences, with the passages that they cite."""
    cited = dict.fromkeys(id for one in kept for id in one.ids)
    texts = {
        slot: "".join(one.text for one in kept if one.slot == slot)
        for slot in ("done", "next_step")
    }
    evidence = tuple(Evidence(sheet.by_id[id].passage, "") for id in cited)
    return Answer(sheet.suggestion, texts["done"], texts["next_step"], evidence=evidence)


def _tell_apart(said: Sequence[Said], sheet: Sheet, tally: Tally) -> None:
    """Count what became of each sentence by itself."""
    for one in said:
        words = _sent(one, sheet)
        if not words:
            tally.unseen += 1
            continue
        tally.sentences += 1
        made = compose(words, sheet)
        stands = [each for each in made.kept if without_pending(each.text) == each.text]
        tally.kept += bool(made.kept)
        tally.marked += bool(made.kept) and not stands
        text = one["said"] if isinstance(one.get("said"), str) else one.get("said", one)["文字"]
        if stands and "fault" in one:
            tally.passed.append((one["fault"], text))
        elif not made.kept and "fault" not in one:
            tally.lost.append((made.refused[0].reason, text))


def main() -> None:
    """Print what the answers come to, those written blind first."""
    if not matters.MATTERS.is_dir():
        print("项目旁没有 ../shared/matters，略过录下的模型回答。")
        return
    for (half, model), tally in measure().items():
        rows = []
        for name, count in (("judged", tally.judged), ("composed", tally.composed)):
            right = count["clean"] + count["rightly empty"]
            rows += [
                Row(f"{name}: right of {count['suggestions']} suggestions", right, ""),
                Row("… passages used", count["used"], ""),
                Row("… of them wrong", count["used wrong"], ""),
                Row("… another office's work told as ours", count["foreign"], "", mark="0"),
            ]
        rows += [
            Row("sentences", tally.sentences, ""),
            Row("… kept", tally.kept, ""),
            Row("… of them with a mark", tally.marked, ""),
            Row("not sent: passage not shown, or not for that field", tally.unseen, ""),
            Row("particulars that no cited passage says", tally.invented, "", mark="0"),
        ]
        show(f"recorded answers, {half} half, {model} model", rows)
        for why, text in (*tally.lost, *tally.passed):
            print(f"  {why}｜{text}")


if __name__ == "__main__":
    main()
