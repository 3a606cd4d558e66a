"""The subject (案由) of a proposal: from its field, a report's text, or the title."""

from __future__ import annotations

import re

from drafting.intake.paper import Found, Paper, PaperLine
from drafting.intake.values import NOTHING
from drafting.language.late import late
from drafting.language.naming import names
from drafting.language.spans import Span, locate
from drafting.papers.letters.head import close_up

_LONGEST = 100
_HEAD = 12
# 案由 that runs into sentences is the reason, as some forms have it, and names no subject.
_REASON = late(r"[。；;]\s*\S|[:：]$")
_ENDS = late(r"(?:提案|建议案?|议案|建议书)$")
_NUMBERED = late(
    r"^(?:[一二三四五六七八九十]{1,3}、|第\s*[0-9A-Za-z-]{1,12}\s*号|\d{1,4}(?=[.．、])|\d{1,3}\s*(?=关于))\s*(?:提案|建议)?\s*[:：.．、]?\s*"
)
_FILE = late(
    r"\.(?:docx?|pdf|wps|txt)$|\s*[-_|｜—–]+\s*[\u4e00-\u9fff]{0,16}(?:人大|政协|网|政府|门户|频道)[\u4e00-\u9fff]{0,6}$"
)
_TOLD = late(
    r"(?:提交|提出|递交|撰写|带来|准备)(?:了|的|过)?(?:一[件份个])?[“]?(?P<subject>关于[^。；，《》“”]{4,60}(?:提案|建议|议案))(?=[”。，；]|$)"
)
_SITE = late(
    r"^[^。《》]{2,24}[:：]\s*(?=关于)|^[^。《》]{4,60}(?:--+|——+)\s*(?=关于)|"
    r"^(?:[【\[［][^】\]］]{2,30}[】\]］]|(?:优秀|重点|精选|政协|委员|集体|大会)?(?:提案|建议|议案)(?:选登|摘登|选编|选载|展示|公开|内容|精选|摘要|专栏)?\s*(?:[:：|｜]|——|--)"
    r"|[^：:。《》]{2,10}[|｜])\s*"
)
_SPEAKER = late(
    r"^(?:[\u4e00-\u9fff]{0,14}(?:委员|代表))?\s*(?P<name>[\u4e00-\u9fff·]{2,8})\s*(?:委员|代表)?\s*(?:建议)?[:：]\s*"
)
_ROLE = late(r"委员|代表")
_OPENS = late(r"关于|对|建议|要求|请求|恳请|希望|《?关于")
_SAMPLE = late(
    r"\s*[『【\[（(](?:(?:范文|模板|样本|样例|参考|摘要|节选|全文|修改稿|草稿|第?\d)[^』】\]）)]{0,8}|(?:提案|建议)?(?:摘要|提要|摘登|节选|选登)"
    r"|(?:领衔|提案|建议|附议|联名)[^：:）)]{0,4}[:：][^）)]{2,40})[』】\]）)]$"
)
_QUOTED = late(r"《(?P<subject>[^《》]{4,80})》")
_LEADS = late(
    r"(?:提交|提出|递交|撰写|报送|带来|准备|领衔|题为|形成|上交|拟写|起草|案由)(?:了|的|过)?(?:一[件份个])?[^。；，《》]{0,14}$"
)
_FOLLOWS = late(
    r"(?:的)?(?:重点|集体|个人|联名|书面|一件|政协)*(?:提案|建议(?!出台|制定|修订)|议案)"
)
_POLICY = late(r"(?:法|条例|办法|规划|纲要|通知|意见|方案|细则|规定|决定|报告|日报|晚报|晨报)$")
_AMENDS = late(r"(?:修改|修订|制定|出台|完善|落实|执行|实施)$")
# A headline that tells what became of a proposal, or of whom, names no subject.
_REPORTS = late(
    r"被|受到|召开|获|关注|呼吁|热议|委员|代表|记者|两会|履职|风采|会议|答复|办理|[“”]|座谈|调研|表彰|[?？！!]"
)
# A title that the text runs on from: 王某某委员：关于……的建议。近期……
_OPENED = late(
    r"(?P<title>(?:[^。；《》]{2,24}[:：]\s*)?关于[^。；]{4,90}?(?:提案|建议|议案))[。\s]"
)
_MENU = late(
    r"(?:政协|委员|代表|人大)?(?:提案|建议|议案)(?:[（(][^（）()]{1,4}[）)])?(?:工作|选登|办理|内容|公开|提案|处理|目录|建议|征集|表|纸|详情)*"
)
_FORM = late(
    r"代表建议|批评和意见|会议.{0,4}(?:提案|建议)|^\D{0,30}第[^，。]{1,12}号$|来源|发布|浏览|[|｜>＞]|\d{4}-\d"
)


def subject_of(paper: Paper) -> Found | None:
    """Return the subject without title marks, or ``None`` where the paper names none."""
    return (
        _field(paper)
        or (_submitted(paper) if not _proper_title(paper) else None)
        or _proper_title(paper)
        or _told(paper)
        or _of_reply(paper)
        or _headline(paper)
    )


def _field(paper: Paper) -> Found | None:
    for entry in paper.values("subject"):
        value = unquoted(entry.value)
        if _REASON.search(value) or len(value) > _LONGEST or value in NOTHING or len(value) < 4:
            continue
        value = unquoted(_bare(value).rstrip("。"))
        if value and not _MENU.fullmatch(value):
            span = locate(value, paper.text, (entry.start, entry.end))
            return Found(value, (span,) if span else ((entry.start, entry.end),))
    return None


