"""Carries out the questions that wait; so many at once as the model bears.

What comes back is judged and kept sentence by sentence, so that the page shows it while the model
still writes; who stops it stops the stream. A question whose worker was killed is asked anew by the
next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from casework import Casework, Matter, aligned, jobs
from casework import figures as house
from casework.matters import trials
from casework.matters.trials import Line, Source, Trial
from corpus import Archive, Reader
from desk.context import Context
from desk.drafts.inserting import handle
from desk.drafts.particulars import names_known
from desk.jobs.nouns import Hold, Kind, Need, Unwanted
from desk.local_model import door
from desk.local_model.asking import refuse_secret
from desk.local_model.opening import OpenOnly
from drafting.answering.local_model import helping, prompts, reading
from drafting.answering.local_model.composing import Composition
from drafting.answering.local_model.heard import MOST_CHARS
from drafting.answering.local_model.judging import judge
from drafting.answering.local_model.nouns import Kept, Refused, Sheet, Shown
from drafting.answering.local_model.sheet import make_sheet, masked
from drafting.errors import UserError
from drafting.model import Draft
from drafting.model.identity import place_of
from storage.configuration import Configuration

MINE = "本单位提供"

_NARROWER = 3
"""How often a service that finds a question too long is asked with half as much."""

_OF_PASSAGES = frozenset({"compose", "judge", "read", "summarize"})
"""What may be answered from part of what there is; the rest would be half a text taken for all."""


class TrialWork:
    """The work on the questions of one folder, as :class:`desk.jobs.nouns.Doing`."""

    def __init__(self, folder: Path, chosen: Configuration) -> None:
        """Open the databases."""
        self._folder = folder
        self._door = door.Door(chosen.model, folder)
        self._casework = Casework.open(folder)
        self._archive = Archive.open(folder)

    def do(self, hold: Hold) -> str:
        """Answer the question; return why it could not be."""
        with hold.writing() as casework:
            trial = casework.run(trials.begin, int(hold.key))
        if trial is None:
            return ""
        run = _Run(self._casework, trial, hold)
        failed = ""
        try:
            if not self._door.chosen.url:
                raise UserError("没有配置本地模型，没有问。")
            self._carry_out(trial, run)
        except UserError as error:
            failed = error.message
        except LookupError:
            failed = "这条建议已不在清单中。"
        if not hold.is_wanted():
            with hold.writing() as casework:
                casework.run(trials.hand_back, trial.id)
            raise Unwanted
        run.end("failed" if failed else "done", failed or run.said)
        return failed

    def refuse(self, key: str, why: str) -> None:
        """Say where the answer is looked for that it does not come."""
        self._casework.run(trials.end, int(key), "failed", model="", answer="", said=why)

    def close(self) -> None:
        """Close the databases."""
        self._casework.close()
        self._archive.close()

    def _carry_out(self, trial: Trial, run: _Run) -> None:
        matter = self._casework.matter(trial.matter)
        if matter is None:
            raise LookupError(trial.matter)
        draft = aligned(matter.draft)
        refuse_secret(draft)  # a 密级 may have been put on it while the question waited
        window = self._door.chosen.window
        for tried in range(_NARROWER + 1):
            try:
                self._answer(trial, run, matter, draft, window)
            except door.TooLong:
                # It has a shorter window than was configured: fewer passages are shown, and said.
                if tried == _NARROWER or trial.task not in _OF_PASSAGES:
                    raise
                window //= 2
            else:
                return

    def _answer(self, trial: Trial, run: _Run, matter: Matter, draft: Draft, window: int) -> None:
        if trial.task == "read":
            _read(self._door, run, draft, window)
        elif trial.task == "summarize":
            _summarize(self._door, run, draft, window)
        else:
            sheet = self._sheet(trial, matter, draft, window)
            _TASKS[trial.task](self._door, run, sheet, draft)

    def _sheet(self, trial: Trial, matter: Matter, draft: Draft, window: int) -> Sheet:
        place = _place(draft, trial.suggestion)
        today = dt.date.today()
        view = self._archive.reader(Reader(trial.unit))
        context = Context(self._folder, today, self._casework, view, unit=trial.unit)
        return make_sheet(
            draft.proposal,
            place,
            OpenOnly(view),
            calls_itself=context.habits(draft.profile).unit.calls_itself,
            units=[name for name in context.unit_names(draft.profile) if name],
            given=self._casework.run(house.given, matter.id),
            names=names_known(context, draft.profile),
            today=today,
            window=window,
        )


@dataclass(slots=True)
class _Run:
    """One question under way: what came back so far, and its lines in the database."""

    casework: Casework
    trial: Trial
    hold: Hold
    model: str = ""
    said: str = ""
    words: list[str] = field(default_factory=list)
    number: int = 0

    def show(self, prompt: prompts.Prompt, shown: Sequence[Shown] = (), left_out: int = 0) -> None:
        """Keep what is about to be sent."""
        sources = [_source(one) for one in shown]
        with self.hold.writing() as casework:
            casework.run(trials.shown, self.trial.id, prompt.digest, sources, left_out)

    def ask(self, one: door.Door, prompt: prompts.Prompt, heard: Callable[[str], bool]) -> None:
        """Ask, keeping all words that come back."""

        def hear(words: str) -> bool:
            self.words.append(words)
            return heard(words)

        answered = one.ask(prompt.messages, hear, cancelled=self.is_stopped)
        self.model, self.said = answered.model, answered.said

    def ask_all(self, one: door.Door, prompt: prompts.Prompt) -> str:
        """Ask, and return all that came back, as much as is read of an answer."""
        self.ask(one, prompt, lambda _: sum(map(len, self.words)) < MOST_CHARS)
        return "".join(self.words)

    def is_stopped(self) -> bool:
        """Whether the clerk has stopped it, or it is another worker's by now."""
        return not self.casework.run(trials.is_open, self.trial.id) or not self.hold.is_wanted()

    def add(self, lines: Sequence[Line]) -> bool:
        """Keep lines; return whether more is wanted."""
        if not self.hold.is_wanted():
            return False
        if not lines:
            return True
        with self.hold.writing() as casework:
            return casework.run(trials.add, self.trial.id, lines)

    def line(self, slot: str, text: str, ids: tuple[str, ...] = (), reason: str = "") -> Line:
        """Return the next line."""
        self.number += 1
        return Line(self.number, slot, text, ids, reason)

    def end(self, state: trials.State, said: str) -> None:
        """Keep how it ended."""
        with self.hold.writing() as casework:
            casework.run(
                trials.end,
                self.trial.id,
                state,
                model=self.model,
                answer="".join(self.words),
                said=said,
            )


