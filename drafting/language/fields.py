"""The particulars that official documents print, each as one pattern with its variants.

Variants: ``domain`` notes 2.4 (item numbers), 2.5 (titles and sessions), 2.9 (document numbers),
2.11 (result classes).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from drafting.language.doc_numbers import DOC_NO, ends_in_bracketed_year
from drafting.language.late import late
from drafting.language.sessions import find_session

HAN = "\u4e00-\u9fff"

# ------------------------------------------------------------------ item, subject

_CATEGORY = r"(?:[（(][^（）()]{0,12}类\s*\d+\s*号[）)])?"
_ITEM_NO = r"[0-9A-Za-z]{1,12}(?:[-—]\d{1,4})?"
_ITEM = late(
    rf"第\s*(?P<item>{_ITEM_NO}(?:\s*号?\s*[、，,和及与]\s*(?:第\s*)?{_ITEM_NO})*)\s*号{_CATEGORY}"
)
_ITEM_CODE = late(
    r"编号\s*[:：]\s*(?P<item>[0-9A-Za-z]{1,12}(?:[-—]\d{1,5}|[〔\[（(]\d{4}[〕\]）)]\d{1,5})?)\s*号?"
)
_ITEM_BARE = late(r"》\s*[（(]\s*(?:第\s*)?(?P<item>\d{2,10})\s*号?\s*[）)]")


_ITEM_LABELLED = late(
    r"(?:(?:提案|建议|议案)?(?:案\s*号|编\s*号)|(?:提案|建议)号)\s*[:：]\s*第?(?P<item>[0-9A-Za-z]{1,10}(?:-\d{1,5})?)号?"
)


def item_of_line(line: str) -> str | None:
    """Return the item's number where ``line`` is a card's field (``提案编号：2026-118``)."""
    found = _ITEM_LABELLED.fullmatch(line.strip())
    return found["item"] if found and not line.strip().startswith("编") else None


def item_below_session(lines: Sequence[str]) -> str | None:
    """Return the item's number that stands alone, one or two lines below the session's name."""
    for number, above in enumerate(lines):
        if find_session(above) != re.sub(r"\s", "", above):
            continue
        for line in lines[number + 1 : number + 3]:
            if alone := re.fullmatch(r"第?\s*(?P<item>\d{1,6})\s*号?", line):
                return alone["item"]
    return None


def doc_no_in_title(title: str) -> str | None:
    """Return the document number that a title ends with in brackets."""
    found = re.search(rf"[（(]\s*(?P<doc_no>{DOC_NO.pattern})\s*[）)]$", title)
    return re.sub(r"\s+", "", found["doc_no"]) if found else None


def item_without_ordinal(title: str) -> str | None:
    """Return the number that a title prints without 第: 四次会议21号提案."""
    found = re.search(r"会议(?P<item>[A-Z]{0,3}\d{1,7})号(?:代表|委员)?(?:提案|建议|议案)", title)
    return found["item"] if found else None


def find_item_no(text: str) -> str | None:
    """Return the item's number as printed, without 第…号; document numbers are passed over."""
    for found in _ITEM.finditer(text):
        if not ends_in_bracketed_year(text[: found.start()]):
            return "、".join(re.findall(_ITEM_NO, found["item"]))
    other = _ITEM_CODE.search(text) or _ITEM_BARE.search(text)
    return other["item"] if other else None


_QUOTED = late(r"《(?P<book>(?:[^《》]|《[^《》]*》)+)》|“(?P<quote>(?:[^“”]|“[^“”]*”)+)”")
_AFTER_SUBJECT = late(
    r"(?:的|这件|这一)?(?:[（(][^（）()]*[）)])?(?:第?[0-9A-Za-z]+号)?(?:的)?"
    r"(?:重点)?(?:政协|人大|委员|代表)?(?:议事原案|提案|建议|议案|意见|批评)?"
    r"(?:[（(][^（）()]*[）)])?(?:已|，|,|收|悉|提出[如以]下|办理|答复|回复|函复|交|的|由|我|、|；|和|及|与|后|。|$)"
)
_BEFORE_SUBJECT = late(
    r"(?:^|[。！!]|收到|转来|来信|来函|反[映馈]的?问题|提出(?:的(?:提案|建议|议案))?|提交|题为|关于|的|第[0-9A-Za-z]+号(?:集体)?(?:提案|建议|议案)?|案由[:：]?|委员|代表|贵[委会办局]|贵单位|[您你]们?)"
    r"\s*(?:了|的)?\s*(?:题为|关于)?$"
)


def find_subject(opening: str) -> str | None:
    """Return the subject (案由) quoted in the opening sentence by 《》 or “”, without the marks.

    A quotation counts where 提出, 关于 or the like leads to it and 提案, 建议 or 收悉 follows:
    names of campaigns and of policies are quoted too.
    """
    for found in _QUOTED.finditer(opening):
        before, after = opening[: found.start()], opening[found.end() :]
        if _BEFORE_SUBJECT.search(before) and _AFTER_SUBJECT.match(after):
            return (found["book"] or found["quote"]).strip()
    return None


SIGNER = late(
    r"(?:签\s*发\s*人|领导签发|领导签批|领导署名|签批人|签发领导)\s*[:：]\s*"
    rf"(?P<name>[{HAN}· ]{{2,12}})"
)
"""Who signed off, with the names that offices give the field."""

