"""标题 and 主送 set by hand: printed as typed, and how they differ from the rule is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from assembly_cases import PARKING_DRAFT, TODAY

from drafting.assembly import assemble, by_hand, by_rule
from drafting.checking import check_reply, printed_lines
from drafting.checking.fixing import fix_draft
from drafting.model import Form, FormerReply
from drafting.model.serial import dumps, loads_draft
from drafting.profile import load_profile

PROFILE = load_profile("default")
RULED = by_rule(PARKING_DRAFT, PROFILE, "reply")


@pytest.mark.parametrize("form", by_hand.FORMS)
def test_what_was_typed_is_printed_in_place_of_the_rules_and_nothing_else_changes(
    form: Form,
) -> None:
    former = FormerReply("青城管函〔2026〕9号", TODAY, "泊位仍然不足")
    draft = replace(PARKING_DRAFT, former=former, disclosure="主动公开")
    typed = replace(draft, title="关于第031号提案\n办理情况的函", salutation="民建青岚区支部：")
    plain = assemble(draft, PROFILE, form=form, today=TODAY)
    own = assemble(typed, PROFILE, form=form, today=TODAY)
    assert own == replace(plain, title="关于第031号提案办理情况的函", salutation="民建青岚区支部")
    assert assemble(loads_draft(dumps(typed)), PROFILE, form=form, today=TODAY) == own


def test_a_public_version_hides_the_names_in_what_was_typed() -> None:
    hidden = replace(PROFILE.disclosure, public_names="surname")
    draft = replace(
        PARKING_DRAFT,
        disclosure="主动公开",
        title="关于普绍平委员第031号提案的答复",
        salutation="普绍平委员",
    )
    shown = assemble(draft, replace(PROFILE, disclosure=hidden), form="public", today=TODAY)
    assert (shown.title, shown.salutation) == ("关于普某某委员第031号提案的答复", "普某某委员")


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("关于区政协十届五次会议第013号提案的答复", "案号写作“第013号”，登记为“第031号”"),
        ("关于第031号提案的答复", "没有届次“区政协十届五次会议”"),
        (
            "关于区政协十届五次会议第031号建议的答复。",
            "写作“建议”，本件是提案；末尾没有文种（答复、函、意见）；末尾有标点",
        ),
        ("区政协十届五次会议第031号提案的答复", "措辞不同"),
    ],
)
def test_how_a_title_differs_from_the_rules_is_said(title: str, said: str) -> None:
    notes = by_hand.differences(replace(PARKING_DRAFT, title=title), RULED)
    assert notes == {"title": f"与按规则拟的标题不同：{said}。按规则为“{RULED.title}”。"}


@pytest.mark.parametrize(
    ("salutation", "said"),
    [
        ("普绍平代表", "称“代表”，应称“委员”"),
        ("民建青岚区支部", "少了“普绍平”；多了“民建青岚区支部”"),
        ("尊敬的普绍平委员", "写法不同"),
    ],
)
def test_how_a_salutation_differs_is_said(salutation: str, said: str) -> None:
    notes = by_hand.differences(replace(PARKING_DRAFT, salutation=salutation), RULED)
    ruled = RULED.salutation
    assert notes == {"salutation": f"与按规则拟的主送不同：{said}。按规则为“{ruled}”。"}


def test_what_is_as_the_rule_has_it_is_not_told() -> None:
    typed = replace(PARKING_DRAFT, title=RULED.title, salutation=f"{RULED.salutation}：")
    assert by_hand.differences(typed, RULED) == {}


def test_the_proofreader_reads_what_was_typed_and_mends_it_in_the_draft() -> None:
    draft = replace(PARKING_DRAFT, title="关于区政协十届五次会议第032号提案的答复。")
    reply = assemble(draft, PROFILE, today=TODAY)
    found = check_reply(reply, draft)
    assert {"T01", "T10"} <= {one.rule for one in found}
    stop = [one for one in found if one.rule == "T10"]
    lines = [text for _, text in printed_lines(reply)]
    fixed, _, refused = fix_draft(draft, lines, stop)
    assert (fixed.title, refused) == ("关于区政协十届五次会议第032号提案的答复", [])
