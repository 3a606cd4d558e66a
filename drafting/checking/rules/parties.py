"""Title, salutation and parties of a reply (rules T).

Sources: GB/T 9704-2012, 7.3.1 (标题), 7.3.2 (主送机关), 7.3.5 (署名、成文日期); the vocabulary of
the two kinds of item: 委员 and bodies hand in 提案, 代表 hand in 建议.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from drafting.checking.engine.cases import from_member
from drafting.checking.engine.guards import brackets
from drafting.checking.engine.rule import (
    EVERYWHERE,
    Example,
    Hit,
    Paragraph,
    Place,
    Rule,
    Sheet,
    pattern,
)
from drafting.checking.engine.sheet import is_excerpt
from drafting.language.naming.offices import office_of
from drafting.language.naming.units import KINDS, ends_as_unit, is_unit
from drafting.model import Severity
from drafting.papers.letters.salutation import parse_salutation

_TITLE = frozenset[Place](("title",))
_OPEN = "您提出的《关于增加停车位的提案》收悉，现答复如下："
_HEADLINE = "关于区政协十届三次会议第12号提案的答复"
_CO_HEADLINE = "关于区政协十届三次会议第12号提案会办意见的函"
_TOGETHER_OPEN = _OPEN.replace("收悉", "收悉，经与区财政局和区发改局共同会办")
_TERMS = "政协提案、代表建议工作用语"


def _letter(salutation: str, *body: str, title: str = _HEADLINE) -> str:
    return "\n".join((title, salutation, *(body or (_OPEN,))))


# --------------------------------------------------------------------------- against the draft


_ITEM = re.compile(
    r"第\s?([0-9A-Za-z]{1,12})\s?号(?=(?:（[^（）]{1,20}）)?(?:政协|委员|代表)?(?:提案|建议|议案|《))"
)


def _item_number(sheet: Sheet) -> Iterator[Hit]:
    """Numbers of 第…号提案 in title and opening that are not the item's own."""
    if sheet.draft is None or not sheet.draft.proposal.item_no:
        return
    own = sheet.draft.proposal.item_no
    opening = sheet.parts.opening
    for line in sheet.lines:
        if line.place != "title" and line.index != opening:
            continue
        for found in _ITEM.finditer(line.text):
            if found[1].lstrip("0") not in {part.lstrip("0") for part in re.split("[、,，]", own)}:
                yield Hit(
                    *found.span(1), line=line.index,
                    message=f"文中案号为“{found[1]}”，来件案号为“{own}”，请核对",
                )  # fmt: skip


def _bare(subject: str) -> str:
    """A 案由 without what is said round it: 关于…的提案."""
    return re.sub(r"^关于|的?(?:提案|建议|议案)$|[\s《》“”]", "", subject)


def _subject(sheet: Sheet) -> Iterator[Hit]:
    """The 案由 quoted in title or opening differs from the item's."""
    if sheet.draft is None or not sheet.draft.proposal.subject:
        return
    own = sheet.draft.proposal.subject
    opening = sheet.parts.opening
    for line in sheet.lines:
        if line.index != opening:
            continue
        for found in re.finditer(
            r"《([^《》]{2,80})》(?=（?第?[^，。]{0,12}(?:提案|建议|收悉))", line.text
        ):
            if _bare(found[1]) != _bare(own):
                yield Hit(*found.span(1), line=line.index, message=f"案由与来件不符，来件为“{own}”")


def _proposer_named(sheet: Sheet) -> Iterator[Hit]:
    parts = sheet.parts
    if sheet.draft is None or parts.is_opinion or not parts.is_reply or not parts.salutation:
        return
    proposers = sheet.draft.proposal.proposers
    if proposers and proposers[0].name.strip() not in parts.salutation.replace(" ", ""):
        yield Hit(
            0, len(parts.salutation), line=parts.salutation_line,
            message=f"主送写作“{parts.salutation}”，来件提出者为“{proposers[0].name}”，请核对",
        )  # fmt: skip


def _co_units(sheet: Sheet) -> Iterator[Hit]:
    """会办 units of the assignment that the reply never names."""
    if sheet.draft is None or sheet.parts.is_opinion or not sheet.parts.is_reply:
        return
    whole = "\n".join(line.text for line in sheet.lines)
    missing = [unit for unit in sheet.draft.proposal.co_units if not _mentioned(unit, whole)]
    if missing:
        at = sheet.parts.opening or 0
        yield Hit(0, 0, line=at, message=f"文中未提会办单位：{'、'.join(missing)}")


_TOGETHER = re.compile(r"(?:经与|会同|经商|商请)([一-鿿、]{3,60}?)(?:共同|联合)?会办")


