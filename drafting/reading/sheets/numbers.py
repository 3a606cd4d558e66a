"""Numbers of a sheet as their format shows them: dates, percentages, numbers with leading zeros."""

from __future__ import annotations

import datetime as dt
import re

_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)
_LAST_DAY = 2_958_465
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_PADDED = re.compile(r"(?P<before>[^0#?.,%]*)(?P<zeros>0{2,})(?P<after>[^0#?.,%]*)")
_PERCENT = re.compile(r"[#0,]*0(?:\.(?P<decimals>0+))?%")
_BUILT_IN = {
    "9": "0%",
    "10": "0.00%",
    **dict.fromkeys("14 15 16 17 27 28 29 30 31 36 50 51 52 53 54 57 58".split(), "yyyy-m-d"),
    **dict.fromkeys("18 19 20 21 32 33 34 35 45 46 47 55 56".split(), "h:mm"),
    "22": "yyyy-m-d h:mm",
}
"""The formats that a file names by number only: those that matter here."""


def shown(value: str, code: str, *, since_1904: bool = False) -> str:
    """Return a cell's number as text; ``code`` is its format or the number of one built in."""
    try:
        number = float(value)
    except ValueError:
        return value
    code = _BUILT_IN.get(code, code).split(";")[0]
    bare = _QUOTED.sub("", code).lower()
    if re.search(r"[ymdhs]", bare) and "general" not in bare and 0 <= number <= _LAST_DAY:
        return _moment(number, bare, since_1904=since_1904)
    if percent := _PERCENT.fullmatch(bare):
        return f"{number * 100:.{len(percent['decimals'] or '')}f}%"
    plain = _LITERAL.sub(lambda found: found[1] or found[2] or "", code)
    padded = _PADDED.fullmatch(plain)
    if padded and number.is_integer() and number >= 0:
        digits = str(int(number)).zfill(len(padded["zeros"]))
        return f"{padded['before']}{digits}{padded['after']}".strip()
    # Excel keeps fifteen digits; what lies behind them is noise of the arithmetic.
    return str(int(number)) if number.is_integer() else f"{number:.15g}"


def _moment(number: float, bare: str, *, since_1904: bool) -> str:
    """Return the day, the day and time, or the time that ``number`` stands for."""
    if number < 60 and not since_1904:
        # Excel counts a 29 February 1900.
        number += 1 if number >= 1 else 0
    moment = (_EPOCH_1904 if since_1904 else _EPOCH) + dt.timedelta(seconds=round(number * 86_400))
    if not re.search(r"[yd]", bare) and re.search(r"[hs]", bare):
        return f"{moment:%H:%M}"
    if "h" in bare and (moment.hour or moment.minute):
        return f"{moment:%Y-%m-%d %H:%M}"
    return f"{moment:%Y-%m-%d}"
