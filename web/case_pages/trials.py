"""试拟: the tab of the workbench on which a local model's sentences stand, to be ticked one by one.

All its buttons save the answer first, as every button of the workbench does. Without ``[model]`` in
the configuration there is no such tab.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import current_app, request

from casework import Matter, aligned, jobs
from casework.matters import trials
from casework.matters.trials import Line, Source, Trial
from desk.drafts.inserting import Inserted
from desk.local_model import asking, taking
from drafting.answering.first_draft import Verdicts
from drafting.answering.local_model.helping import REWRITTEN
from drafting.answering.local_model.nouns import USES, Use, Uses
from drafting.errors import UserError
from drafting.intake.nouns import Intake
from drafting.language.likeness.redline import compare
from drafting.model import ANSWER_TITLES, Answer, Draft
from storage.configuration import Model
from web import forms, stores
from web.texts import parse_number

TAB = "trial"
TITLE = "试拟"
ALL = "all"
"""What the button says that tries every suggestion."""
_VERDICT: Mapping[str, str] = {use: said for said, use in USES.items()}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the tab shows: the newest question, its sentences by field, what was refused and why;
    ``before`` counts those that are answered first; ``tasks`` are what can be asked now,
    ``changes`` what a rewriting changes, field by field."""

    trial: Trial | None
    kept: Mapping[str, tuple[Line, ...]]
    refused: tuple[Line, ...]
    verdicts: tuple[tuple[str, Line, Source | None], ...]
    before: int
    tasks: Mapping[str, str]
    sources: Mapping[str, Source]
    changes: Mapping[str, Sequence[tuple[str, str]]]

    @property
    def name(self) -> str:
        """What was asked, in words."""
        return asking.TASKS.get(self.trial.task, "") if self.trial else ""

    @property
    def rewrites(self) -> bool:
        """Whether what is taken replaces what stands there."""
        return self.trial is not None and taking.rewrites(self.trial)

    @property
    def takes(self) -> bool:
        """Whether there is something to take that was not taken yet."""
        return any(line.taken is None for lines in self.kept.values() for line in lines)


def chosen() -> Model:
    """Return what the configuration says of the model."""
    found: Model = current_app.config["CONFIGURATION"].model
    return found


def tabs(known: Mapping[str, str]) -> Mapping[str, str]:
    """Return the tabs of the right side, with this one where there is a model to ask."""
    return {**known, TAB: TITLE} if asking.has_model(chosen()) else known


def shown(matter: Matter, draft: Draft, place: int) -> Shown:
    """Return what the tab shows for the suggestion at ``place``."""
    casework = stores.casework()
    trial = casework.run(trials.latest, matter.id, draft.answers[place].suggestion.key)
    lines = trial.lines if trial else ()
    sources = {one.id: one for one in trial.sources} if trial else {}
    kept = {
        title: tuple(one for one in lines if one.slot == slot and not one.reason)
        for slot, title in ANSWER_TITLES.items()
    }
    last = place + 1 == len(draft.answers)
    tasks = {
        name: said
        for name, said in asking.TASKS.items()
        if name not in asking.WHOLE and not (last and name == "join")
    }
    return Shown(
        trial,
        {title: found for title, found in kept.items() if found},
        tuple(one for one in lines if one.reason),
        tuple(
            (_VERDICT.get(one.slot, "没有答到"), one, sources.get(one.ids[0]) if one.ids else None)
            for one in lines
            if not one.reason and one.slot not in ANSWER_TITLES
        ),
        casework.run(trials.before, trial.id) if trial and not trial.over else 0,
        tasks,
        sources,
        _changes(trial, draft.answers[place]) if trial and trial.over else {},
    )


