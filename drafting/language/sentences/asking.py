"""Whether a sentence asks (建议、希望、应当 …), describes a problem, or gives a reason.

The words are data, in ``asking.toml``. The position of the sentence in the paper is not considered.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from drafting.language.late import late
from drafting.language.naming.places import DISTRICTS
from drafting.language.naming.units import OFFICES

# 建议 as what somebody does, not as a noun (代表建议、批评和意见; 提出的建议; 建议人; 《…的建议》).
ADVISES = (
    r"(?<![的条点项化些份件类等号出和与及届见])建议"
    r"(?!专题|批评|承办|工作|答复|落实|人|者|号|编|类|案|书|稿|收悉|办理|内容|提案|标题|名称|题目|[、》”）)｜|】]|和|与|及|的|被|得到|已|中|里|权)"
)
_ADVISES = late(ADVISES)
_TITLE = late(r"《[^《》]*》")
_STRONG = late(
    rf"{ADVISES}|(?:^|[，,。；;：:\s]|我们?|代表|委员|群众|村民|居民|因此|为此|特)"
    r"(?:也|都|还|更|再次|强烈|迫切|急切|诚恳|殷切|由衷)?"
    r"(?:希望(?!工程|小学)|恳请|恳求|请求|敬请|提请|呼吁|提议|倡议|盼望|期盼|要求(?!的))"
    r"|(?:^|[，,。；;：:\s])(?:请|望|盼)(?!示|假|客|柬|问|远|族)"
    r"|我(?:们)?(?:拟|认为应)|刻不容缓|势在必行"
)
_OUGHT = late(
    r"(?:应(?:当|该)?|必须|务必|须|需要|有必要|亟需|亟须|急需|还?需|(?:^|[，,。；;：:\s]|还|也|更|都|既|[一二三四五六七八九十])要)"
    r"(?!求|的|用|对|急|点|素|件|闻|塞|道|领|义|害|约|紧|么|是|有|声|届|季|时|变|激|战|酬|付|邀|聘)"
)
_TO = late("要")
_ADVERBS = late(
    r"^(?:(?:进一步|切实|尽快|尽早|大力|积极|不断|全面|充分|逐步|继续|持续|着力|深入|科学|合理|统筹|适当"
    r"|适度|定期|及时|广泛|有效|严格|有序|稳步|高度|主动|统一|重点|努力|着重|真正|同时|并|再|要|应该?|应当"
    r"|另外|此外|最后|其次|还|也|可以?|能够|能|多|更|更加|因地制宜地?|坚决|坚持|联合|共同|扎实|适时|尽量|率先|大胆|认真|精准|全力|最大限度地?|有序|分步|依法|实地|尽可能|首先|其次|有针对性地)[，,]?)*"
)
# Who is to do it, before the verb: 区政府、相关部门（应）加强……
_ACTOR = late(
    rf"^(?:由|请)?[^，,。；;：:]{{0,24}}?(?:{OFFICES}|单位|办|乡镇|社区|村委会|学校|企业|医院|机构"
    r"|领导|相关方面|有关方面|党委|机关|商|物业|法院|平台|各级|各地|人员)(?:牵头|要|应当|应该|应|须|必须)?[，,、]?"
)
_HANDLES = late("[把将对]")
_LEADS_ON = late(r"(?:在|对|把|将|以|从|通过|利用|结合|针对|围绕|依托|借鉴)[^。；]{2,60}")
_REASON = late(
    r"^(?:这|此举|从而|因为|由于|其原因|原因是|目前|现在|当前|近年来|随着|但是?|然而|据|例如|比如|如[:：])"
    r"|有利于|有助于|花钱少|意义重大|十分必要|大有裨益"
)


class _Words(NamedTuple):
    verbs: frozenset[str]
    single: frozenset[str]
    problem: re.Pattern[str]
    asking: re.Pattern[str]
    telling: re.Pattern[str]
    answering: re.Pattern[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    table = tomllib.loads(Path(__file__).with_name("asking.toml").read_text("utf-8"))

    def any_of(key: str) -> re.Pattern[str]:
        return re.compile("|".join(sorted(table[key].split(), key=len, reverse=True)))

    return _Words(
        frozenset(table["verbs"].split()),
        frozenset(table["single_verbs"]),
        any_of("problem"),
        any_of("heads_asking"),
        any_of("heads_telling"),
        any_of("heads_answering"),
    )


def untitled(sentence: str) -> str:
    """Return ``sentence`` with what stands in 《》 blanked, its length kept: titles ask nothing."""
    return _TITLE.sub(lambda found: "□" * len(found[0]), sentence)


def advises(sentence: str) -> bool:
    """Whether ``sentence`` says 建议 as a verb."""
    return bool(_ADVISES.search(untitled(sentence)))


def pleads(sentence: str) -> bool:
    """Whether ``sentence`` asks in so many words: 建议、希望、恳请、呼吁、请…."""
    return bool(_STRONG.search(untitled(sentence)))


_APPEALS = late(
    r"恳请|恳求|(?<!多次)(?<!一直)(?<!反复)呼吁|(?<!多次)请求|提请|呈请|特此申请"
    rf"|(?:^|[，,])[望请](?=尽快|有关|相关|政府|能|予以|各|上级|[{DISTRICTS}])"
    r"|(?:我们?|本人|村民们?|群众|居民们?|代表|委员|大家|迫切|强烈|^|[，,：:])"
    rf"(?:希望|盼望|期盼|要求)(?=[^。；]{{0,12}}(?:政府|有关|相关|部门|[{DISTRICTS}]|局|尽快|能够?|可以|早日|得到|给予|予以|加[大快强]))"
    r"|特向[^。；]{2,60}(?:提出|反映)"
)


def appeals(sentence: str) -> bool:
    """Whether ``sentence`` turns to somebody: 恳请…, 希望有关部门…; no mere wish of parents."""
    return bool(_APPEALS.search(untitled(sentence)))


def demands(sentence: str) -> bool:
    """Whether ``sentence`` says what ought to be done: 应当、必须、要…."""
    if _OUGHT.search(sentence):
        return True
    # 图书馆要改变…: who is to do it may be anybody, where a verb follows.
    return any(_opens_with_verb(sentence[found.end() :]) for found in _TO.finditer(sentence))


def is_imperative(clause: str) -> bool:
    """Whether ``clause`` opens with what is to be done: 加强…, 进一步完善…, 由区水利局牵头建立…."""
    clause = clause.strip(" “‘")
    bare = _ADVERBS.sub("", clause)
    if _opens_with_verb(clause) or _opens_with_verb(bare):
        return True
    actor = _ACTOR.match(bare)
    if actor and (
        _opens_with_verb(rest := bare[actor.end() :]) or _opens_with_verb(_ADVERBS.sub("", rest))
    ):
        return True
    if actor and _HANDLES.match(bare, actor.end()):
        return True
    return bool(_LEADS_ON.match(bare))


def _opens_with_verb(words: str) -> bool:
    return words[:2] in _words().verbs


def asks(sentence: str) -> bool:
    """Whether ``sentence`` asks for something, in whatever way."""
    return pleads(sentence) or demands(sentence) or is_imperative(sentence)


def tells_problem(clause: str) -> bool:
    """Whether the first clause of a text says what is wrong, rather than what is to be done."""
    first = re.split(r"[。；;，,：:]", clause.strip(), maxsplit=1)[0]
    return bool(_words().problem.search(first)) and not pleads(first)


def gives_reason(sentence: str) -> bool:
    """Whether ``sentence`` only says why: 这项工作花钱少、见效快."""
    return bool(_REASON.search(sentence))


def names_asking(heading: str) -> bool:
    """Whether a heading names the part with the suggestions, and none with problems."""
    words = _words()
    return bool(words.asking.search(heading)) and not words.telling.search(heading)


def names_telling(heading: str) -> bool:
    """Whether a heading names a part that holds no suggestions: state, problems, reasons."""
    words = _words()
    return bool(words.telling.search(heading)) and not words.asking.search(heading)


def names_answer(heading: str) -> bool:
    """Whether a heading names what the authority answered."""
    return bool(_words().answering.search(heading))
