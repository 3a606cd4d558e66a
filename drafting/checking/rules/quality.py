"""What makes a reply an answer (rules Q).

Sources: what supervisors of the handling ask for — 逐条答复、不得答非所问;
避免总结工作式答复; reasons where a suggestion is not taken up; 政务公开 rules for personal data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from drafting.checking.engine.cases import answer_of, draft_of
from drafting.checking.engine.repeats import repeats
from drafting.checking.engine.rule import (
    EVERYWHERE,
    QUOTED,
    Example,
    Hit,
    Paragraph,
    Rule,
    Sheet,
    pattern,
)
from drafting.language.naming.bodies import ends_as_body
from drafting.language.naming.units import is_unit
from drafting.language.sentences.tense import looks_ahead, names_next_steps, opens_ahead
from drafting.language.terms import says_when
from drafting.model import Answer, Suggestion, field_names

_WHOLE = (
    "关于区政协十届三次会议第12号提案的答复\n苏明远委员：\n"
    "您提出的《关于增加停车位的提案》收悉，现答复如下：\n"
)
_ONE_BY_ONE = "提案办理要求：逐条答复，不得答非所问"


def _pairs(text: str) -> set[str]:
    han = re.sub(r"[^一-鿿A-Za-z0-9]", "", text)
    return {han[i : i + 2] for i in range(len(han) - 1)}


_COVERED = 0.3
_PARAGRAPHS = field_names(printed="paragraphs")


def _unanswered(sheet: Sheet) -> Iterator[Hit]:
    """A suggestion with an empty answer, or with hardly a word of it anywhere in the body."""
    if sheet.draft is None or not sheet.parts.is_reply or sheet.parts.is_opinion:
        return
    answers = {answer.suggestion.id: answer for answer in reversed(sheet.draft.answers)}
    lines = [(line, _pairs(line.text)) for line in sheet.at("body")]
    for number, suggestion in enumerate(sheet.draft.proposal.suggestions, 1):
        answer = answers.get(suggestion.id)
        if answer is not None and _is_empty(answer):
            yield _at_suggestion(
                sheet, suggestion, f"第{number}条建议“{_short(suggestion)}”尚未答复"
            )
            continue
        asked = _pairs(suggestion.text)
        best = max((len(asked & said) for _, said in lines), default=0)
        if asked and best < _COVERED * len(asked):
            yield _at_suggestion(
                sheet, suggestion, f"文中未见对第{number}条建议“{_short(suggestion)}”的答复"
            )


def _is_empty(answer: Answer) -> bool:
    return not any(getattr(answer, name).strip() for name in _PARAGRAPHS)


def _short(suggestion: Suggestion) -> str:
    return suggestion.text if len(suggestion.text) <= 20 else suggestion.text[:20] + "……"


def _at_suggestion(sheet: Sheet, suggestion: Suggestion, message: str) -> Hit:
    """Mark the line that quotes the suggestion; without one, the opening.

    Of several worded alike each has the line that is as far down as it is in the list.
    """
    listed = sheet.draft.proposal.suggestions if sheet.draft else ()
    alike = [one.id for one in listed if one.text == suggestion.text]
    number = alike.index(suggestion.id) if suggestion.id in alike else 0
    quoting = [
        (line.index, at)
        for line in sheet.at("body")
        if (at := line.text.find(suggestion.text)) >= 0
    ]
    if not quoting:
        return Hit(0, 0, message=message, line=sheet.parts.opening or 0)
    index, at = quoting[min(number, len(quoting) - 1)]
    return Hit(at, at + len(suggestion.text), message=message, line=index)


def _answers(sheet: Sheet) -> Iterator[Answer]:
    if sheet.draft is not None and sheet.parts.is_reply:
        yield from (answer for answer in sheet.draft.answers if not _is_empty(answer))


def _refusal(sheet: Sheet) -> Iterator[Hit]:
    for answer in _answers(sheet):
        if answer.disposition in ("留作参考", "部分采纳") and not answer.reason.strip():
            text = f"“{_short(answer.suggestion)}”{answer.disposition}，应说明理由"
            yield _at_suggestion(sheet, answer.suggestion, text)


def _undated_plan(sheet: Sheet) -> Iterator[Hit]:
    for answer in _answers(sheet):
        dated = answer.next_date.strip() or says_when(answer.next_step)
        if answer.disposition == "列入计划" and not dated:
            text = f"“{_short(answer.suggestion)}”列入计划，应写明时限"
            yield _at_suggestion(sheet, answer.suggestion, text)


def _class_against_words(sheet: Sheet) -> Iterator[Hit]:
    """采纳 claims that it is solved, while nothing is said to have been done."""
    for answer in _answers(sheet):
        if answer.disposition == "采纳" and not answer.done.strip():
            text = f"“{_short(answer.suggestion)}”标为采纳，但未写已开展的工作，请核对办理结果"
            yield _at_suggestion(sheet, answer.suggestion, text)


_AHEAD_SHARE = 0.08
_ANSWERS_EACH = re.compile(r"^.{0,8}关于|(?:建议|问题)$")


def _only_past(sheet: Sheet) -> Iterator[Hit]:
    """A report of work done instead of an answer.

    A reply answers if a heading takes up a suggestion or the next steps, if a paragraph opens
    with them, or if a fair share of its sentences looks ahead; one promise in passing is not it.
    """
    parts = sheet.parts
    if not parts.is_reply or parts.is_opinion or parts.salutation is None:
        return
    lines = [line.text.strip() for line in sheet.at("body")]
    headings = [line.text.strip() for line in sheet.at("body") if _is_heading(line)]
    if any(names_next_steps(text) or _ANSWERS_EACH.search(text) for text in headings):
        return
    sentences = [part for text in lines for part in re.split("[。；]", text) if part]
    ahead = sum(1 for sentence in sentences if looks_ahead(sentence))
    opens = any(opens_ahead(text) for text in lines)
    if len(lines) >= 4 and not opens and ahead < _AHEAD_SHARE * len(sentences):
        yield Hit(0, 0, line=parts.opening or 0)


def _is_heading(line: Paragraph) -> bool:
    return line.label is not None and len(line.text.strip()) <= 60


_UNIT_AND_TERM = re.compile(r"（责任单位：[^（）]{1,80}）|（完成时限：[^（）]{1,80}）")


def _repeated(sheet: Sheet) -> Iterator[Hit]:
    """The same 25 characters twice in the body, titles and headings apart."""
    if not sheet.parts.is_reply:
        return
    pieces: list[str] = []
    starts: list[tuple[int, Paragraph]] = []
    length = 0
    for line in sheet.at("body"):
        if _is_heading(line):
            continue
        starts.append((length, line))
        pieces.append(_masked(line))
        length += len(line.text) + 1
    position = 0
    for repeat in repeats("\n".join(pieces)):
        while position + 1 < len(starts) and starts[position + 1][0] <= repeat.start:
            position += 1
        begin, line = starts[position]
        start, end = repeat.start - begin, repeat.end - begin
        if not _lists_bodies(line.text[start:end]):
            yield Hit(start, end, line=line.index)


def _lists_bodies(passage: str) -> bool:
    """Whether a passage does nothing but name bodies; the first and the last may be cut."""
    names = passage.split("、")
    return (
        len(names) > 1
        and all(ends_as_body(name) or is_unit(name) for name in names[:-1])
        and re.search("[，。；]", passage) is None
    )


def _masked(line: Paragraph) -> str:
    """The line with titles, quotations and numbers blanked: they are repeated on purpose.

    So are unit and term, which stand behind every measure. White space is blanked too: a row of
    spaces is no passage.
    """
    text = _UNIT_AND_TERM.sub(lambda found: "\0" * len(found[0]), line.text)
    chars = list(re.sub(r"\s", "\0", text))
    for _, begins, ends in line.spans:
        for start, end in zip(begins, ends, strict=True):
            chars[start:end] = "\0" * (end - start)
    return "".join(chars)


_TWO_NAMES = (("自贸试验区", "自贸区"), ("发展改革局", "发改局"), ("产业园区管委会", "园区管委会"))


def _two_names(sheet: Sheet) -> Iterator[Hit]:
    whole = "\n".join(line.text for line in sheet.at("body"))
    for full, short in _TWO_NAMES:
        if full in whole and short in whole.replace(full, ""):
            for line in sheet.at("body"):
                at = line.text.find(short)
                if at >= 0 and full not in line.text[max(0, at - 4) : at + len(full)]:
                    yield Hit(
                        at, at + len(short), line=line.index,
                        message=f"文中“{full}”“{short}”并用，宜统一",
                    )  # fmt: skip
                    break


def _no_disclosure(sheet: Sheet) -> Iterator[Hit]:
    parts = sheet.parts
    if parts.complete and parts.is_reply and not parts.is_opinion and not parts.disclosure:
        yield Hit(0, 0, line=sheet.parts.title_line)


RULES: tuple[Rule, ...] = (
    Rule(
        "Q01", "有建议未答复", "error", "notice", _ONE_BY_ONE,
        "有建议未答复",
        example=Example(f"{_WHOLE}近年来，我局工作成效明显。", draft_of(answer_of())),
        counter=Example(f"{_WHOLE}一、关于增加老旧小区停车位的建议",
                     draft_of(answer_of(done="已增加120个。"))),
        survey=_unanswered,
        ignores=QUOTED,
    ),
    Rule(
        "Q02", "采纳而无已办事项", "warn", "notice", "办理结果类别与内容一致",
        "办理结果与内容不一致",
        example=Example(f"{_WHOLE}一、关于增加老旧小区停车位的建议",
                     draft_of(answer_of(next_step="将逐步增加。", disposition="采纳"))),
        counter=Example(f"{_WHOLE}一、关于增加老旧小区停车位的建议",
                     draft_of(answer_of(done="已增加120个。", disposition="采纳"))),
        survey=_class_against_words,
        ignores=QUOTED,
    ),
    Rule(
        "Q03", "只谈已做工作", "hint", "notice", "提案办理要求：避免总结工作式答复",
        "通篇介绍已做工作，未见下一步措施，宜针对建议作答",
        example=f"{_WHOLE}一、工作情况\n去年新增车位120个。\n二、主要成效\n停车难有所缓解。",
        counter=f"{_WHOLE}一、工作情况\n去年新增车位120个。\n二、下一步打算\n2026年底前再增加200个。",
        survey=_only_past,
    ),
    Rule(
        "Q05", "段落重复", "warn", "notice", "文字精炼",
        "这一段文字前面已经出现过",
        example=f"{_WHOLE}我局联合属地街道对老旧小区周边闲置地块逐一摸排登记造册。\n"
        "下一步，将联合属地街道对老旧小区周边闲置地块逐一摸排登记造册。",
        counter=f"{_WHOLE}我局印发了《青岚区老旧小区周边闲置地块停车位建设三年行动计划实施方案》。\n"
        "落实《青岚区老旧小区周边闲置地块停车位建设三年行动计划实施方案》。",
        survey=_repeated,
    ),
    Rule(
        "Q06", "同一事物两个简称", "hint", "notice", "名称前后一致",
        "同一事物的简称前后不一",
        example="在自贸试验区设立中心。\n在自贸区试点改革。",
        counter="在自贸试验区设立中心。\n在自贸试验区试点改革。",
        survey=_two_names,
    ),
    Rule(
        "Q09", "个人手机号码", "hint", "notice", "公开答复前应隐去个人联系方式",
        "公开时应隐去个人手机号码",
        example="联系人及电话：林夏　13900000000",
        counter="联系人及电话：林夏　62310000",
        find=pattern(r"(?<!\d)1[3-9]\d{9}(?!\d)"), scope=EVERYWHERE,
        ignores=frozenset(("phone",)),
    ),
    Rule(
        "Q10", "未标公开属性", "warn", "notice", "办理复文与公开同步审查",
        "未标公开属性，请确定主动公开、依申请公开或不予公开",
        example=Example(f"{_WHOLE}感谢您的关心。", complete=True),
        counter=Example(f"公开属性：主动公开\n{_WHOLE}感谢您的关心。", complete=True),
        survey=_no_disclosure,
    ),
    Rule(
        "Q14", "占位符未填写", "block", "notice", "印发前应核实补齐",
        "“{text}”尚未核实或填写",
        example="去年新增车位【待核实：数量】个。",
        counter="去年新增车位120个，面积为3×4米。",
        find=pattern(
            r"【待核实[^【】\n]{0,200}】|【\s{0,8}】|×{2,40}|(?<![A-Za-z0-9])[XxＸ]{2,20}(?![A-Za-z0-9Ｘ])"
            r"|_{2,80}|＿{2,80}|□{2,40}|（\s{1,20}）|\?{3,20}|？{3,20}"
        ),
        scope=EVERYWHERE, quoted="ask", ignores=frozenset(("mark", "model", "url")),
    ),
    Rule(
        "Q15", "不采纳而无理由", "error", "notice", "提案办理要求：不能采纳的应说明理由",
        "未采纳的建议应说明理由",
        example=Example(f"{_WHOLE}一、关于增加老旧小区停车位的建议",
                     draft_of(answer_of(done="您的建议很好。", disposition="留作参考"))),
        counter=Example(f"{_WHOLE}一、关于增加老旧小区停车位的建议",
                     draft_of(answer_of(reason="用地条件所限。", disposition="留作参考"))),
        survey=_refusal,
        ignores=QUOTED,
    ),
    Rule(
        "Q16", "列入计划而无时限", "warn", "notice", "提案办理要求：列入计划的应明确时限",
        "列入计划的应写明时限",
        example=Example(f"{_WHOLE}一、关于增加老旧小区停车位的建议",
                     draft_of(answer_of(next_step="纳入改造计划。", disposition="列入计划"))),
        counter=Example(f"{_WHOLE}一、关于增加老旧小区停车位的建议",
                     draft_of(answer_of(next_step="2026年底前完成。", disposition="列入计划"))),
        survey=_undated_plan,
        ignores=QUOTED,
    ),
)  # fmt: skip
