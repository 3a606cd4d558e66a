"""Which form suits which matter, and the whole file as one zip."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from assembly_cases import PARKING_DRAFT, PROCEDURE_DRAFT, TODAY

from drafting.assembly import FORM_NAMES, assemble, form_notes
from drafting.errors import UserError
from drafting.model import Draft, Extension, Form, FormerReply, HeadMarks, Return
from drafting.profile import load_profile
from drafting.writing import write_docx
from drafting.writing.bundle import bundle_forms, make_bundle

DEFAULT = load_profile("default")
CO_HANDLED = replace(
    PARKING_DRAFT,
    proposal=replace(PARKING_DRAFT.proposal, role="会办", handling_unit="区住建局"),
)


def refused(draft: Draft, form: Form) -> str:
    with pytest.raises(UserError) as caught:
        assemble(draft, DEFAULT, form=form, today=TODAY)
    return caught.value.message


@pytest.mark.parametrize("form", ["reply", "public", "second-reply", "consultation"])
def test_a_co_handling_unit_does_not_answer_the_proposer(form: Form) -> None:
    assert refused(CO_HANDLED, form) == (
        f"本件由本单位会办，意见送主办单位，不直接答复提案者，不能出“{FORM_NAMES[form]}”；"
        "请改用“会办意见”。"
    )


def test_dates_that_cannot_be_are_refused() -> None:
    later = replace(PARKING_DRAFT, former=FormerReply("甲函〔2026〕1号", dt.date(2026, 12, 1)))
    assert refused(later, "second-reply") == "原答复的日期晚于再次答复的成文日期，请核对。"
    asked = replace(PROCEDURE_DRAFT, extension=Extension("踏勘", dt.date(2026, 11, 20)))
    assert refused(asked, "extension") == "申请延期到的日期应晚于原定期限，请核对。"


def test_marks_of_the_head_are_checked() -> None:
    assert refused(replace(PARKING_DRAFT, marks=HeadMarks(urgency="火急")), "reply") == (
        "紧急程度“火急”应为特急、加急之一。"
    )
    assert "没有填密级" in refused(
        replace(PARKING_DRAFT, marks=HeadMarks(secrecy_term="1年")), "reply"
    )
    secret = replace(PARKING_DRAFT, marks=HeadMarks(secrecy="秘密", secrecy_term="1年"))
    assert assemble(secret, DEFAULT).secrecy == "秘密★1年"
    assert refused(secret, "public") == "本件标有密级，不能生成公开版。"


def test_doubtful_forms_are_noted() -> None:
    notes = form_notes(PARKING_DRAFT, DEFAULT, "co-handling")
    assert notes == ["本件登记为主办件，会办意见一般由会办单位出具，请核对角色。"]
    assert form_notes(PARKING_DRAFT, DEFAULT, "reply") == []
    late = replace(PROCEDURE_DRAFT, extension=Extension("踏勘", dt.date(2027, 3, 1)))
    assert form_notes(late, DEFAULT, "extension") == [
        "申请延期到的日期超过自交办之日起6个月（2027-02-20），一般不予同意。"
    ]
    assert form_notes(PARKING_DRAFT, DEFAULT, "sign-off") == [
        "拟稿、核稿、会签、签发尚无意见，稿纸上留空手签。"
    ]
    assert form_notes(PROCEDURE_DRAFT, DEFAULT, "sign-off") == []


def test_letters_about_the_procedure_bear_their_own_number() -> None:
    draft = replace(PARKING_DRAFT, doc_no="青城管函〔2026〕12号")
    given = replace(draft, returning=Return("不属职责范围", doc_no="青城管函〔2026〕9号"))
    assert assemble(given, DEFAULT, form="return").doc_no == "青城管函〔2026〕9号"
    assert assemble(draft, DEFAULT, form="return", today=TODAY).doc_no == (
        "青城管函〔2026〕【待核实：编号】号"
    )


@pytest.mark.parametrize(
    ("position", "where"), [("head", "head"), ("end", "body"), ("none", ""), ("remark", "remark")]
)
def test_class_and_disclosure_stand_where_the_profile_says(
    tmp_path: Path, position: str, where: str
) -> None:
    unit = (Path(__file__).parents[2] / "templates/profiles/default.toml").read_text("utf-8")
    unit = unit.split("[titles]")[0]
    classes = "none" if position == "remark" else position
    shown = "false" if position == "none" else "true"
    place = "head" if position == "none" else position
    (tmp_path / "own.toml").write_text(
        f'{unit}\n[classes]\nposition = "{classes}"\nline = "（{{{{代码}}}}类：{{{{含义}}}}）"\n'
        f'[disclosure]\nprint = {shown}\nposition = "{place}"\nline = "此件{{{{公开属性}}}}"\n',
        "utf-8",
    )
    draft = replace(PARKING_DRAFT, class_code="B")
    reply = assemble(draft, load_profile("own", tmp_path))
    label, said = "（B类：正在解决或列入计划逐步解决）", "此件主动公开"
    last = [block.text for block in reply.body[-2:]]
    assert (reply.result_label, reply.disclosure_label) == (
        (label, said) if where == "head" else (None, None)
    )
    assert (last == [label, said]) == (where == "body")
    contact = "联系人：沈知远、江一苇，电话：0789-8213306"
    assert reply.remark == (f"{said}；{contact}" if where == "remark" else contact)


# ------------------------------------------------------------------ the whole file


def test_the_bundle_holds_what_suits_the_matter() -> None:
    assert bundle_forms(PARKING_DRAFT, DEFAULT) == (
        *("sign-off", "reply", "public", "consultation", "contact-record"),
    )
    assert bundle_forms(CO_HANDLED, DEFAULT) == ("sign-off", "co-handling", "contact-record")
    assert bundle_forms(PROCEDURE_DRAFT, DEFAULT) == (
        *("sign-off", "second-reply", "public", "consultation", "contact-record"),
        *("extension", "return"),
    )
    closed = replace(PARKING_DRAFT, disclosure="不予公开")
    assert "public" not in bundle_forms(closed, DEFAULT)


def test_the_bundle_is_named_as_offices_name_it() -> None:
    draft = replace(PARKING_DRAFT, doc_no="青城管函〔2026〕12号")
    name, content = make_bundle(draft, DEFAULT, extras={"提案:原文?.docx": b"PK"})
    assert name == "青城管函〔2026〕12号_区政协十届五次会议第031号提案办理文书.zip"
    title = "青城管函〔2026〕12号_关于区政协十届五次会议第031号提案的答复"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [
            "1_发文稿纸.docx",
            f"2_答复_{title}.docx",
            f"3_公开版_{title}.docx",
            "4_征询意见表.docx",
            "5_面商记录表.docx",
            "6_提案_原文.docx",
            "目录.txt",
        ]
        listed = archive.read("目录.txt").decode("utf-8-sig").splitlines()
        assert listed == archive.namelist()[:-1]
        for entry in archive.namelist()[:5]:
            assert docx.Document(io.BytesIO(archive.read(entry))).paragraphs
    assert make_bundle(draft, DEFAULT, extras={"提案:原文?.docx": b"PK"})[1] == content


def test_what_is_still_open_does_not_get_into_a_name() -> None:
    draft = replace(
        PARKING_DRAFT,
        doc_no=None,
        extension=Extension("需逐处踏勘\u202e", dt.date(2027, 1, 20)),
        proposal=replace(PARKING_DRAFT.proposal, session="区政协\u202e十届\u200b五次会议"),
    )
    name, content = make_bundle(draft, DEFAULT)
    assert name == "区政协十届五次会议第031号提案办理文书.zip"
    title = "关于区政协十届五次会议第031号提案的答复"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [
            "1_发文稿纸.docx",
            f"2_答复_{title}.docx",
            f"3_公开版_{title}.docx",
            "4_征询意见表.docx",
            "5_面商记录表.docx",
            "6_延期申请_关于申请延期办理区政协十届五次会议第031号提案的函.docx",
            "目录.txt",
        ]


@pytest.mark.parametrize("form", ["reply", "public", "consultation", "sign-off", "extension"])
def test_every_paper_has_keywords_and_none_names_a_person(form: Form) -> None:
    reply = assemble(PROCEDURE_DRAFT, DEFAULT, form=form)
    assert reply.keywords == (
        "提案",
        "区政协十届五次会议",
        "第031号",
        "关于加强老城区停车管理的提案",
    )
    hidden = replace(DEFAULT, disclosure=replace(DEFAULT.disclosure, public_names="hidden"))
    proposal = replace(PROCEDURE_DRAFT.proposal, subject="关于办理普绍平委员来信的提案")
    public = assemble(replace(PROCEDURE_DRAFT, proposal=proposal), hidden, form="public")
    assert public.keywords[3] == "关于办理委员来信的提案"


def test_the_sheet_in_the_bundle_says_what_the_sheet_alone_says() -> None:
    said = "共查出2处，均已改正。"
    alone = assemble(PARKING_DRAFT, DEFAULT, form="sign-off", proofread=said)
    _, content = make_bundle(PARKING_DRAFT, DEFAULT, proofread=said)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("1_发文稿纸.docx") == write_docx(alone)
    assert ("校对情况", said) in alone.body[0].rows
