"""Whether a sentence of a reply reports finished work or something to come: the one definition.

The draft, the checks, the result class, the list of promises and the reader all use it:
:func:`looks_ahead` considers the sentence alone, :func:`is_promise` also its place in the paper.
Source: a reply says what was done and what will be done by whom and when (domain notes,
答复的内容). The words were chosen on labelled sentences of real replies:
``docs/decisions/one-notion-of-promises.md``.
"""

from __future__ import annotations

import re

from drafting.language.naming.places import DISTRICTS, OURS
from drafting.language.naming.units import LAST, WE
from drafting.language.sentences.asking import is_imperative

_NEXT_WORDS = "下一步|下步|下一阶段|下阶段|接下来|今后|后续"
_NAMES_NEXT = re.compile("下一步|下步|下一?阶段|今后|打算|工作计划|工作安排|工作思路")
_OPENS_AHEAD = re.compile(rf"(?:在)?(?:{_NEXT_WORDS})(?:的?工作中?)?[，,]?")
_NAMES_ASKED = re.compile(r"(?:提案|建议)(?:的)?(?:主要)?(?:内容|建议)|您(?:的)?建议(?:内容)?$")

# ---------------------------------------------------------------- what is to come

# 将 as 把: an object, then what is done with it: 将所有需求纳入项目. After a preposition or an
# adverb it is 将 of what is to come: 将对…进行, 将在…, 将把….
_LEADS_ON = (
    "于|在|按|对|把|向|从|与|以|由|为|会|被|让|给|根据|结合|通过|依托|围绕|针对|继续|进一步|逐步|"
    "积极|全面|适时|及时|尽快|尽力|认真|努力|持续|大力|不断|严格|切实|始终|统一|统筹|联合|配合|"
    "协调|协助|加|组织|推|开展|完成|建设|建立|研究|视|争取|督促|指导|支持|安排|采取|新建|新增|"
    "改造|予以|给予|召开|举办|实施|落实|优化|完善|邀请|强化|着力|重点|启动|扎实|深入|主动|定期|"
    "同步|优先|充分|引导|鼓励|广泛|聚焦|坚持|委托|申请|申报|督导|成为|有"
)
_DISPOSES = (
    "纳入|列入|列为|作为|打造|定为|定位|建设成|转化|改为|设为|视为|摆在|放在|放入|转发|印发|"
    "转交|转由|转给|交由|反映|上报|报送|报请|落实到|提交|融入|运用|应用|录入|排查|改造为|收入|"
    "进行|交给|发给|改成|变成|定在|设在|下发|分配|追回|剔除|"
    "汇报|函复|回复|答复|函告|告知|报告|排入|入|污水|进行了|用于|公示|移交|划入|并入|细化|分解|压实"
)
_TAKES = re.compile(
    rf"(?:已经?|均|现|都|一直|提出|要求|努力)将[^，。；：]*"
    rf"|(?<!取)将(?!{_LEADS_ON})[^，。；：]{{2,}}?(?:{_DISPOSES}|[\u4e00-\u9fff]了)"
)
_NAMED = re.compile(r"《[^《》]*》|“[^“”]*(?:”|$)")
# 2005年底前建成的住宅: a time that tells which, and no term.
_WHICH = re.compile(r"(?:年底|年末|月底|月|年)之?前[^，。；]{0,6}的")
_AHEAD = re.compile(
    rf"{_NEXT_WORDS}|(?<![即便议])将(?![近军来领士])|(?<!全)力争|预计(?![^，。；]{{0,12}}的)|届时|有望|可望"
    r"|(?<![草虚模比起审核编])拟(?![订人稿声态合似写]|定(?![于在今明]))"
    rf"|(?:^|(?<=[年月村并还也共，、；：{DISTRICTS}{LAST}]))计划(?![库书和与、，。的生中内外》已里总])"
    r"|争取(?=在|于|20|年|尽|早|让|能|列|实现|明|今|组织|完成|建|把|将|推|[^，。；]{0,16}(?:早日|尽早|尽快))"
    r"|(?<![等期招接看对善款])待[^，。；]{2,30}(?:后|时|到位)[，可即就再将及统]"
    rf"|(?:{WE}|{OURS}|我站|我们|局|也|仍|还)会(?=尽|加|积|继|进|认|努|及|根|按|协|配)"
    r"|以后[的会]|明年|今年内"
    r"|年内(?=完|建|实|开|启|投|全|基)"
    r"|(?:年|月)(?:底|末|中旬|上旬|下旬)?(?:之?前|起)(?=完|建|投|开|实|启|全|推|公|发|新|基)"
    r"|(?:年|月)(?:底|末)前|\d日前(?=完|建)"
)
_GOES_ON = re.compile("继续|进一步|逐步")
_OPENS_WITH_YEAR = re.compile(r"(?:截至)?(20\d{2})年")

# ---------------------------------------------------------------- what was done

