"""The wording of a suggestion in the list: the request, separated from its explanation."""

from __future__ import annotations

import re

from drafting.language.late import late
from drafting.model import Suggestion

# How a proposal takes its leave: 以上建议，请予研究。
CLOSING = late(
    r"(?:^|(?<=[。！？；\n]))\s*(?:(?:以上|上述)[^。\n]{0,16}[，,]?[^。\n]{0,12}"
    r"(?:请|望|供|盼|妥否|当否|参考|采纳|是我)[^。\n]{0,20}|[^。，\n]{0,6}望[^。，\n]{0,12}(?:采纳|重视|考虑|答复)|[妥当]否[，,]?请[^。\n]{0,16}"
    r"|特此(?:建议|提案|提出)|谢谢|此致|敬礼)[。！!]?\s*$"
)
# 要加强建档: what is asked is 加强建档, and so its heading in the reply will say.
_OUGHT = late(
    r"^(?:要(?!求|素|点|件|闻|塞|道|领|义|约|紧|么|是)|应(?:当|该)|应(?=[\u4e00-\u9fff]{2}))"
)
_LEAD = late(
    r"^(?:(?:为此|因此|对此|另外|此外|同时|最后)[，,])?(?:我们?|本人)?(?:还|也|特)?建议[，,：:]?(?!书)"
)
# 同时要建立…, 此外，…: how a sentence hangs on the one before says nothing of what is asked.
_HANGING = late(r"^(?:同时|此外|另外|最后|其次|再次|还有)[，,]?(?:还|也)?(?=[\u4e00-\u9fff])")
_LONGEST_TITLE = 60
_SHORTEST_TITLE = 12
# A clause that opens so only leads to the suggestion: its verb comes after the comma.
_LEADS_ON = late(
    r"(?:以|在|对|把|将|按|按照|通过|依托|结合|围绕|针对|根据|每年|到|于|为|由|从|借鉴|参照|利用|随着)"
)


def suggestion_of(label: str | None, text: str) -> Suggestion:
    """Part the suggestion itself from what explains it: its first sentence, or first clause."""
    text = CLOSING.sub("", text.strip()).strip()
    text = _OUGHT.sub("", _HANGING.sub("", _LEAD.sub("", text))).lstrip("，,：: ")
    first, _, rest = text.partition("\n")
    found = re.match(
        r"(?P<title>[^。！？；;]{2,60}?)[。！？；;]\s*(?P<detail>.*)", first, re.DOTALL
    )
    if found:
        detail = f"{found['detail']}\n{rest}".strip()
        return Suggestion(label, found["title"].strip(), detail)
    if len(first) <= _LONGEST_TITLE:
        return Suggestion(label, first.rstrip("。；;：:，, "), rest.strip())
    return Suggestion(label, _head_clause(first), text)


def _head_clause(sentence: str) -> str:
    """Return the clauses of a long sentence that say what is asked, at most 60 characters."""
    title = ""
    for clause in re.split(r"(?<=[，,：:])", sentence):
        if title and len(title) + len(clause) > _LONGEST_TITLE:
            break
        title += clause
        if len(title) >= _SHORTEST_TITLE and not _LEADS_ON.match(clause):
            break
    return title.strip("，,：: ")[:_LONGEST_TITLE]
