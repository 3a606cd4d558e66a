"""Whether the paper is this matter's and this unit's (rules T31–T40).

Against the matter: session, class, copied units. Against the unit's profile, where it is known:
who signs, the 代字, another unit's name where the own one should stand. A text read by itself says
nothing of whose it is, and is left alone.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

from drafting.answering.answerable import is_our_session
from drafting.answering.result_class import propose_class
from drafting.checking.engine.cases import answer_of, draft_of, from_member
from drafting.checking.engine.office import Office
from drafting.checking.engine.rule import Example, Hit, Paragraph, Rule, Sheet
from drafting.language.doc_numbers import MET
from drafting.language.naming.offices import name_of_place, places_of, relation, same_office
from drafting.language.naming.units import KINDS, OFFICES, WE
from drafting.language.sessions import find_bare_session, find_sessions, same_session
from drafting.model import Draft, Proposer
from drafting.profile import CopiesKey, Profile, load_profile

_SAME = "答复与来件一致"
_OURS = "单位设置：以本单位的名义、字号行文"
_UNIT = rf"[一-鿿]{{2,16}}?(?:{KINDS}|{OFFICES})"
_THANKS = re.compile(
    rf"感谢(?:您|你们|贵[一-鿿]{{1,3}}|各位[一-鿿]{{2}})?(?:长期以来|一直以来)?对({_UNIT})"
    r"(?:[一-鿿]{0,6}工作)?的(?:大力)?(?:关心|支持|关注|理解)"
)
_CALLED = re.compile(rf"({_UNIT})（以下简称“?(?:我|本)(?:{KINDS})”?）")
# 我局（某某局）: the name by which we are told who we are.
_WE_ARE = re.compile(rf"{WE}（({_UNIT})）")
_COUNTY = ("区", "县", "旗")
_ISSUES = re.compile(rf"^({_UNIT})关于")
_ALONE = re.compile(rf"^[\s　]{{0,20}}({_UNIT})[\s　]{{0,20}}。?$")
_OWN_NUMBER = re.compile(rf"([一-鿿]{{1,14}}){MET}")
_NO_NAME = re.compile(r"^[我本贵各该]|关于|以及|[和与及、]")


# --------------------------------------------------------------------------- the matter


def _session(sheet: Sheet) -> Iterator[Hit]:
    """A session in the title or the opening that is not the item's."""
    if sheet.draft is None or not sheet.draft.proposal.session:
        return
    own = sheet.draft.proposal.session
    listed = [*find_sessions(own)] or [one for one in (find_bare_session(own),) if one]
    if not listed or not sheet.parts.is_reply:
        return
    for line in sheet.lines:
        if line.place != "title" and line.index != sheet.parts.opening:
            continue
        for found in find_sessions(line.text):
            if not same_session(found, listed[0]):
                yield Hit(
                    found.start, found.end, line=line.index,
                    message=f"文中届次为“{found.name}”，来件届次为“{own}”，请核对",
                )  # fmt: skip


def _foreign_session(sheet: Sheet) -> Iterator[Hit]:
    """The item's session where it is none that the unit lists: another place's, another term's."""
    draft, profile = sheet.draft, sheet.office.profile
    if draft is None or profile is None or not draft.proposal.session:
        return
    said, matter = "".join(draft.proposal.session.split()), draft.proposal.matter
    if not profile.sessions[matter] or is_our_session(said, profile, matter):
        return
    line = next((one for one in sheet.at("title") if said in one.text), None)
    yield Hit(
        line.text.index(said) if line else 0,
        line.text.index(said) + len(said) if line else 0,
        line=line.index if line else sheet.parts.title_line,
        message=f"届次“{said}”不在单位设置所列之内，请核对",
    )  # fmt: skip


def _class(sheet: Sheet) -> Iterator[Hit]:
    """A class set by hand that is not the one the answers give by the unit's own table."""
    draft, profile = sheet.draft, sheet.office.profile
    if draft is None or profile is None or not draft.class_code or not draft.answers:
        return
    code = propose_class(profile, draft.answers, draft.date or dt.date.today()).code
    if code is None or code == draft.class_code:
        return
    line = next((one for one in sheet.at("head", "tail") if one.text == sheet.parts.result), None)
    yield Hit(
        0, len(line.text) if line else 0, line=line.index if line else sheet.parts.title_line,
        message=f"办理结果类别填为{draft.class_code}，按各条的采纳情况应为{code}，请核对",
    )  # fmt: skip


def _copies_of_other_kind(sheet: Sheet) -> Iterator[Hit]:
    """提案 copied to those who see to 建议, or the reverse."""
    profile = sheet.office.profile
    if sheet.draft is None or profile is None or sheet.draft.copies_to is None:
        return
    matter = sheet.draft.proposal.matter
    other: CopiesKey = "建议" if matter == "提案" else "提案"
    own, others = profile.copies.units[matter], profile.copies.units[other]
    for line in _copied(sheet):
        for unit in others:
            if unit not in own and unit in line.text:
                at = line.text.index(unit)
                yield Hit(
                    at, at + len(unit), line=line.index,
                    message=f"“{unit}”是{other}的抄送机关，本件是{matter}，请核对",
                )  # fmt: skip