_FINISHED = re.compile(r"已(?!将)|了|累计|截至|目前|去年|近年来|以来|先后")
# 对已建成的泊位: what was done stands before 的 and tells of no work here; 为了, 除了 are no 了.
_ATTRIBUTE = re.compile("(?:已经?|目前|去年|近年来|以来)[^，。；]{0,16}?的|[为除]了|了解")
_ENDS_DONE = re.compile("正在|正值|完毕$")
_CLAUSE = re.compile("[，,：:]")
_DONE = re.compile(
    r"已|完成了?|建成|建有|印发|出台|新增|增设|争取到|成立了?|投入|投资|开展了|实施了|启用|启动了?|开通|修订|制定了|制定出台|配备|配建"
    r"|发放|举办|组织了|组织开展|检查|排查|整治|培训|达到?|累计|共有|现有|升到|增长|下降|改造|落实|建立了|构建|健全了|纳入|签订|获批|认定|支持.{2,20}(?:家|项)"
    r"|20\d{2}年(?:\d{1,2}月)?(?!底前|前)|近年来|以来|先后|目前|始终|一直|长期|每年|定期|多次|充分利用|大力推进"
    rf"|{WE}(?:积极|认真|组织|联合|会同|指导|督促|加强|安排|坚持|持续|通过|高度重视)"
    r"|(?:明确|印制|加强|召开|修建|完善|优化|组织|开设|配套|引进|拓宽|形成|设立|划定|安装|清理|协调)了"
)

# Who complains, defines or argues tells no work.
_NO_WORK = re.compile(
    r"是指|所谓|存在.{0,12}(?:问题|困难|不足)|依然|仍然|难以|不足|滞后|矛盾|困难|问题突出|压力(?:大|较大|增大|加大)|严重|缺乏|有待|亟待|随着|不能|未能|很难|跟不上|影响了|诞生|发源|意义|应当|必须|只能|[还仍均都]需|需要(?:各|进一步|时间|社会|一定)"
)


def names_next_steps(heading: str) -> bool:
    """Whether a heading says that what stands under it is to come: 下一步工作打算."""
    return bool(_NAMES_NEXT.search(heading))


def names_what_was_asked(heading: str) -> bool:
    """Whether a heading says that what stands under it was asked for: 提案的主要内容."""
    return bool(_NAMES_ASKED.search(heading))


def opens_ahead(text: str) -> bool:
    """Whether a text begins with 下一步, 今后 …"""
    return bool(_OPENS_AHEAD.match(text))


def without_opening(text: str) -> str:
    """Return a text without the 下一步， that it begins with."""
    return _OPENS_AHEAD.sub("", text, count=1)


def looks_ahead(sentence: str) -> bool:
    """Whether a sentence says by its own words that something is to come (将, 拟, 力争, …底前).

    What stands in 《》 or “” is another's; 将 for 把 and times that tell which (2005年前建成的住宅)
    are no future.
    """
    said = _NAMED.sub("□", sentence) if "《" in sentence or "“" in sentence else sentence
    said = _WHICH.sub("", said) if "前" in said else said
    return bool(_AHEAD.search(_TAKES.sub("", said) if "将" in said else said))


def is_promise(sentence: str, *, ahead: bool = False, year: int | None = None) -> bool:
    """Whether a sentence promises; ``ahead``: it stands in a part on what comes next.

    There, in a paper's 下一步 as in an answer's next step, a sentence promises unless it tells,
    clause by clause, how things stand. ``year`` is the paper's: 2022年将时限压缩至… told in a later
    year is no promise.
    """
    if _of_a_year_gone_by(sentence, year):
        return False
    return looks_ahead(sentence) or (ahead and _is_to_be_done(sentence))


def _is_to_be_done(sentence: str) -> bool:
    """Whether a sentence of a next step is one: not where it only tells how things stand."""
    said = _ATTRIBUTE.sub("", _NAMED.sub("", sentence))
    if _GOES_ON.search(said):
        return True
    clauses = [one.strip("。！； ") for one in _CLAUSE.split(said)]
    told = [bool(_FINISHED.search(one) or _ENDS_DONE.search(one)) for one in clauses]
    if not any(told):
        return True
    pairs = zip(clauses, told, strict=True)
    return any(is_imperative(one) for one, done in pairs if one and not done)


def says_finished(text: str) -> bool:
    """Whether a text says in plain words that something is done: 已, 了, 累计, 截至 …

    In a part on what comes next 完成3宗 is to be done; only these words say that it was.
    """
    return bool(_FINISHED.search(_ATTRIBUTE.sub("", text)))


def tells_work(sentence: str) -> bool:
    """Whether a sentence tells of work, finished or going on; it promises and complains nothing."""
    return (
        bool(_DONE.search(sentence)) and not _NO_WORK.search(sentence) and not looks_ahead(sentence)
    )


def _of_a_year_gone_by(sentence: str, year: int | None) -> bool:
    opens = _OPENS_WITH_YEAR.match(sentence)
    return bool(year and opens and int(opens[1]) < year)
