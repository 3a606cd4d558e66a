"""Lines put right before they are understood: a whole reply on one line is taken apart."""

from __future__ import annotations

import re

from drafting.language.days import DAY, HAN_DAY
from drafting.language.doc_numbers import DOC_NO
from drafting.language.late import late
from drafting.language.naming.units import UNIT

_ANSWERED = r"(?:答复|函复|回复|复函|意见|办理情况|批复)如下"
_LONG = 120
# Before each of these a new paragraph begins, where several stand on one line.
_TO_A_BODY = late(
    r"(?P<title>.{0,120}?(?:关于|对).{8,120}?(?:答复|复函|答复函|的函|意见))\s+"
    r"(?P<salutation>[\u4e00-\u9fff（）、]{3,40}[:：])\s*(?=\S)"
)
_HEAD_FIELD = late(
    r"(?P<field>(?:签发人|类别|办理结果)[:：]\s*[\u4e00-\u9fffA-D]{1,6})\s+(?P<title>.+)"
)
_STARTS = late(
    r"(?<=[。！；])\s*(?=[一二三四五六七八九十]{1,3}、\s*[\u4e00-\u9fff])"
    r"|(?<=[。！；])\s*(?=[（(][一二三四五六七八九十]{1,3}[）)])"
    r"|(?<=[。！])\s*(?=(?:再次|最后)?(?:衷心|诚挚|非常|十分)?感谢(?:您|你|贵))"
    r"|(?<=[。！）)])\s*(?=(?:联系人|承办人|经办人|联系电话|抄送|附件)[^，。]{0,12}[:：])"
    r"|(?<=[\d日])\s+(?=[（(]?(?:联系人|承办人|经办人|联系电话|抄送|附件)[^，。]{0,12}[:：])"
    rf"|(?<=[。！；])\s*(?={DAY}(?:\s|$))"
)
_AFTER_ANSWERED = late(rf"(?P<answered>{_ANSWERED}[:：。])\s*(?=\S)")
_THANKED = late(rf"(?P<text>.*[。！!])\s+(?P<organ>{UNIT}(?:\s+{UNIT})*)")
# Particulars of a tail that stand side by side on one line. A telephone stays with its name.
_PARTICULARS = late(
    r"\s+(?=(?:办复类别|办理结果(?:类别)?|结果类别|类\s?别|公开属性|签\s?发\s?人|领导签发|领导签批|领导署名|"
    r"承办负责人|承办人|经办人|联系人|联系单位|抄\s?送|抄\s?报)[^：:]{0,8}[:：])"
)
# The same with commas between, where who signed or answers for it comes first.
_LISTED = late(
    r"[（(]?(?:签发人|审签人|承办负责人|分管领导|主管领导|责任领导|承办单位)[:：][^。]{2,160}。?"
)
_LISTED_NEXT = late(r"[，,；;]\s*(?=(?:承办人|经办人|联系人)[^：:，,]{0,8}[:：])")
# A policy that lost its breaks: title, document number and recipients, a blank between each.
_POLICY_HEAD = late(
    rf"(?P<title>[^。：:]{{6,120}}?(?:通知|意见|决定|批复|通报|公告|函))\s+(?P<doc_no>{DOC_NO.pattern})\s+"
    r"(?P<recipients>[^。：:]{2,200}[:：])\s+(?=\S)"
)
_SALUTATION = late(
    r"(?P<title>.*?(?:答复|复函|答复函|的函|意见))?\s*"
    r"(?P<salutation>(?:尊敬的)?[\u4e00-\u9fff、·]{2,60}(?:委员|代表)(?:们)?[:：])\s*(?=\S)"
)
_TITLE_AND_SALUTATION = late(
    r"(?P<title>(?:[\u4e00-\u9fff]{2,24})?(?:关于|对)\S{8,120}(?:答复|复函|答复函|的函|意见))\s+"
    r"(?P<salutation>(?:尊敬的)?[\u4e00-\u9fff、·]{2,60}(?:委员|代表)(?:们)?[:：])"
)
_SIGNED = late(rf"(?<=[。！：:）)])\s*(?P<organ>{UNIT})\s*(?P<date>{DAY})")
_ORGAN_DATE = late(
    rf"(?P<organ>{UNIT}(?:\s+{UNIT})*(?:[（(][盖公印签]?章[）)])?)\s*(?P<date>{DAY}|{HAN_DAY})"
)


def take_apart(line: str) -> list[str]:
    """Return the paragraphs that stand run together on ``line``; mostly the line itself."""
    if line.endswith((":", "：")) and (found := _TITLE_AND_SALUTATION.fullmatch(line)):
        return [found["title"], found["salutation"]]
    found = _ORGAN_DATE.fullmatch(line)
    if found:
        return [found["organ"].strip(), found["date"]]
    if len(line) < _LONG * 2:
        if found := _THANKED.fullmatch(line):
            return [found["text"].strip(), found["organ"]]
        if _LISTED.fullmatch(line) and len(parts := _LISTED_NEXT.split(line)) > 1:
            return [part.strip() for part in parts]
        if len(parts := _PARTICULARS.split(line)) > 1 and not re.search(_ANSWERED, line):
            return [part.strip() for part in parts if part.strip()]
    if len(line) < _LONG and not re.search(rf"{_ANSWERED}[:：。]\s*\S", line):
        return [line]
    if policy := _POLICY_HEAD.match(line[:600]):
        head = [policy["title"].strip(), policy["doc_no"], policy["recipients"]]
        return head + _paragraphs(line[policy.end() :])
    if not re.search(rf"{_ANSWERED}|收悉", line[:600]):
        return [line]
    return _explode(line)


def _explode(line: str) -> list[str]:
    pieces: list[str] = []
    short = len(line) < 200_000
    found = (_SALUTATION.match(line) or _TO_A_BODY.match(line)) if short else None
    if found:
        pieces += _split_head(found["title"] or "")
        pieces.append(found["salutation"].strip())
        line = line[found.end() :]
    found = _AFTER_ANSWERED.search(line)
    if found:
        pieces.append(line[: found.end("answered")].strip())
        line = line[found.end() :]
    return [piece for piece in (*pieces, *_paragraphs(line)) if piece]


def _paragraphs(text: str) -> list[str]:
    pieces: list[str] = []
    for piece in _STARTS.split(text):
        pieces += _split_signature(piece.strip())
    return [piece for piece in pieces if piece]


def _split_head(head: str) -> list[str]:
    """Part what stands above the salutation: issuer, document number, title."""
    numbered = DOC_NO.search(head)
    if not numbered:
        return [head.strip()] if head.strip() else []
    # Without a space the issuer's name runs into the code: 青岚区民政局青民函〔2026〕3号.
    named = re.match(rf"(?P<organ>{UNIT})(?=[\u4e00-\u9fff]{{2,6}}[^\u4e00-\u9fff])", numbered[0])
    start = numbered.start() + (named.end() if named else 0)
    rest = head[numbered.end() :].strip()
    field = _HEAD_FIELD.fullmatch(rest)
    below = (field["field"], field["title"]) if field else (rest,)
    parts = (head[:start], head[start : numbered.end()], *below)
    return [part.strip() for part in parts if part.strip()]


def _split_signature(piece: str) -> list[str]:
    signed = list(_SIGNED.finditer(piece))
    if not signed:
        return [piece]
    last = signed[-1]
    rest = piece[last.end() :].strip()
    return [piece[: last.start()].strip(), last["organ"], last["date"], *([rest] if rest else [])]
