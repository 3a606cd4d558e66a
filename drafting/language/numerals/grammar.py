"""The one grammar of a figure in any writing."""

from __future__ import annotations

import re
from functools import cache

from drafting.language.numerals.digits import VULGAR, H, S
from drafting.language.numerals.words import known_words

GAP = r"[ \u3000\u00a0\u2009]{0,2}(?:\n[ \u3000]{0,4})?"
"""What a break of the line and blanks may leave between the parts of one figure."""
# 1 200个 has a blank for its comma; a list counts its lines (1 200户…) at their start only.
_BLANKED = (
    r"(?<=[\u4e00-\u9fff：:（(])\d{1,3}(?: \d{3})+(?!\d)(?=(?:\.\d+)?[ \u3000]?[\u4e00-\u9fff%])"
)
ARABIC = rf"(?:\d{{1,3}}(?:[,\u00a0\u2009\u202f]\d{{3}})+(?!\d)|{_BLANKED}|\d+)(?:\.\d+)?"
MORE = "[余多来]"
NUM = (
    rf"(?:{ARABIC}(?:{GAP}{MORE}?[{S}]+(?:{ARABIC}[十百千万]+)*)?"
    rf"|[{H}{S}](?:\n?[{H}{S}]|[余多](?=[{S}]))*(?:点[{H}]+[万亿]*)?)"
)
TO = r"(?:[—–－\-～~〜至到]{1,2})"
# A hyphen that begins a line is no range.
_BEFORE_TO = rf"(?:{GAP}(?=[至到])|[ \u3000\u00a0]{{0,2}})"
RATIO = r"[:：∶比]"
PER = (
    r"(?:[/／](?:平方米|平方公里|公里|小时|分钟|公斤|立方米"
    r"|[人月年天日户亩吨次个度座台辆件米升生师村]))?"
)


@cache
def figure() -> re.Pattern[str]:
    """A figure from its first character on; the alternatives in the order they are tried."""
    unit = rf"(?:{known_words().unit})"
    return re.compile(
        rf"(?:(?P<base>[百千万])分之{GAP}(?P<share>{NUM}|百)"
        rf"(?:{TO}(?:[百千万]分之)?(?P<share2>{NUM}))?"
        rf"|(?P<of>{NUM})分之(?P<part>{NUM})"
        r"|(?P<over>\d{1,2})[/／](?P<under>\d{1,3})(?![\d/／.])"
        rf"|(?P<left>{ARABIC})(?P<ratio>{RATIO})(?P<right>{ARABIC})(?P<third>[:：∶]{ARABIC})?(?![:：∶比\d年])"
        rf"|翻了?{GAP}(?P<folds>{NUM})番"
        rf"|(?P<and_half>{NUM})个(?P<how>[多半])(?P<whole>月|小时|星期|季度|学期)"
        rf"|(?P<of_large>{NUM})个(?P<large>亿|千万|百万)(?P<yuan>元)?"
        rf"|(?P<vulgar>[{VULGAR}])"
        rf"|(?P<one>一半|半数|过半数)"
        rf"|半(?P<halved>个?多?(?:月|小时|天|年|公里|亩))(?![度报轻龄])"
        rf"|(?P<low>{NUM})(?P<more>{GAP}{MORE})?(?:(?:{GAP}(?P<lowunit>{unit}))?"
        rf"{_BEFORE_TO}{TO}{GAP}(?P<high>{NUM})(?P<more2>{GAP}{MORE})?)?"
        rf"(?:{GAP}(?P<unit>{unit})(?P<half>半(?![年天月日小]))?)?(?P<after>余(?![额地]))?{PER})"
    )


START = re.compile(rf"[\d{H}{S}{VULGAR}半翻过]")
RUN = re.compile(rf"[\d,.]+|[{H}{S}](?:\n?[{H}{S}])*")