def _copies_missing(sheet: Sheet) -> Iterator[Hit]:
    """None of those who by the unit's profile get a copy gets one."""
    profile, draft = sheet.office.profile, sheet.draft
    if draft is None or profile is None or not draft.copies_to or not sheet.parts.is_reply:
        return
    key = "会办" if draft.proposal.role == "会办" else draft.proposal.matter
    usual = profile.copies.units[key]
    if not usual or any(same_office(one, two) for one in draft.copies_to for two in usual):
        return
    for line in _copied(sheet):
        yield Hit(
            0, len(line.text), line=line.index,
            message=f"抄送中没有{'、'.join(usual)}，请核对",
        )  # fmt: skip


def _copied_elsewhere(sheet: Sheet) -> Iterator[Hit]:
    """A copy to an office of another county or district, as a letter copied along has it."""
    profile, draft = sheet.office.profile, sheet.draft
    if draft is None or profile is None or draft.copies_to is None:
        return
    ours = places_of([profile.unit.name, *profile.copies.units[draft.proposal.matter]])
    for unit in draft.copies_to:
        place = name_of_place(unit)
        if not ours or not place.endswith(_COUNTY) or relation(unit, ours) != "外地":
            continue
        for line in _copied(sheet):
            if (at := line.text.find(unit)) >= 0:
                yield Hit(
                    at, at + len(unit), line=line.index,
                    message=f"抄送机关“{unit}”不在本地，请核对",
                )  # fmt: skip


def _copied_to_ourselves(sheet: Sheet) -> Iterator[Hit]:
    profile = sheet.office.profile
    if sheet.draft is None or profile is None:
        return
    for line in _copied(sheet):
        for name in (profile.unit.name, profile.unit.short):
            found = re.search(rf"(?<=[：，]){re.escape(name)}(?=[，。])", line.text)
            if found:
                yield Hit(*found.span(), line=line.index)
                break


def _copied(sheet: Sheet) -> Iterator[Paragraph]:
    return (line for line in sheet.at("tail") if line.text.startswith("抄送"))


# --------------------------------------------------------------------------- the unit


def _ours(name: str, profile: Profile) -> bool:
    return any(same_office(name, one) for one in (profile.unit.name, profile.unit.short))


def _signer(sheet: Sheet) -> Iterator[Hit]:
    """None of those who sign is the unit itself."""
    profile, signatures = sheet.office.profile, sheet.parts.signatures
    if sheet.draft is None or profile is None or not sheet.parts.is_reply or not signatures:
        return
    if any(_ours(name, profile) for name in signatures):
        return
    for line in sheet.at("tail"):
        if signatures[0] in line.text:
            at = line.text.index(signatures[0])
            yield Hit(
                at, at + len(signatures[0]), line=line.index,
                message=f"署名“{signatures[0]}”不是本单位（{profile.unit.name}），请核对",
            )  # fmt: skip
            return


def _code(sheet: Sheet) -> Iterator[Hit]:
    """The paper's own number under a 代字 that is none of the unit's."""
    profile = sheet.office.profile
    if sheet.draft is None or profile is None or not sheet.parts.is_reply:
        return
    ours = {profile.unit.code, *profile.numbering.codes.values()} - {""}
    for line in sheet.at("head"):
        found = _OWN_NUMBER.fullmatch(line.text.strip())
        if found and ours and found[1] not in ours:
            at = line.text.index(found[1])
            yield Hit(
                at, at + len(found[1]), line=line.index,
                message=f"代字“{found[1]}”不是本单位的（{'、'.join(sorted(ours))}），请核对",
            )  # fmt: skip


def _others_name(sheet: Sheet) -> Iterator[Hit]:
    """Another unit's name where ours should stand: in the title before 关于, in the thanks, where
    we are introduced, and alone in a line of the body, as a signature copied along."""
    profile = sheet.office.profile
    if sheet.draft is None or profile is None or not sheet.parts.is_reply:
        return
    issuers = (*sheet.draft.issuers, *sheet.parts.signatures)
    for line in sheet.at("title", "body"):
        patterns = (_ISSUES,) if line.place == "title" else (_THANKS, _CALLED, _WE_ARE, _ALONE)
        for one in patterns:
            for found in one.finditer(line.text):
                name = found[1]
                known = _ours(name, profile) or any(same_office(name, two) for two in issuers)
                if not known and not _NO_NAME.search(name):
                    yield Hit(
                        *found.span(1), line=line.index,
                        message=f"这里应是本单位的名称，写的却是“{name}”，请核对",
                    )  # fmt: skip


# --------------------------------------------------------------------------- examples


_PROFILE = load_profile("default")
_OFFICE = Office(profile=_PROFILE)


def _reply(
    *body: str,
    session: str = "区政协十届三次会议",
    number: str = "青城管函〔2026〕7号",
    unit: str = "青岚区城市管理局",
    copies: str = "抄送：区政府办公室，区政协提案委员会。",
    title: str = "",
) -> str:
    head = title or f"关于{session}第12号提案的答复"
    opening = "您提出的《关于增加停车位的提案》收悉，现答复如下："
    return "\n".join((number, head, "苏明远委员：", opening, *body, unit, "2026年5月20日", copies))


