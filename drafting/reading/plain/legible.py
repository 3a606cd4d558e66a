"""Whether text taken from a file can be what its pages show.

A PDF may map its glyphs to any characters: the page looks right, the text is of no language. Such
text is never taken for the document's.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from drafting.language.cleaning import PRIVATE

_UNREADABLE = re.compile(f"[{PRIVATE}\ufffd\x00-\x08\x0e-\x1f]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
# Scripts in which whole documents are written; their letters stand together, not among others.
_BLOCKS = (
    *(("latin", 0x41, 0x24F), ("ipa", 0x250, 0x2FF), ("greek", 0x370, 0x3FF)),
    *(("cyrillic", 0x400, 0x52F), ("armenian", 0x530, 0x58F), ("hebrew", 0x590, 0x5FF)),
    *(("arabic", 0x600, 0x77F), ("indic", 0x780, 0xDFF), ("thai", 0xE00, 0xEFF)),
    *(("tibetan", 0xF00, 0xFFF), ("other", 0x1000, 0x1DFF), ("latin", 0x1E00, 0x1EFF)),
    *(("greek", 0x1F00, 0x1FFF), ("marks", 0x2C00, 0x2E7F), ("kana", 0x3040, 0x30FF)),
    *(("hangul", 0xAC00, 0xD7FF), ("other", 0xA000, 0xABFF)),
)
_LEAST = 20
_MOST_UNREADABLE, _MOST_MIXED = 1 / 3, 0.2
# What any Chinese text is full of; of official text it is a fifth to a third.
_COMMON = frozenset(
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种"
    "面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小现实加量都两体制机当使点从业本去把"
    "性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质"
    "气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活"
    "设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则"
    "任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美"
    "再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元"
    "况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委"
    "素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江"
    "國這為個來時們會對發動學說產種過後兩體機當點從業還與關開問題間樣應進無軍總義變條結農強決戰則據處隊給門"
)
_LEAST_COMMON = 0.25


def is_legible(text: str) -> bool:
    """Whether ``text`` reads as some language. Too little text to judge by passes."""
    letters = [char for char in text if not char.isspace()]
    if len(letters) < _LEAST:
        return len(_UNREADABLE.findall(text)) * 3 <= max(len(letters), 1)
    if len(_UNREADABLE.findall(text)) > _MOST_UNREADABLE * len(letters):
        return False
    return not _is_mixed(letters) and not _is_rare(letters)


def _is_mixed(chars: list[str]) -> bool:
    """Whether letters of several scripts stand mixed as no language has them."""
    scripts = Counter(script for char in chars if (script := _script(char)))
    mixed = {name: times for name, times in scripts.items() if name not in ("latin", "kana")}
    strange = sum(mixed.values())
    if strange <= _MOST_MIXED * len(chars):
        return False
    # One script other than Latin is a language; its share of the strange letters is nearly all.
    return max(mixed.values()) < 0.85 * strange or ("ipa" in mixed and mixed["ipa"] > 0.2 * strange)


def _script(char: str) -> str:
    code = ord(char)
    if not unicodedata.category(char).startswith(("L", "M")):
        return ""
    return next((name for name, first, last in _BLOCKS if first <= code <= last), "")


def _is_rare(chars: list[str]) -> bool:
    """Whether Chinese characters are there of which hardly one is common: shifted by some table."""
    han = [char for char in chars if _HAN.match(char)]
    if len(han) < 2 * _LEAST or any("\u3040" <= char <= "\u30ff" for char in chars):
        return False
    return sum(char in _COMMON for char in han) < _LEAST_COMMON * len(han)