def _co_units_not_copied(sheet: Sheet) -> Iterator[Hit]:
    """Units that the opening names as 会办 but that neither sign nor are copied."""
    parts = sheet.parts
    if not parts.is_reply or parts.is_opinion or not parts.has_copies or parts.opening is None:
        return
    opening = sheet.lines[parts.opening]
    found = _TOGETHER.search(opening.text)
    if found is None:
        return
    tail = "\n".join(line.text for line in sheet.at("tail"))
    for unit in re.finditer(r"[^、和及与]{3,20}", found[1]):
        if ends_as_unit(unit[0]) and not _copied(unit[0], tail):
            start = found.start(1) + unit.start()
            yield Hit(start, start + len(unit[0]), line=opening.index)


def _copied(unit: str, tail: str) -> bool:
    """Whether the tail names a unit, perhaps by another of its names: 区发改局, 发展和改革局."""
    bare = office_of(unit).stem
    return bare in tail or all(char in tail for char in bare)


def _mentioned(unit: str, text: str) -> bool:
    """Whether a unit is named in full or by its last part (青岚区财政局, 区财政局, 财政局)."""
    return unit in text or office_of(unit).stem in text


def _co_handler_writes(sheet: Sheet) -> Iterator[Hit]:
    """A 会办 unit gives its opinion to the lead unit, not to the proposer."""
    parts = sheet.parts
    if parts.is_opinion and re.search(r"(?:委员|代表)$", parts.salutation or ""):
        yield Hit(0, len(parts.salutation or ""), line=parts.salutation_line)


# --------------------------------------------------------------------------- within the text


def _mixed_matter(sheet: Sheet) -> Iterator[Hit]:
    """委员 with 建议 or 代表 with 提案, by salutation and title, or by the item taken in."""
    parts = sheet.parts
    person = re.search(r"(委员|代表)$", parts.salutation or "")
    if person is None:
        return
    item_kind = {"委员": "提案", "代表": "建议"}[person[1]]
    other = "建议" if item_kind == "提案" else "提案"
    if sheet.draft is not None and sheet.draft.proposal.matter != item_kind:
        end = len(parts.salutation or "")
        yield Hit(end - 2, end, line=parts.salutation_line)
        return
    for line in sheet.at("title"):
        for found in re.finditer(rf"号(?:代表|委员)?({other})", line.text):
            yield Hit(*found.span(1), line=line.index)


def _polite_to_body(sheet: Sheet) -> Iterator[Hit]:
    """您 is for one person; a body is 贵单位 or 你们. The first place says it for all."""
    read = parse_salutation(f"{sheet.parts.salutation}：")
    if not sheet.parts.is_reply or read is None or read.addressee == "person":
        return
    for line in sheet.at("body"):
        if "您" in line.text:
            at = line.text.index("您")
            yield Hit(at, at + 1, line=line.index)
            return


def _mixed_pronouns(sheet: Sheet) -> Iterator[Hit]:
    """您 and plain 你 in one reply: the first 你 that is not 你们."""
    if not sheet.parts.is_reply or not any("您" in line.text for line in sheet.lines):
        return
    for line in sheet.at("body"):
        found = re.search("你(?!们)", line.text)
        if found:
            yield Hit(*found.span(), "您", line=line.index)
            return


def _title_space(line: Paragraph) -> Iterator[Hit]:
    """A space left by a line break; one between joint issuers is meant and stays."""
    text = line.text
    for found in re.finditer(r"(?<=[一-鿿》”）])[ 　\xa0]{1,8}(?=[一-鿿《“（])", text):
        before = text[: found.start()]
        if not is_unit(before) or "关于" in before:
            yield Hit(*found.span(), "")


def _nested_title(line: Paragraph) -> Iterator[Hit]:
    """《…<…>…》 and 《…《…》…》: the inner marks are 〈〉."""
    if "《" not in line.text:
        return
    pairs = [pair for pair in brackets(line.text).pairs if pair[0] == "《"]
    for _, start, end, depth in pairs:
        if depth:
            yield Hit(start, start + 1, "〈")
            yield Hit(end, end + 1, "〉")
    for _, start, end, depth in pairs:
        inner = re.search(r"[<＜]([^<>＜＞]{1,80})[>＞]", line.text[start:end][:200])
        if inner and not depth:
            yield Hit(start + inner.start(), start + inner.start() + 1, "〈")
            yield Hit(start + inner.end() - 1, start + inner.end(), "〉")