# ------------------------------------------------------------------ result class, disclosure

_CLASS_NAMED = late(
    r"(?:(?:办理|办复|答复|复文|处理|结果|解决)(?:情况|结果|意见)?(?:类别|类型|分类|性质|程度|标注|标记|等级)"
    r"|办理结果|类\s*[别型](?:标记|标识|代码)?|(?:^|(?<=\s))分类)"
    r"\s*[:：]?\s*[（(“]?\s*(?P<code>[A-Da-d][1-9]?(?![0-9A-Za-z])|[甲乙丙丁])\s*类?"
)
_CLASS_BARE = late(r"[（(【\[〔［]?(?P<code>[A-D][1-9]?|[甲乙丙丁])[）)]?类?件?[）)】\]〕］]?")
# Behind a number that is damaged or of the office's own kind: 湘教提复字〔2019〕来信号B类.
_CLASS_BEHIND = late(
    r"\S*\d{4}\S*号\s*(?P<said>[（(【\[〔]?(?P<code>[A-D][1-9]?)类[）)】\]〕]?)(?:\s.*)?"
)
_CLASS_CALLED = late(
    r"(?:办理结果|结果类别|办复类别|办理类别|答复类别|类\s*别)\s*[:：]\s*[\u4e00-\u9fff或、]{2,16}"
    r"[（(](?P<code>[A-D甲乙丙丁])类?[）)]"
)
_OPEN_CLASS, _CLOSE_CLASS = "（(【\\[〔［", "）)】\\]〕］"
# In a title or behind it: 第56号B类提案, …的答复（A类）, 办理情况（B）的函, 【A】关于…
_CLASS_IN_TITLE = late(
    rf"(?:号|^)\s*[{_OPEN_CLASS}]?(?P<code>[A-D][1-9]?)类[{_CLOSE_CLASS}]?"
    rf"|[{_OPEN_CLASS}](?P<marked>[A-D][1-9]?)类?件?[{_CLOSE_CLASS}](?=$|的|[答复]?复?函|[{_OPEN_CLASS}])"
    rf"|^[{_OPEN_CLASS}](?P<before>[A-D][1-9]?)类?[{_CLOSE_CLASS}]"
)
_CLASS_OF_ITEM = late(r"号\s*[（(【\[]?(?P<code>[A-D])类[）)】\]]?")
_CLASS_IN_TEXT = late(
    r"(?:办理结果|办理情况|结果|答复|办复|分类|列)(?:分类|类别)?(?:为|是|属于?)?\s*[“（(]?(?P<code>[A-D])\s*[”）)]?\s*类"
)


def class_of_line(line: str) -> str | None:
    """Return the result class where ``line`` is made to say it: labelled or standing alone."""
    found = class_printed(line)
    return found["code"].upper() if found else None


def class_printed(line: str) -> re.Match[str] | None:
    """Return where ``line`` says the result class: all of the match, or its group ``said``.

    The group ``code`` is the class itself.
    """
    labelled = len(line) < 60
    found = (_CLASS_NAMED.search(line) or _CLASS_CALLED.search(line)) if labelled else None
    found = found or _CLASS_BARE.fullmatch(line.strip())
    return found or (_CLASS_BEHIND.fullmatch(line.strip()) if labelled else None)


def class_in_title(title: str) -> str | None:
    """Return the result class that a title has in it, before it or behind it."""
    if found := _CLASS_IN_TITLE.search(title):
        return found["code"] or found["marked"] or found["before"]
    return class_in_text(title)


def class_in_text(text: str) -> str | None:
    """Return the result class that a sentence mentions (``第56号B类提案``)."""
    found = _CLASS_OF_ITEM.search(text) or _CLASS_IN_TEXT.search(text)
    return found["code"] if found else None


_DISCLOSURE_NAMED = late(
    r"(?:公开属性|公开方式|公开类别|公开类型|公开选项|公开形式|信息公开选项|信息公开类别)\s*[:：]?\s*"
    r"(?P<value>主动公开|依申请公开|不予公开|不公开|免予公开|全文公开|摘要公开|不?同意公开|公开)"
)
_CONSENT = late(r"是否(?:同意)?公开\s*[:：]?\s*[（(]?\s*(?P<value>是|否|同意|不同意)\s*[）)]?")
_CONSENTS = {"是": "同意公开", "同意": "同意公开", "否": "不同意公开", "不同意": "不同意公开"}
_DISCLOSURE_BARE = late(
    r"[（(【〔]?(?P<value>此件(?:主动|依申请|不予)?公开(?:发布)?|此件删减后公开|主动公开|依申请公开|"
    r"不予公开|不公开|不同意公开|同意公开|全文公开|摘要公开|公开)[）)】〕]?"
)


def disclosure_of_line(line: str) -> str | None:
    """Return the disclosure as printed (公开属性) where ``line`` is made to say it."""
    found = disclosure_printed(line)
    return _CONSENTS.get(found["value"], found["value"]) if found else None


def disclosure_printed(line: str) -> re.Match[str] | None:
    """Return where ``line`` says the disclosure; the group ``value`` is the word for it."""
    return (
        _CONSENT.search(line)
        or _DISCLOSURE_NAMED.search(line)
        or _DISCLOSURE_BARE.fullmatch(line.strip())
    )