def _submitted(paper: Paper) -> Found | None:
    """Return what a report says was submitted: …提交的《…》, 《…的提案》."""
    for line in (*paper.head, *paper.opening):
        for match in _QUOTED.finditer(line.text):
            subject = match["subject"].strip()
            before, after = line.text[: match.start()], line.text[match.end() :]
            named = _FOLLOWS.match(after)
            told = named or _LEADS.search(before) or _ENDS.search(subject)
            asks = named and _OPENS.match(subject) and not _AMENDS.search(before)
            if told and (asks or not _POLICY.search(subject)):
                start = line.start + match.start("subject")
                return Found(subject, ((start, start + len(match["subject"])),), "推测", "见正文")
    return None


def _told(paper: Paper) -> Found | None:
    """Return the subject that a report names without marks: 提出了关于……的建议."""
    for line in paper.opening:
        if match := _TOLD.search(line.text):
            start = line.start + match.start("subject")
            return Found(
                match["subject"], ((start, start + len(match["subject"])),), "推测", "见正文"
            )
    return None


def _proper_title(paper: Paper) -> Found | None:
    """Return the title that reads as a proposal's: 关于…的提案."""
    lines = [
        *paper.head,
        *(line for line in paper.lines[:_HEAD] if not line.running),
        *paper.opening[:1],
    ]
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else None
        for text, end in _candidates(line, below):
            title = close_up(_bare(text))
            if _reads_as_title(title) or _is_numbered(text, title):
                return _titled(title, paper, (line.start, end))
    return None


def _candidates(line: PaperLine, below: PaperLine | None) -> list[tuple[str, int]]:
    """Return what of ``line`` may be a title, and where each ends: two lines, one, its opening."""
    found = []
    if not line.running:
        opens = _OPENS.match(close_up(_bare(line.text)))
        if below and not below.running and opens and not _ENDS.search(close_up(_bare(line.text))):
            found.append((f"{line.text}{below.text}", below.span[1]))
        found.append((line.text, line.span[1]))
    opened = _OPENED.match(line.text)
    if opened:
        found.append((opened["title"], line.start + opened.end("title")))
    return found


def _reads_as_title(title: str) -> bool:
    if not 6 <= len(title) <= _LONGEST or not _ENDS.search(title) or _MENU.fullmatch(title):
        return False
    if _FORM.search(title) or re.search(r"[。；：:，]", title.replace("：“", "")):
        return title.startswith("关于") and not _FORM.search(title) and "。" not in title
    return (
        title.startswith(("关于", "对", "建议", "要求", "请求", "恳请", "希望"))
        or "的" in title[-4:]
    )


def _is_numbered(text: str, title: str) -> bool:
    """Whether a title stands behind the item's number, however it ends: 第9号 某处沟渠建设."""
    numbered = re.match(r"第\s*[0-9A-Za-z-]{1,12}\s*号\s*[:：]?\s*\S{6}", text)
    return bool(numbered) and 6 <= len(title) <= _LONGEST and not re.search("[。；，：]", title)


def _titled(title: str, paper: Paper, within: Span) -> Found | None:
    span = locate(title, paper.text, within) or locate(title, paper.text)
    return Found(unquoted(title), (span,) if span else (), "推测", "见标题")


def _of_reply(paper: Paper) -> Found | None:
    subject = paper.document.subject
    if not subject or _REASON.search(subject) or len(subject) > _LONGEST:
        return None
    span = locate(subject, paper.text)
    return Found(
        unquoted(subject), (span,) if span else (), "推测", "见答复" if paper.is_reply else "见标题"
    )


def _headline(paper: Paper) -> Found | None:
    """Return the first line where it heads the text below and tells of nothing but its matter."""
    if len(paper.lines) < 2 or not (paper.opening or paper.entries):
        return None
    for line in paper.head[:6]:
        title = close_up(_bare(line.text))
        if not 6 <= len(title) <= 45 or _FORM.search(title) or _MENU.fullmatch(title):
            continue
        if re.search(r"[。；，：:]", title) or _is_taken(paper, line) or not _has_words(title):
            continue
        if not _REPORTS.search(title):
            return _titled(title, paper, line.span)
    return None


def _has_words(title: str) -> bool:
    return len(re.findall(r"[\u4e00-\u9fff]", title)) >= 6 and not names.is_person(title)


def _is_taken(paper: Paper, line: PaperLine) -> bool:
    """Whether a field or a session stands on ``line``."""
    start, end = line.span
    taken = [entry.start for entry in paper.entries]
    taken += [session.start for session in paper.sessions]
    return any(start <= one < end for one in taken)


def _bare(text: str) -> str:
    """Drop what stands before a title and is none of it: number, column, who speaks; 『范文1』."""
    text = _SAMPLE.sub("", _FILE.sub("", text.strip()))
    for _ in range(3):
        before = text
        text = _NUMBERED.sub("", _SITE.sub("", text))
        speaker = _SPEAKER.match(text)
        if speaker and (_ROLE.search(speaker[0]) or names.is_person(speaker["name"])):
            text = text[speaker.end() :]
        if text == before:
            break
    return text.strip()


def unquoted(text: str) -> str:
    """Drop title or quotation marks that enclose the whole, never one of an inner pair."""
    text = text.strip()
    for opening, closing in ("《》", "“”"):
        inner = text[1:-1]
        if text[:1] == opening and text[-1:] == closing and opening not in inner:
            return inner.strip()
    return text
