"""会办意见: takes in what a unit that was asked has answered, as a file or as words."""

from __future__ import annotations

import datetime as dt

from casework import Casework, CoOpinion
from desk.handing_in.handed_in import read_document
from drafting.answering.opinions import text_of
from drafting.errors import UserError
from drafting.language.cleaning import typed_text

TEXT_MAX_CHARS = 100_000
PASTED_NAME = "粘贴的会办意见.txt"


def as_file(text: str) -> tuple[str, bytes]:
    """Return words that were sent as a file (name, bytes). Raises :class:`UserError` for none."""
    pasted = typed_text(text)
    if not pasted.strip():
        raise UserError("请粘贴会办意见，或者选择文件。")
    return PASTED_NAME, pasted.encode()


def read_opinion(name: str, data: bytes) -> str:
    """Return the words of an opinion. Raises :class:`UserError` where there are none, or too
    many."""
    words = text_of(read_document(data, name))
    if not words:
        raise UserError("没有读出意见的正文，请改用粘贴。")
    if len(words) > TEXT_MAX_CHARS:
        raise UserError("会办意见超过 10 万字，请只取正文。")
    return words


def receive(
    casework: Casework, line: CoOpinion, day: dt.date, words: str, file: tuple[str, bytes]
) -> None:
    """Keep what the unit answered. Raises :class:`UserError` for a day before the asking."""
    check_day(line, day)
    casework.receive_opinion(line.id, day, words, file)


def check_day(line: CoOpinion, day: dt.date, field: str = "received") -> None:
    """Raise :class:`UserError` at ``field`` for a day before the asking."""
    if line.asked and day < line.asked:
        raise UserError("收到日期早于征求日期，请核对。", field=field)
