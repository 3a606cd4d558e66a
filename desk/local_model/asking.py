"""Begins a question to the local model: what may be asked, and what may never leave the house."""

from __future__ import annotations

from dataclasses import dataclass

from casework import Matter, aligned
from casework.matters import trials
from desk.context import Context
from drafting.answering.local_model import reading
from drafting.answering.local_model.helping import REWRITING
from drafting.answering.local_model.sheet import SECRET, refuse_secret_paper
from drafting.errors import UserError
from drafting.intake.nouns import Listing, Place
from drafting.language.particulars import pending
from drafting.model import Draft
from storage.configuration import Model
from storage.log import audit

TASKS = {
    "compose": "试拟本条",
    "judge": "核对依据",
    "shorten": "改短",
    "formal": "改成公文语体",
    "join": "与下一条合成",
    "unanswered": "还有什么没答到",
    "read": "找建议",
    "summarize": "写要点",
}
"""What can be asked, and what the page calls it."""

WHOLE = frozenset({"read", "summarize"})
"""What is asked of the whole paper and not of one suggestion."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was put: its number, and how many are before it."""

    trial: int
    before: int


def begin(
    context: Context, matter: Matter, place: int, task: str, chosen: Model, actor: audit.Actor
) -> Asked:
    """Put a question about the suggestion at ``place`` into the queue.

    Raises :class:`UserError` where no model is configured, where a 密级 stands on the paper, where
    what is to be rewritten still holds marks, and where too many wait.
    """
    if not chosen.url or context.casework is None:
        raise UserError("没有配置本地模型，请管理员在配置文件的 [model] 里填写地址。")
    if task not in TASKS:
        raise UserError("没有这一项。")
    draft = aligned(matter.draft)
    refuse_secret(draft)
    key = "" if task in WHOLE else _suggestion(draft, place)
    if task in REWRITING:
        _check_text(draft, place, task)
    number = context.casework.run(
        trials.ask,
        matter.id,
        key,
        task,
        actor=actor,
        unit=context.unit,
        most=chosen.waiting,
    )
    return Asked(number, context.casework.run(trials.before, number))


def refuse_secret(draft: Draft) -> None:
    """Raise :class:`UserError` where the paper, or the reply to it, bears a 密级."""
    if draft.marks.secrecy:
        raise UserError(SECRET.format(draft.marks.secrecy))
    refuse_secret_paper(draft.proposal)


def has_model(chosen: Model) -> bool:
    """Whether a model may be asked at all: else nothing of it is shown."""
    return bool(chosen.url)


def _suggestion(draft: Draft, place: int) -> str:
    if not 0 <= place < len(draft.answers):
        raise LookupError(place)
    return draft.answers[place].suggestion.key


def _check_text(draft: Draft, place: int, task: str) -> None:
    answers = [draft.answers[place]]
    if task == "join":
        if place + 1 >= len(draft.answers):
            raise UserError("这是最后一条，后面没有可以合成的。")
        answers.append(draft.answers[place + 1])
    texts = [text for one in answers for text in (one.done, one.next_step)]
    if not any(text.strip() for text in texts):
        raise UserError("这一条还没有内容。")
    if marks := [mark for text in texts for mark in pending(text)]:
        raise UserError(f"还有待核实的内容{marks[0][:20]}，请先核实再改写，以免丢失。")


def listing(trial: trials.Trial, original: str) -> Listing:
    """Return the list that the model quoted from ``original``, as one more reading of it."""
    found = reading.listed([one.text for one in trial.lines if not one.reason], original)
    return Listing(
        found.suggestions,
        tuple(Place(start, end) for start, end in found.places),
        f"本地模型的分法（推测，{trial.model}）" if trial.model else "本地模型的分法（推测）",
    )