def _opening_clause(sheet: Sheet) -> Iterator[Hit]:
    """The first paragraph takes the item up: 收悉 or 已交我局研究办理."""
    opening = _opening_text(sheet)
    if opening is not None and not re.search(
        r"收悉|收到|交由|已交|已转交|交我|研究办理|再次答复|[）)]悉[。，]"
        r"|现将[^。]{4,80}办理(?:情况|意见|结果)",
        opening.text,
    ):
        yield Hit(0, len(opening.text), line=opening.index)


def _opening_subject(sheet: Sheet) -> Iterator[Hit]:
    """The first paragraph names the 案由."""
    opening = _opening_text(sheet)
    if opening is None or not re.search("收悉|已交|交由", opening.text):
        return
    if not re.search(r"《|关于|“", opening.text) and not re.search(
        "《|（关于", sheet.parts.title or ""
    ):
        found = re.search(
            r"(?:您|你们|贵[一-鿿]{1,3})?提出的[^，。]{0,12}(?:提案|建议)", opening.text
        )
        yield Hit(*(found.span() if found else (0, len(opening.text))), line=opening.index)


def _opening_text(sheet: Sheet) -> Paragraph | None:
    parts = sheet.parts
    if not parts.is_reply or parts.is_opinion or not parts.salutation or parts.opening is None:
        return None
    return sheet.lines[parts.opening]


def _we_of_several(sheet: Sheet) -> Iterator[Hit]:
    """我局 in a reply that several units sign."""
    if len(sheet.parts.signatures) < 2:
        return
    for line in sheet.at("body"):
        for found in re.finditer(rf"我(?:{KINDS})(?![一-鿿]{{0,2}}和)", line.text):
            yield Hit(*found.span(), line=line.index)


def _signature_against_mark(sheet: Sheet) -> Iterator[Hit]:
    """署名 must be the name in the head, or a normalised short form of it."""
    parts = sheet.parts
    for name in parts.signatures:
        if parts.issuers and name not in parts.issuers:
            line = next((line for line in sheet.at("tail") if name in line.text), None)
            if line is not None:
                at = line.text.index(name)
                yield Hit(at, at + len(name), line=line.index)


def _missing_core(sheet: Sheet) -> Iterator[Hit]:
    """Date, signature and addressee: without them it is no document."""
    parts = sheet.parts
    if not parts.is_reply or not (parts.complete or parts.salutation):
        return
    missing = [] if parts.salutation else ["主送"]
    missing += [] if parts.signatures else ["发文机关署名"]
    missing += [] if parts.date else ["成文日期"]
    if missing:
        yield Hit(
            0, 0, line=_last(sheet), message=f"缺少{'、'.join(missing)}",
            severity="hint" if is_excerpt(sheet) else None,
        )  # fmt: skip


def _missing_usual(sheet: Sheet) -> Iterator[Hit]:
    parts = sheet.parts
    if not parts.is_reply or parts.is_opinion or not (parts.complete or parts.salutation):
        return
    missing = [] if parts.has_contact else ["联系人及电话"]
    missing += [] if parts.has_copies else ["抄送"]
    if missing:
        # A page copied from the web has lost them; on what goes out they are asked for.
        severity: Severity | None = None if parts.complete else "hint"
        yield Hit(0, 0, line=_last(sheet), message=f"未见{'、'.join(missing)}", severity=severity)


def _missing_class(sheet: Sheet) -> Iterator[Hit]:
    parts = sheet.parts
    whole = parts.is_reply and not parts.is_opinion and (parts.complete or parts.salutation)
    if whole and not parts.result:
        yield Hit(0, 0, line=parts.title_line)


def _last(sheet: Sheet) -> int:
    return max((line.index for line in sheet.lines if line.text.strip()), default=0)


_WHOLE = (
    f"办理结果类别：A\n{_HEADLINE}\n苏明远委员：\n{_OPEN}\n感谢您的关心。\n"
    "联系人及电话：林夏　62310000\n青岚区城市管理局\n2026年5月20日\n抄送：区政协提案委。"
)

