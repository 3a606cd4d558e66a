"""A task for the model as messages: the rules as the system's word, everything else as JSON data.

What comes from a proposal or a passage stands in JSON texts only, whose quotes cannot be closed
from within, and is called data: an order written in it is none. The words are in ``prompts.toml``.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from drafting.answering.local_model.nouns import SLOTS, Sheet, Shown
from drafting.answering.local_model.sheet import masked, refuse_confined
from drafting.model import ANSWER_TITLES

_MINE = "本单位提供的数据"


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages of one task; ``digest`` (SHA-256) is what the log keeps of them."""

    task: str
    system: str
    user: str

    @property
    def messages(self) -> list[dict[str, str]]:
        """The messages in the form that OpenAI-like servers read."""
        return [
            {"role": "system", "content": self.system},
            {"role": "user", "content": self.user},
        ]

    @property
    def digest(self) -> str:
        """SHA-256 of the messages, in hexadecimal."""
        return hashlib.sha256(f"{self.system}\0{self.user}".encode("utf-8", "replace")).hexdigest()


@lru_cache(maxsize=1)
def _words() -> Mapping[str, str]:
    return tomllib.loads(Path(__file__).with_name("prompts.toml").read_text("utf-8"))


def make_prompt(task: str, data: Mapping[str, object]) -> Prompt:
    """Return the prompt of ``task`` over ``data``, which is masked and put into JSON.

    Raises :class:`UserError` where any of it bears a 密级: what was let through before ends here.
    """
    refuse_confined(*_texts(data))
    words = _words()
    system = f"{words['frame'].strip()}\n\n{words[task].strip()}"
    return Prompt(task, system, json.dumps(_masked(data), ensure_ascii=False, indent=1))


def to_judge(sheet: Sheet) -> Prompt:
    """Return the prompt that asks what each passage is to the suggestion."""
    return make_prompt("judge", {"建议": _asked(sheet), "材料": _materials(sheet.shown)})


def to_compose(sheet: Sheet) -> Prompt:
    """Return the prompt that asks for the answer to the suggestion."""
    return make_prompt(
        "compose",
        {"本单位": _us(sheet), "建议": _asked(sheet), "材料": _materials(sheet.shown)},
    )


def to_rewrite(task: str, sheet: Sheet, draft: Sequence[tuple[str, str]]) -> Prompt:
    """Return the prompt that asks for ``draft``, fields and texts, in another shape."""
    texts = [{"栏": ANSWER_TITLES[name], "文字": text} for name, text in draft]
    return make_prompt(
        task,
        {
            "本单位": _us(sheet),
            "原稿": texts,
            "建议": _asked(sheet),
            "材料": _materials(sheet.shown),
        },
    )


def to_read(text: str) -> Prompt:
    """Return the prompt that asks for the suggestions of a proposal."""
    return make_prompt("read", {"原文": text})


def _asked(sheet: Sheet) -> Mapping[str, str]:
    subject = sheet.proposal.subject or ""
    return {"案由": subject, "内容": sheet.suggestion.text, "说明": sheet.suggestion.detail}


def _us(sheet: Sheet) -> Mapping[str, str]:
    units = sheet.ours.units
    return {"名称": units[0] if units else "", "自称": sheet.calls_itself}


def _materials(shown: Sequence[Shown]) -> list[Mapping[str, object]]:
    titles = {slot: title for title, slot in SLOTS.items()}
    return [
        {
            "编号": one.id,
            "来源": one.status.value if one.status else _MINE,
            "题目": one.passage.title,
            "所在标题": " › ".join(one.passage.path),
            "文号": one.passage.doc_no or "",
            "日期": one.passage.date.isoformat() if one.passage.date else "",
            "可写": sorted(titles[slot] for slot in one.slots),
            "文字": one.text,
        }
        for one in shown
    ]


def _masked(value: object) -> object:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {str(name): _masked(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(one) for one in value]
    return value


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
