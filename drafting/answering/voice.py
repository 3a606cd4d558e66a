"""A source's words put into this office's voice: only what still holds, and by whom it was done.

Past replies mix work done with verdicts on their own suggestion, promises, and words to their own
proposer; only sentences that tell finished work can go into another answer. Policies list targets
of years that are over; only what is still to be reached can be promised.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from drafting.facts import mark_stale
from drafting.model import Passage

MOST_QUOTED = 260
"""Characters of a source that go into an answer at most."""

_LABEL = re.compile(
    r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．、]|（\d+）)\s*"
)
_SENTENCE = re.compile(r"[^。；]+[。；]?")
# What an earlier reply made of its own suggestion says nothing of this one.
_VERDICT = re.compile(
    r"我们认为|不宜|采纳|留作参考|暂不|不予|不具备|无法|尚难|列入计划|情况属实|符合实际"
)
_ADDRESSED = re.compile(
    r"您|你们|贵(?:单位|委|会)|请.{0,8}(?:理解|谅解|参加|支持)|(?:代表|委员)(?:提|反映|建议|参加|到)"
    r"|邀请.{0,30}(?:代表|委员)|(?:提案|建议)(?:指出|提出|所提|列举|反映|推行|认为)|提案建议"
)
_PROMISE = re.compile(
    r"下一步|今后|接下来|届时|拟(?:于|在|建|新|定)|争取|力争|预计"
    r"|(?:我局|我们|并|也|还|同时)将|将(?:于|在|按|会同|组织|继续|进一步|对|争取|逐步|适时|全面)"
    r"|计划(?:在|于|今年|明年|\d{4}年)|(?:月|年)底前|日前(?:完成|建成)|\d月前|年内(?:完成|建成|实现)"
)
# What cannot open an answer when the sentence before it stays behind.
_HANGING = re.compile(
    r"其中|其余|剩余|余下|这|该|上述|以上|对此|为此|因此|所以|同时|此外|另|但|不过|而|未|尚|目前仍|主要(?:是|原因)"
    r"|原因|一是|二是|三是|也|还|并"
)
# A measure's own title: 推动泊位共享。 before the sentences that say how.
_MEASURE_TITLE = re.compile(r"(?P<title>[^。；，、：“”《》\d]{4,24})。(?=.)")
_TARGET = re.compile(r"(?:到|至)?(?P<year>20\d{2})年(?:底|末)?(?:前)?[，,][^；;。]*[；;。]?")
_UNITS = re.compile(
    r"(?P<role>牵头|主责|责任)(?:责任)?(?:部门|单位)\s*[:：]\s*(?P<units>[^；;。\n]+)"
)
# Words that every suggestion has: to share them alone is to share nothing.
_GENERAL = re.compile(
    r"进一步|加强|加大|加快|推进|推动|促进|完善|健全|建立|建设|提升|提高|全面|积极|大力|深入|持续|开展|"
    r"实施|落实|做好|强化|优化|提供|增强|工作|力度|建议|服务|管理|发展|水平|机制|体系|能力|统一|统筹|解决|完成|如期|增加|扩大|做实"
)


# What a subject says besides its field: whose, what for, and in what form it was handed in.
_SUBJECT_FRAME = re.compile(
    r"^关于|的?(?:提案|建议|议案)$|[我本全][国省市州区县旗盟乡镇]|质量|问题|情况|现状|相关|有关|高质量"
    r"|支持|鼓励|规范|缓解|治理|保障|构建|打造|办好|创新|和|与|及|对|的|在|把|让"
)
_ON_ITS_OWN = 0.3
"""A passage that holds so much of a suggestion's weight is about it, whatever the subject."""

# The place in the name of a unit or a session: 五华区 of 昆明市五华区人民政府.
_PLACE = re.compile(
    r"(?:中共|政协|关于)*(?:[\u4e00-\u9fff]{2,7}?(?:省|自治区))?"
    r"(?P<above>(?:[\u4e00-\u9fff]{2,7}?(?:市|自治州|盟))*)"
    r"(?P<place>[\u4e00-\u9fff]{2,6}?(?P<level>[市盟州县旗]|(?<![园社片景校城库发学新治])区))"
    r"(?!域|场|民|长)"
)
_OF_A_COUNTY = frozenset("区县旗")


def topical_words(subject: str) -> frozenset[str]:
    """Return the pairs of characters that name the field of a subject: 托育 of 完善托育服务体系."""
    runs = re.split(r"\W+", _GENERAL.sub(" ", _SUBJECT_FRAME.sub(" ", subject)))
    return frozenset(run[at : at + 2] for run in runs for at in range(len(run) - 1))