RULES: tuple[Rule, ...] = (
    Rule(
        "T01", "案号与来件不符", "block", "notice", "答复与来件一致",
        "案号与来件不符，请核对",
        example=from_member(_HEADLINE, item_no="21"),
        counter=from_member(_HEADLINE, item_no="012"),
        survey=_item_number,
    ),
    Rule(
        "T02", "案由与来件不符", "block", "notice", "答复与来件一致",
        "案由与来件不符，请照来件抄写",
        example=from_member(_letter("苏明远委员："), subject="关于规范停车收费的提案"),
        counter=from_member(_letter("苏明远委员："), subject="关于增加停车位的提案"),
        survey=_subject, ignores=frozenset(("title",)),
    ),
    Rule(
        "T03", "主送与提出者不符", "block", "notice", "答复与来件一致",
        "主送与来件提出者不符，请核对",
        example=from_member(_letter("苏明元委员：")),
        counter=from_member(_letter("苏明远委员：")),
        survey=_proposer_named,
    ),
    Rule(
        "T04", "委员、代表与提案、建议混用", "block", "notice", _TERMS,
        "政协委员提出的是“提案”，人大代表提出的是“建议”，请核对",
        example=_letter("苏明远代表："),
        counter=_letter("苏明远代表：", title="关于区十届人大三次会议第12号建议的答复"),
        survey=_mixed_matter,
    ),
    Rule(
        "T05", "主送后用半角冒号", "error", "safe", "GB/T 9704-2012 7.3.2",
        "主送机关后应标全角冒号“：”",
        example="苏明远委员:",
        counter="苏明远委员：",
        find=pattern(r":(?=\s{0,20}$)", "："),
        scope=frozenset(("salutation",)),
    ),
    Rule(
        "T06", "“您们”", "warn", "confirm", "《现代汉语词典》",
        "“您”没有复数形式，宜写作“{right}”",
        example="感谢您们对停车工作的关心。",
        counter="感谢你们对停车工作的关心。",
        find=pattern("您们", "你们"),
    ),
    Rule(
        "T07", "对单位称“您”", "warn", "notice", _TERMS,
        "主送为单位，宜称“贵单位”“贵委”或“你们”，不称“您”",
        example=_letter("民盟青岚区总支："),
        counter=_letter("民盟青岚区总支：", _OPEN.replace("您", "贵单位")),
        survey=_polite_to_body,
    ),
    Rule(
        "T08", "“您”“你”混用", "warn", "confirm", "称谓前后一致",
        "全文称“您”，此处宜一致",
        example=_letter("苏明远委员：", _OPEN, "感谢你的关心。"),
        counter=_letter("苏明远委员：", _OPEN, "感谢您的关心。"),
        survey=_mixed_pronouns,
    ),
    Rule(
        "T09", "标题中的空格", "warn", "safe", "GB/T 9704-2012 7.3.1",
        "标题中有多余的空格",
        example="关于政协青岚区第十届委员会第三次会议 第12号提案的答复",
        counter="中共青岚区委办公室 青岚区人民政府办公室关于印发停车管理办法的通知",
        find=_title_space, scope=_TITLE,
    ),
    Rule(
        "T10", "标题末尾有标点", "error", "safe", "GB/T 9704-2012 7.3.1；公文标题末尾不加标点",
        "标题末尾不加标点",
        example="关于区政协十届三次会议第12号提案的答复。",
        counter=_HEADLINE,
        find=pattern(r"[。；](?=\s{0,20}$)", ""), scope=_TITLE,
    ),
    Rule(
        "T12", "“关于”“对”连用", "hint", "notice", "公文标题介词用法；本地有固定格式的从其规定",
        "“关于”与“对”连用，可省去“对”",
        example="关于对区政协十届三次会议第12号提案的答复",
        counter=_HEADLINE,
        find=pattern(r"关于对"), scope=_TITLE,
    ),
    Rule(
        "T13", "“关于”重复", "warn", "confirm", "语义重复",
        "引号内外“关于”重复，宜删去一个",
        example="您提出的关于“关于改造青石路”的建议收悉。",
        counter="您提出的关于“改造青石路”的建议收悉。",
        find=pattern(r"关于(?=[“《]关于)", ""),
    ),
    Rule(
        "T14", "“印发《关于印发……》”", "warn", "notice", "语义重复",
        "“印发”重复，宜写作：印发了《…方案》（文号）",
        example="制定印发了《关于印发青岚区停车行动计划的通知》（青政发〔2025〕8号）。",
        counter="印发了《青岚区停车行动计划》（青政发〔2025〕8号）。",
        find=pattern(r"(?:印发|下发|出台)了?《关于印发"), ignores=frozenset(("title",)),
    ),
    Rule(
        "T17", "书名号内再用书名号", "warn", "confirm", "GB/T 15834-2011 4.15（书名号）",
        "书名号内再用书名号，里层用单书名号“〈〉”",
        example="根据《青岚区人民政府关于印发<青岚区停车管理办法>的通知》的要求。",
        counter="根据《青岚区人民政府关于印发〈青岚区停车管理办法〉的通知》的要求。",
        find=_nested_title, quoted="ask",
    ),
    Rule(
        "T18", "开头未说明收悉、交办", "warn", "notice", "答复惯用格式",
        "开头宜写明“收悉”或“已交我局研究办理”",
        example=_letter("苏明远委员：", "关于您的《关于增加停车位的提案》，现答复如下："),
        counter=_letter("苏明远委员："),
        survey=_opening_clause, quoted="ask",
    ),
    Rule(
        "T19", "开头未写案由", "warn", "notice", "答复惯用格式",
        "开头宜写明案由，如：您提出的《关于……的提案》收悉",
        example=_letter("苏明远委员：", "您提出的提案，已交我局研究办理，现答复如下："),
        counter=_letter("苏明远委员："),
        survey=_opening_subject,
    ),
    Rule(
        "T20", "未提会办单位", "warn", "notice", "主办单位答复应吸收、说明会办意见",
        "文中未提会办单位",
        example=from_member(_letter("苏明远委员："), co_units=("青岚区财政局",)),
        counter=from_member(
            _letter("苏明远委员：", _OPEN.replace("收悉", "收悉，经会同区财政局研究")),
            co_units=("青岚区财政局",),
        ),
        survey=_co_units,
    ),
    Rule(
        "T29", "会办单位未署名、未抄送", "hint", "notice", "主办单位答复应抄送会办单位",
        "开头说明会同“{text}”办理，但落款、抄送中未见该单位",
        example=_letter("苏明远委员：", _TOGETHER_OPEN, "青岚区城市管理局",
                        "2026年5月20日", "抄送：区政协提案委，区财政局。"),
        counter=_letter("苏明远委员：", _TOGETHER_OPEN, "青岚区城市管理局",
                        "2026年5月20日", "抄送：区财政局，区发展和改革局。"),
        survey=_co_units_not_copied,
    ),
    Rule(
        "T21", "联合行文称“我局”", "warn", "notice", "联合行文应以各署名单位共同的口吻",
        "联合署名的公文不宜称“{text}”，可称“我们”或写明单位名称",
        example=_letter("苏明远委员：", _OPEN, "我局将新增停车位。",
                        "青岚区城市管理局　　青岚区财政局", "2026年5月20日"),
        counter=_letter("苏明远委员：", _OPEN, "我局将新增停车位。",
                        "青岚区城市管理局", "2026年5月20日"),
        survey=_we_of_several,
    ),
    Rule(
        "T22", "署名与发文机关标志不一致", "warn", "notice", "GB/T 9704-2012 7.2.4、7.3.5",
        "署名“{text}”与发文机关标志不一致，应为全称或规范化简称",
        example="云湖市青岚区城市管理局\n"
        + _letter("苏明远委员：", _OPEN, "青岚区城市管理局", "2026年5月20日"),
        counter="青岚区城市管理局\n"
        + _letter("苏明远委员：", _OPEN, "青岚区城市管理局", "2026年5月20日"),
        survey=_signature_against_mark,
    ),
    Rule(
        "T23", "缺少主送、署名或成文日期", "block", "notice", "GB/T 9704-2012 7.3.2、7.3.5",
        "缺少必备要素",
        example=_letter("苏明远委员：", _OPEN, "青岚区城市管理局"),
        counter=Example(_WHOLE, complete=True),
        survey=_missing_core,
    ),
    Rule(
        "T24", "函末用“此致敬礼”", "hint", "notice", "公函惯用格式",
        "公函末尾一般不写“此致敬礼”",
        example="以上意见供参考。此致敬礼！",
        counter="特此函复。",
        find=pattern(r"此致\s{0,4}敬礼"), scope=EVERYWHERE,
    ),
    Rule(
        "T26", "会办单位直接答复委员、代表", "block", "notice",
        "会办意见送主办单位，由主办单位统一答复",
        "会办意见应主送主办单位，不直接答复委员、代表",
        example=_letter("苏明远委员：", title=_CO_HEADLINE),
        counter=_letter("青岚区住房和城乡建设局：", title=_CO_HEADLINE),
        survey=_co_handler_writes,
    ),
    Rule(
        "T27", "未见联系人或抄送", "warn", "notice", "地方办理办法的一般要求",
        "请补齐联系人及电话、抄送",
        example=_letter("苏明远委员：", _OPEN, "青岚区城市管理局", "2026年5月20日"),
        counter=_WHOLE,
        survey=_missing_usual,
    ),
    Rule(
        "T28", "未见办理结果类别", "hint", "notice", "地方办理办法；各地印法不一，可停用",
        "未见办理结果类别，本地要求标注的请补上",
        example=_letter("苏明远委员：", _OPEN, "青岚区城市管理局", "2026年5月20日"),
        counter=_WHOLE,
        survey=_missing_class,
    ),
)  # fmt: skip
