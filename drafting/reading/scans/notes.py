"""What a user is told of pages that were recognised badly or not at all."""

from __future__ import annotations

from drafting.reading.scans.judge import Verdict

_SAID: dict[Verdict, str] = {
    "unreadable": "辨认不清，没有读出文字，请对照原件。",
    "doubtful": "辨认不准，可能有错字漏字，请对照原件。",
}


def note(verdict: Verdict, number: int, of: int) -> str:
    """Return what is to be said of page ``number`` (from 1) ``of`` so many, ``""`` if good."""
    said = _SAID.get(verdict, "")
    where = f"第{number}页" if of > 1 else "扫描件"
    return f"{where}{said}" if said else ""


def marker(number: int) -> str:
    """Return the line that stands in the text where page ``number`` could not be read."""
    return f"【第{number}页辨认不清，请对照原件】"