def _of_matter(text: str, **draft: object) -> Example:
    """``text`` read beside the item of the examples and the sample unit's profile."""
    made = Draft(
        draft_of(
            item_no="12", session="区政协十届三次会议", proposers=(Proposer("苏明远"),)
        ).proposal
    )
    return Example(text, replace(made, **draft), office=_OFFICE)  # type: ignore[arg-type]


def _of_session(session: str) -> Example:
    """A reply to an item of that session, which says it."""
    proposal = draft_of(item_no="12", session=session, proposers=(Proposer("苏明远"),)).proposal
    return Example(_reply(session=session), Draft(proposal), office=_OFFICE)


def _classed(code: str) -> Example:
    answers = (answer_of(done="已建成120个。", disposition="留作参考", reason="用地所限。"),)
    text = _reply().replace("青城管函", f"办理结果类别：{code}\n青城管函", 1)
    return _of_matter(text, answers=answers, class_code=code)


RULES: tuple[Rule, ...] = (
    Rule(
        "T31", "届次与来件不符", "block", "notice", _SAME,
        "届次与来件不符，请核对",
        example=from_member(_reply(session="区政协十届二次会议"), session="区政协十届三次会议"),
        counter=from_member(_reply(), session="政协青岚区第十届委员会第三次会议"),
        survey=_session,
    ),
    Rule(
        "T32", "署名不是本单位", "block", "notice", _OURS,
        "署名不是本单位，请核对",
        example=_of_matter(_reply(unit="青岚区教育局")),
        counter=_of_matter(_reply(unit="云湖市青岚区城市管理局")),
        survey=_signer,
    ),
    Rule(
        "T33", "代字不是本单位的", "error", "notice", "GB/T 9704-2012 7.2.5；单位设置",
        "代字不是本单位的，请核对",
        example=_of_matter(_reply(number="青教函〔2026〕7号")),
        counter=_of_matter(_reply()),
        survey=_code,
    ),
    Rule(
        "T34", "办理结果类别与各条不符", "error", "notice", "办理结果类别与内容一致",
        "办理结果类别与各条的采纳情况不符，请核对",
        example=_classed("A"),
        counter=_classed("C"),
        survey=_class,
    ),
    Rule(
        "T35", "抄送机关不是本类件的", "block", "notice", "单位设置：提案、建议各有抄送机关",
        "抄送机关与本件的类别不符，请核对",
        example=_of_matter(
            _reply(copies="抄送：区政府办公室，区人大常委会代表工作委员会。"),
            copies_to=("区政府办公室", "区人大常委会代表工作委员会"),
        ),
        counter=_of_matter(
            _reply(), copies_to=("区政府办公室", "区政协提案委员会")
        ),
        survey=_copies_of_other_kind,
    ),
    Rule(
        "T36", "抄送缺少惯常的机关", "warn", "notice", "单位设置：抄送机关",
        "抄送中没有惯常抄送的机关，请核对",
        example=_of_matter(_reply(copies="抄送：区财政局。"), copies_to=("区财政局",)),
        counter=_of_matter(
            _reply(copies="抄送：区政协提案委员会，区财政局。"),
            copies_to=("区政协提案委员会", "区财政局"),
        ),
        survey=_copies_missing,
    ),
    Rule(
        "T37", "抄送给本单位", "error", "notice", "GB/T 9704-2012 7.4.2（抄送机关为其他机关）",
        "“{text}”是本单位，不用抄送",
        example=_of_matter(_reply(copies="抄送：区政府办公室，区城管局。")),
        counter=_of_matter(_reply()),
        survey=_copied_to_ourselves,
    ),
    Rule(
        "T38", "本单位的位置写着别的单位", "block", "notice", _OURS,
        "这里应是本单位的名称，请核对",
        example=_of_matter(_reply("感谢您对区教育局工作的关心和支持。")),
        counter=_of_matter(
            _reply("区教育局已配合开放校园车位。", "感谢您对区城管局工作的关心和支持。")
        ),
        survey=_others_name,
    ),
    Rule(
        "T39", "届次不是本单位承办的", "warn", "notice", "单位设置：届次",
        "届次不在单位设置所列之内，请核对",
        example=_of_session("松湾区政协十届三次会议"),
        counter=_of_session("政协青岚区第十届委员会第三次会议"),
        survey=_foreign_session,
    ),
    Rule(
        "T40", "抄送机关不在本地", "warn", "notice", "单位设置：抄送机关",
        "抄送机关不在本地，请核对",
        example=_of_matter(
            _reply(copies="抄送：松湾区政府办公室，区政协提案委员会。"),
            copies_to=("松湾区政府办公室", "区政协提案委员会"),
        ),
        counter=_of_matter(
            _reply(copies="抄送：青岚区政府办公室，云湖市水务局。"),
            copies_to=("青岚区政府办公室", "云湖市水务局", "区政协提案委员会"),
        ),
        survey=_copied_elsewhere,
    ),
)  # fmt: skip