def _place(draft: Draft, suggestion: str) -> int:
    """Return where the suggestion of that key stands. Raises :class:`LookupError`."""
    place = place_of((one.suggestion for one in draft.answers), suggestion)
    if place is None:
        raise LookupError(suggestion)
    return place


def _source(one: Shown) -> Source:
    status = one.status.value if one.status else MINE
    passage = one.passage
    named = handle(passage) if passage.document else ""
    return Source(one.id, passage.document, passage.seq, passage.title, status, named, one.text)


# ------------------------------------------------------------------ the tasks


def _compose(one: door.Door, run: _Run, sheet: Sheet, draft: Draft) -> None:
    _sentences(one, run, sheet, prompts.to_compose(sheet))


def _rewrite(one: door.Door, run: _Run, sheet: Sheet, draft: Draft) -> None:
    task = run.trial.task
    place = _place(draft, run.trial.suggestion)
    answers = draft.answers[place : place + (2 if task == "join" else 1)]
    texts = [(name, getattr(each, name)) for each in answers for name in helping.REWRITTEN]
    told = [(name, text) for name, text in texts if text.strip()]
    asked = sheet.suggestion
    _refuse_too_long(told, one.chosen.window - len(asked.text) - len(asked.detail))
    own = helping.with_own_words(sheet, told, sheet.today)
    made = _sentences(one, run, own, prompts.to_rewrite(task, own, told))
    lost = helping.particulars_lost([text for _, text in told], [each.text for each in made.kept])
    if made.kept and lost:
        run.add([run.line("", "", (), f"改写后少了原稿中的{lost}")])