def on_topic(passage: Passage, subject: str | None) -> bool:
    """Tell whether a passage is about the proposal's field, and not of like words in another.

    A rule on parking shares 供给 and 闲置 with a suggestion on nurseries, and answers nothing of
    it. What names no field at all (a subject of general words only) excludes nothing.
    """
    words = topical_words(subject or "")
    if not words or passage.held >= _ON_ITS_OWN:
        return True
    held = "\n".join((passage.title, *passage.path, passage.text))
    return any(word in held for word in words)


def from_elsewhere(passage: Passage, ours: Collection[str]) -> bool:
    """Tell whether a source is of another place than the names in ``ours`` (session, unit).

    What binds a neighbour binds nobody here. A city may stand above the district, a province or
    the State Council always does; where either place is not named, nothing is held against it.
    """
    places = [found for name in ours if (found := _PLACE.match(name))]
    source = _PLACE.match(passage.issuer or passage.title)
    if not places or not source:
        return False
    if any(source["place"] == place["place"] for place in places):
        return False
    if any(place["above"].endswith(source["place"]) for place in places):
        return False
    county = any(place["level"] in _OF_A_COUNTY for place in places)
    may_stand_above = county and source["level"] not in _OF_A_COUNTY
    return not may_stand_above or any(place["above"] for place in places)


def from_below(passage: Passage, ours: Collection[str]) -> bool:
    """Tell whether a source is of a place within ours: a district's, where the city answers.

    It binds the city to nothing, but tells what is done there.
    """
    source = _PLACE.match(passage.issuer or passage.title)
    places = [found["place"] for name in ours if (found := _PLACE.match(name))]
    return source is not None and any(source["above"].endswith(place) for place in places)


def quote(passage: Passage) -> str:
    """Return the words of a passage that go into an answer: whole sentences of its own text.

    Its level number and the lines with the units that answer for it stay behind.
    """
    return _shorten(_LABEL.sub("", passage.text.split("\n", 1)[0]))


def work_done(passage: Passage, unit: str | None, this_year: int) -> str:
    """Return what a past reply tells of finished work, ``""`` where it tells none.

    Figures of an earlier year are marked 待核实; 今年 becomes the year it was; 我局 of another
    unit is named.
    """
    text = _shorten("".join(_telling(_LABEL.sub("", passage.text.split("\n", 1)[0]))))
    if not text or text.endswith(("：", ":")):
        return ""
    year = passage.date.year if passage.date else None
    if year and year != this_year:
        for word, named in (("今年", year), ("去年", year - 1), ("明年", year + 1)):
            text = text.replace(word, f"{named}年")
    if passage.issuer and not (unit and same_unit(passage.issuer, unit)):
        text = text.replace("我局", passage.issuer).replace("我委", passage.issuer)
    return text if year == this_year else mark_stale(text, year)


def _telling(text: str) -> Iterator[str]:
    """The sentences that tell finished work, none that hangs on one left out."""
    whole = True
    for sentence in _SENTENCE.findall(text):
        whole = _tells_work(sentence) and (whole or not _HANGING.match(sentence))
        if whole:
            yield sentence


def titled(measure: str) -> tuple[str, str]:
    """Part the title that a measure begins with from its words: ``("", words)`` without one."""
    found = _MEASURE_TITLE.match(measure)
    return (found["title"], measure[found.end() :]) if found else ("", measure)


def still_to_do(passage: Passage, this_year: int) -> str:
    """Return a measure's words without the targets of years that are over."""

    def keep(match: re.Match[str]) -> str:
        return match[0] if int(match["year"]) >= this_year else ""

    text = _TARGET.sub(keep, _LABEL.sub("", passage.text.split("\n", 1)[0])).strip()
    return _shorten(text)


def units_in_charge(passage: Passage) -> str:
    """Return the units that a measure names as leading, else as responsible; ``""`` if none."""
    named = {found["role"]: found["units"].strip(" 。") for found in _UNITS.finditer(passage.text)}
    return named.get("牵头") or named.get("主责") or named.get("责任") or ""


def same_unit(one: str, other: str) -> bool:
    """Whether two names may be one unit's: a short name has its characters from the full one."""
    short, full = sorted((one, other), key=len)
    rest = iter(full)
    return all(char in rest for char in short)


def _tells_work(sentence: str) -> bool:
    return not (
        _VERDICT.search(sentence) or _ADDRESSED.search(sentence) or _PROMISE.search(sentence)
    )


def _shorten(text: str) -> str:
    """Return whole sentences of ``text``, at most :data:`MOST_QUOTED` characters."""
    kept = ""
    for sentence in _SENTENCE.findall(text):
        if kept and len(kept) + len(sentence) > MOST_QUOTED:
            break
        kept += sentence
    return kept.rstrip("；") + "。" if kept.endswith("；") else kept