def _changes(trial: Trial, answer: Answer) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return what the taking of all sentences would change in the fields that have a text."""
    found = {}
    for slot in REWRITTEN:
        left = [
            one.text
            for one in trial.lines
            if one.slot == slot and not one.reason and one.taken is None
        ]
        stands = getattr(answer, slot)
        if not left or not stands.strip():
            continue
        anew = taking.rewrites(trial)
        new = getattr(taking.with_text(answer, slot, "".join(left), anew=anew), slot)
        if new != stands:
            found[ANSWER_TITLES[slot]] = compare(stands, new)
    return found


def use_said(use: Use) -> str:
    """Return what a page calls a use."""
    return _VERDICT[use]


def verdicts(matter_id: int, draft: Draft) -> Verdicts:
    """Return what the model judged passages to be; nothing where there is no model to ask."""
    if not asking.has_model(chosen()):
        return {}
    return taking.verdicts(stores.casework(), matter_id, aligned(draft))


def judged(matter_id: int, draft: Draft, place: int) -> Uses:
    """Return what the model judged the passages to be to the suggestion at ``place``."""
    if not asking.has_model(chosen()):
        return {}
    return taking.uses(stores.casework(), matter_id, draft.answers[place].suggestion.key)


@dataclass(frozen=True, slots=True)
class OfPaper:
    """What the page of 核对 shows of a model that read the paper: the questions, its summary."""

    read: Trial | None
    summarized: Trial | None

    @property
    def open(self) -> bool:
        """Whether something is still to come."""
        return any(one is not None and not one.over for one in (self.read, self.summarized))

    @property
    def points(self) -> tuple[Line, ...]:
        """The sentences of the summary that may be shown."""
        lines = self.summarized.lines if self.summarized else ()
        return tuple(one for one in lines if not one.reason)

    @property
    def found(self) -> int:
        """How many suggestions the model quoted."""
        return sum(not one.reason for one in self.read.lines) if self.read else 0

    @property
    def said(self) -> tuple[str, ...]:
        """Why a question ended without an answer."""
        return tuple(one.said for one in (self.read, self.summarized) if one and one.said)


def of_paper(matter: Matter | None) -> OfPaper | None:
    """Return what a model made of the paper; ``None`` where there is none to ask."""
    if matter is None or not asking.has_model(chosen()) or not matter.draft.proposal.text:
        return None
    ask = stores.casework().run
    return OfPaper(
        ask(trials.of_task, matter.id, "", "read"),
        ask(trials.of_task, matter.id, "", "summarize"),
    )


def with_listing(matter: Matter, reading: Intake | None) -> Intake | None:
    """Return how the paper was read, with the list that a model found as one more reading."""
    found = of_paper(matter)
    if reading is None or found is None or found.read is None or not found.found:
        return reading
    listing = asking.listing(found.read, matter.draft.proposal.text)
    lists = replace(reading.suggestions, others=(*reading.suggestions.others, listing))
    return replace(reading, suggestions=lists)


def ask_of_paper(matter: Matter, task: str) -> str:
    """Put a question about the whole paper and return the message about it.

    Raises :class:`UserError`.
    """
    casework = stores.casework()
    if task not in asking.WHOLE:
        return ""
    asking.begin(stores.context(), matter, 0, task, chosen(), casework.actor)
    stores.work_on(jobs.MODEL)
    return f"{asking.TASKS[task]}：已交给本地模型，稍后按“看看结果”"


def wanted() -> bool:
    """Whether the pressed button takes sentences of a trial."""
    return "trial-take" in request.form


def take(matter_id: int, answer: Answer) -> Inserted:
    """Return the answer with the ticked sentences, or all. Raises :class:`UserError`."""
    shelves = taking.Shelves(stores.archive(), stores.casework(), matter_id, stores.own_unit())
    trial = _trial(matter_id)
    taken = taking.take(trial, _ticked(trial), answer, shelves)
    return Inserted(taken.answer, taken.said, "", 0, 0)


def after(matter: Matter, place: int) -> str:
    """Do what the pressed button says of a trial, the answer being saved; return the message.

    Raises :class:`UserError` where the model may not be asked: what was typed is saved.
    """
    casework = stores.casework()
    if wanted():
        trial = _trial(matter.id)
        taking.keep(casework, trial, _ticked(trial), casework.actor)
        return ""
    if "trial-stop" in request.form:
        done = casework.run(trials.stop, forms.number("trial-id") or 0, matter.id)
        return "已停止，已拟出的句子仍可取用" if done else "已经写完了"
    task = request.form.get("trial", "")
    if not task:
        return ""
    if task == ALL:
        return _of_all(matter)
    asked = asking.begin(stores.context(), matter, place, task, chosen(), casework.actor)
    stores.work_on(jobs.MODEL)
    queued = f"前面还有{asked.before}处，正在排队" if asked.before else "已交给本地模型"
    return f"{asking.TASKS[task]}：{queued}"


def _of_all(matter: Matter) -> str:
    """Put the question for each suggestion that was not tried, up to the bound of the queue."""
    casework, draft = stores.casework(), aligned(matter.draft)
    asked = 0
    for place, answer in enumerate(draft.answers):
        if casework.run(trials.of_task, matter.id, answer.suggestion.key, "compose"):
            continue
        try:
            asking.begin(stores.context(), matter, place, "compose", chosen(), casework.actor)
            stores.work_on(jobs.MODEL)
        except UserError as error:
            if not asked:
                raise
            return f"已交{asked}条；{error.message.rstrip('。')}"
        asked += 1
    return f"各条试拟：已交{asked}条，一条一条地写" if asked else "各条都已试拟过"


def _trial(matter_id: int) -> Trial:
    number = forms.number("trial-id")
    trial = stores.casework().run(trials.by_number, number, matter_id) if number else None
    if trial is None:
        raise UserError("这次试拟已不在了，请重新试拟。")
    return trial


def _ticked(trial: Trial) -> set[int]:
    """Return the numbers of the sentences that are taken: those ticked, or all that are left."""
    if request.form["trial-take"] == "all":
        return {one.number for one in trial.lines if not one.reason and one.taken is None}
    sent = request.form.getlist("trial-line")
    return {parse_number(one) for one in sent if one.isascii() and one.isdigit()}