def _refuse_too_long(texts: Iterable[tuple[str, str]], window: int) -> None:
    """Raise :class:`UserError` where texts do not fit into half of the window, as they are shown
    twice: part of an answer is not to be taken for the whole."""
    if sum(len(text) for _, text in texts) > window // 2:
        raise UserError("这一条写得太长，模型一次看不完（model.window），没有问。")


def _sentences(one: door.Door, run: _Run, sheet: Sheet, prompt: prompts.Prompt) -> Composition:
    """Ask for sentences and keep each as it comes, judged; return them all."""
    made = Composition(sheet)
    run.show(prompt, sheet.shown, sheet.left_out)

    def heard(words: str) -> bool:
        wanted = run.add([_line(run, said) for said in made.hear(words)])
        return wanted and not made.over

    try:
        run.ask(one, prompt, heard)
    finally:
        run.add([_line(run, said) for said in made.end()])
    return made


def _line(run: _Run, said: Kept | Refused) -> Line:
    reason = said.reason if isinstance(said, Refused) else ""
    return run.line(said.slot, said.text[:500], said.ids, reason[:200])


def _judge(one: door.Door, run: _Run, sheet: Sheet, draft: Draft) -> None:
    prompt = prompts.to_judge(sheet)
    run.show(prompt, sheet.shown, sheet.left_out)
    found = judge(run.ask_all(one, prompt), sheet)
    lines = [run.line(each.use, each.span, (each.id,)) for each in found.verdicts.values()]
    if found.doubted:
        lines.append(run.line("", "", (), f"有{found.doubted}处判断不可信，没有采用"))
    run.add(lines)


def _unanswered(one: door.Door, run: _Run, sheet: Sheet, draft: Draft) -> None:
    asked = sheet.suggestion
    answer = draft.answers[_place(draft, run.trial.suggestion)]
    texts = [(name, getattr(answer, name)) for name in helping.REWRITTEN]
    _refuse_too_long(texts, one.chosen.window)
    prompt = prompts.to_rewrite("unanswered", helping.without_passages(sheet), texts)
    run.show(prompt)
    words = run.ask_all(one, prompt)
    whole = f"{asked.text}\n{asked.detail}"
    run.add(
        [
            run.line("", said.text, (), said.reason)
            if isinstance(said, Refused)
            else run.line("open", said.words)
            for said in helping.unanswered(words, whole)
        ]
    )


def _read(one: door.Door, run: _Run, draft: Draft, window: int) -> None:
    text = draft.proposal.text
    prompt = prompts.to_read(masked(text)[:window])
    run.show(prompt, (), int(len(text) > window))
    found = reading.suggestions_in(run.ask_all(one, prompt), text)
    lines = [run.line("suggestion", text[start:end]) for start, end in found.places]
    run.add([*lines, *(run.line("", words, (), why) for words, why in found.refused)])


def _summarize(one: door.Door, run: _Run, draft: Draft, window: int) -> None:
    sheet = helping.of_paper(draft.proposal, dt.date.today(), window)
    prompt = prompts.make_prompt("summarize", {"原文": helping.numbered(sheet)})
    run.show(prompt, (), sheet.left_out)
    run.add([_line(run, said) for said in helping.summary(run.ask_all(one, prompt), sheet)])


_TASKS: dict[str, Callable[[door.Door, _Run, Sheet, Draft], None]] = {
    "compose": _compose,
    "judge": _judge,
    "shorten": _rewrite,
    "formal": _rewrite,
    "join": _rewrite,
    "unanswered": _unanswered,
}


def _needs(casework: Casework, _folder: Path, chosen: Configuration) -> Iterator[Need]:
    for number, author in casework.run(trials.all_open) if chosen.model.url else ():
        yield Need(str(number), author)


def _at_once(chosen: Configuration) -> int:
    return chosen.model.running


KIND = Kind(jobs.MODEL, "询问本地模型", TrialWork, _needs, _at_once)
