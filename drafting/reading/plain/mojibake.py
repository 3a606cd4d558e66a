"""Mojibake: Chinese shown in the wrong characters, as ``ÖÐ»ªÈËÃñ`` for 中华人民.

A line is garbled where the bytes behind it, read in another encoding, say what official Chinese
says and the line itself does not: told by how many of its characters are among the most frequent
ones. Russian, French or rare names stay what they are: read otherwise they say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Shown in the first, written in the second. Latin-1's are windows-1252 with its gaps filled.
_CONFUSED = (
    *(("latin-1", "gb18030"), ("cp1252", "gb18030"), ("latin-1", "utf-8"), ("cp1252", "utf-8")),
    *(("gb18030", "utf-8"), ("big5", "gb18030"), ("gb18030", "big5"), ("cp932", "gb18030")),
    *(("cp1251", "gb18030"), ("mac_roman", "gb18030"), ("cp949", "gb18030"), ("big5", "utf-8")),
    *(("cp1250", "gb18030"), ("latin-1", "big5"), ("cp437", "gb18030")),
)
# The most frequent characters and marks of replies, proposals and plans.
_FREQUENT = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而"
    "方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应"
    "开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道"
    "命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长"
    "求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处理府给"
    "南教市县镇街村局委办案协议复函省建议提案代表收悉感谢支持停车规划服务安全环境措施负责落实推动推进保障完善"
    "，。、；：？！“”（）《》〔〕"
)
_TELLING = re.compile(r"[^\x00-\x7f\s]")
_FEWEST = 6
_LOST = re.compile(r"[?？\ufffd]")
_KEEPS, _WOULD_SAY = 0.25, 0.5


def is_garbled(lines: Iterable[str]) -> bool:
    """Whether any line is Chinese in the wrong characters, or most of the text is lost to ``?``."""
    lines = list(lines)
    return any(map(_is_garbled, lines)) or _is_lost("".join(lines))


def _is_garbled(line: str) -> bool:
    told = "".join(_TELLING.findall(line))
    return (
        len(told) >= _FEWEST
        and _share(told) < _KEEPS
        and any(_says(line, told, shown, written) for shown, written in _CONFUSED)
    )


def _says(line: str, told: str, shown: str, written: str) -> bool:
    data = line.encode(shown, "ignore")
    lost = len(told) - len("".join(_TELLING.findall(data.decode(shown, "ignore"))))
    if lost > len(told) // 5:
        return False
    otherwise = "".join(_TELLING.findall(data.decode(written, "replace")))
    return len(otherwise) >= 3 and _share(otherwise) >= _WOULD_SAY


def _is_lost(text: str) -> bool:
    """Whether a third of what is not blank are marks in the place of characters."""
    filled = "".join(text.split())
    lost = len(_LOST.findall(filled))
    return lost >= _FEWEST and 3 * lost > len(filled)


def _share(text: str) -> float:
    return sum(one in _FREQUENT for one in text) / max(1, len(text))
