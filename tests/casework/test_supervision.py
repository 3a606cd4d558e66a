"""督审: the supervising office's own review, where the profile has it, before a reply leaves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from procedure_fakes import PROFILE, TODAY, co_handled, go, look, matter_of, ready

from casework import Casework, aligned
from casework.moving import Hindered, NotYours, offers
from casework.procedure.guards import Doer
from casework.procedure.stage import history, stage_of
from casework.procedure.states import MAIN_LINE, main_line
from casework.procedure.turns import awaited, waits_for
from drafting.assembly import assemble, form_notes
from drafting.errors import UserError
from drafting.model import Draft, Opinion
from drafting.profile import Profile
from drafting.profile.nouns import Procedure

CLERK = Doer("沈知秋", "停车科", frozenset({"经办"}), alone=False)
EDITOR = Doer("林知远", "办公室", frozenset({"核稿"}), alone=False)
SIGNER = Doer("顾清和", "", frozenset({"签发"}), alone=False)
OVERSEER = Doer("许闻笛", "督查室", frozenset({"督办"}), alone=False)
BEFORE_SIGNING = replace(PROFILE, procedure=Procedure("before-signing"))
BEFORE_NUMBER = replace(PROFILE, procedure=Procedure("before-number"))


def on_offer(casework: Casework, matter_id: int, doer: Doer, profile: Profile) -> list[str]:
    now = look(casework, matter_id, doer, profile=profile)
    return [one.move.id for one in offers(now) if one.mine and one.move.target]


def at_supervision(casework: Casework, profile: Profile) -> int:
    """A matter that waits for the supervising office."""
    matter_id = ready(casework, author="沈知秋")
    go(casework, matter_id, "submit", CLERK, profile=profile, name="")
    if profile is BEFORE_SIGNING:
        go(casework, matter_id, "pass-supervised", EDITOR, profile=profile, name="")
    else:
        go(casework, matter_id, "pass", EDITOR, profile=profile, name="")
        go(casework, matter_id, "approve-supervised", SIGNER, profile=profile, name="顾清和")
    assert stage_of(casework.db, matter_id).state == "督审"
    return matter_id


def test_where_no_place_wants_it_nothing_leads_there(casework: Casework) -> None:
    matter_id = ready(casework, author="沈知秋")
    go(casework, matter_id, "submit", CLERK, name="")
    assert on_offer(casework, matter_id, EDITOR, PROFILE) == ["review", "pass", "return-review"]
    with pytest.raises(Hindered, match="签发以前不须督审"):
        go(casework, matter_id, "pass-supervised", EDITOR, name="")


def test_before_signing_the_way_to_the_signer_leads_over_the_review(casework: Casework) -> None:
    matter_id = at_supervision(casework, BEFORE_SIGNING)
    now = look(casework, matter_id, OVERSEER, profile=BEFORE_SIGNING)
    assert [waits_for(now.stage, one) for one in (CLERK, EDITOR, SIGNER, OVERSEER)] == [
        *(False, False, False),
        True,
    ]
    own = on_offer(casework, matter_id, OVERSEER, BEFORE_SIGNING)
    assert own == ["supervised", "return-supervised"]
    with pytest.raises(NotYours):
        go(casework, matter_id, "supervised", CLERK)
    # Whoever turns the review off again leaves none stuck in it.
    go(casework, matter_id, "supervised", OVERSEER, profile=PROFILE, opinion="可以", name="许闻笛")
    assert stage_of(casework.db, matter_id).state == "签发"
    step = history(casework.db, matter_id)[-1]
    assert (step.author, step.opinion, dict(step.details)) == (
        *("许闻笛", "可以"),
        {"姓名": "许闻笛"},
    )
    said = matter_of(casework, matter_id).draft.opinions[-1]
    assert said == Opinion("督审", "许闻笛", "可以", TODAY)
    go(casework, matter_id, "approve", SIGNER, profile=BEFORE_SIGNING, name="顾清和")
    assert stage_of(casework.db, matter_id).state == "编号"


def test_a_countersigned_reply_is_reviewed_too(casework: Casework) -> None:
    matter_id, profile = ready(casework, author="沈知秋"), BEFORE_SIGNING
    go(casework, matter_id, "submit", CLERK, profile=profile, name="")
    go(casework, matter_id, "review", EDITOR, profile=profile, name="")
    go(casework, matter_id, "countersign", EDITOR, profile=profile, opinion="同意")
    assert on_offer(casework, matter_id, CLERK, profile) == [
        "countersigned-supervised",
        "return-countersign",
    ]
    go(casework, matter_id, "countersigned-supervised", CLERK, profile=profile)
    assert stage_of(casework.db, matter_id).state == "督审"


def test_the_class_is_changed_with_a_reason_and_what_was_signed_still_goes_out(
    casework: Casework,
) -> None:
    matter_id, profile = at_supervision(casework, BEFORE_NUMBER), BEFORE_NUMBER
    was = matter_of(casework, matter_id).draft
    assert was.signer == "顾清和" and was.class_code is None
    with pytest.raises(UserError, match="请写明理由") as refused:
        go(casework, matter_id, "supervised-signed", OVERSEER, profile=profile, class_code="A")
    assert refused.value.field == "opinion"
    with pytest.raises(UserError, match="没有这一办理结果类别") as refused:
        more = {"class_code": "Z", "opinion": "改"}
        go(casework, matter_id, "supervised-signed", OVERSEER, profile=profile, **more)
    assert refused.value.field == "class_code"
    assert matter_of(casework, matter_id).draft == was
    more = {"class_code": "A", "opinion": "两处都已建成", "name": "许闻笛"}
    go(casework, matter_id, "supervised-signed", OVERSEER, profile=profile, **more)
    assert matter_of(casework, matter_id).draft == replace(
        was,
        class_code="A",
        opinions=(*was.opinions, Opinion("督审", "许闻笛", "两处都已建成", TODAY)),
    )
    step = history(casework.db, matter_id)[-1]
    assert dict(step.details) == {"姓名": "许闻笛", "办理结果类别": "B改为A"}
    assert step.opinion == "两处都已建成"
    for move in ("number", "send"):
        go(casework, matter_id, move, CLERK, profile=profile)
    assert stage_of(casework.db, matter_id).state == "征询"


def test_a_text_that_was_changed_after_signing_does_not_pass_with_the_class(
    casework: Casework,
) -> None:
    matter_id, profile = at_supervision(casework, BEFORE_NUMBER), BEFORE_NUMBER
    matter = matter_of(casework, matter_id)
    answer = aligned(matter.draft).answers[0]
    casework.save_answer(matter_id, 0, replace(answer, done="改了一句。"), matter.version)
    with pytest.raises(Hindered, match="签发以后文稿有改动"):
        more = {"class_code": "A", "opinion": "改"}
        go(casework, matter_id, "supervised-signed", OVERSEER, profile=profile, **more)
    go(casework, matter_id, "return-supervised", OVERSEER, profile=profile, opinion="重签。")
    now, draft = stage_of(casework.db, matter_id), matter_of(casework, matter_id).draft
    assert (now.state, now.signed, draft.signer, draft.date) == ("起草", None, None, None)


@pytest.mark.parametrize("profile", [BEFORE_SIGNING, BEFORE_NUMBER])
def test_an_opinion_for_the_lead_unit_is_the_lead_units_to_review(
    casework: Casework, profile: Profile
) -> None:
    matter_id = ready(casework, co_handled(), author="沈知秋")
    go(casework, matter_id, "submit", CLERK, profile=profile, name="")
    go(casework, matter_id, "pass", EDITOR, profile=profile, name="")
    go(casework, matter_id, "approve", SIGNER, profile=profile, name="顾清和")
    assert stage_of(casework.db, matter_id).state == "编号"


def test_the_line_shows_where_the_review_stands() -> None:
    assert main_line("none") == MAIN_LINE
    assert main_line("before-signing")[4:8] == ("会签", "督审", "签发", "编号")
    assert main_line("before-number")[5:8] == ("签发", "督审", "编号")


def test_what_a_lead_unit_does_about_an_opinion_is_nobodys_turn() -> None:
    """Else every draft would wait for those who sign."""
    assert awaited("起草") == ("经办",)
    assert awaited("审签") == ("签发",)
    assert awaited("会签") == ("经办", "核稿")


@pytest.mark.parametrize(("profile", "rows"), [(BEFORE_SIGNING, ["督审意见"]), (PROFILE, [])])
def test_what_the_supervising_office_says_stands_on_the_sheet(
    casework: Casework, profile: Profile, rows: list[str]
) -> None:
    """The sheet has room for it where the place has the step, and its words once they are said."""

    def sheet(draft: Draft) -> list[tuple[str, ...]]:
        reply = assemble(aligned(draft), profile, form="sign-off")
        found = [row for block in reply.body for row in block.rows or ()]
        return [row for row in found if row[0] == "督审意见"]

    matter_id = ready(casework, author="沈知秋")
    assert [row[0] for row in sheet(matter_of(casework, matter_id).draft)] == rows
    if rows:
        matter_id = at_supervision(casework, profile)
        go(casework, matter_id, "supervised", OVERSEER, profile=profile, name="许闻笛")
        assert sheet(matter_of(casework, matter_id).draft) == [
            ("督审意见", "同意。　许闻笛　2026年5月18日")
        ]
        notes = form_notes(matter_of(casework, matter_id).draft, profile, "sign-off")
        assert notes == ["会签、签发尚无意见，稿纸上留空手签。"]
