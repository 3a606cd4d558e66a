"""Single rules of wording, each by name."""

import datetime as dt
from dataclasses import replace

import pytest
from assembly_cases import DEPUTY_DRAFT, PARKING, PARKING_DRAFT, TODAY

from drafting.assembly import assemble, default_form
from drafting.assembly.parties import public_name, public_proposers
from drafting.assembly.text import close
from drafting.errors import UserError
from drafting.model import (
    Answer,
    Block,
    Contact,
    Draft,
    OpinionState,
    Proposal,
    Proposer,
    Suggestion,
)
from drafting.profile import Profile, load_profile

DEFAULT = load_profile("default")


def _with(profile: Profile, part: str, **changes: object) -> Profile:
    return replace(profile, **{part: replace(getattr(profile, part), **changes)})


def _one(answer: Answer, profile: Profile = DEFAULT, **proposal: object) -> list[str]:
    """The printed lines between the heading of a single answer and the thanks."""
    draft = Draft(replace(PARKING, suggestions=(answer.suggestion,), **proposal), (answer,))
    body = assemble(draft, profile, today=TODAY).body
    return [block.full_text for block in body[2:-1]]


A = Suggestion(None, "增加停车泊位")


# ------------------------------------------------------------------ parties


def _parties(*proposers: Proposer, matter: str = "提案", honorific: str = "") -> tuple[str, str]:
    profile = _with(DEFAULT, "salutation", honorific=honorific)
    draft = Draft(replace(PARKING, proposers=proposers, matter=matter, co_units=()))
    reply = assemble(draft, profile, today=TODAY)
    return str(reply.salutation), reply.body[0].text.split("提出", 1)[0]


def _people(*names: str, kind: str = "委员") -> list[Proposer]:
    return [Proposer(name, kind) for name in names]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("proposers", "matter", "expected"),
    [
        (_people("普绍平"), "提案", ("普绍平委员", "您")),
        (_people("普绍平委员"), "提案", ("普绍平委员", "您")),
        (_people("朱洁", kind="代表"), "建议", ("朱洁代表", "您")),
        (_people("甲一", "乙二", "丙三"), "提案", ("甲一、乙二、丙三委员", "你们")),
        (_people("甲一", "乙二", "丙三", "丁四"), "提案", ("甲一、乙二等4名委员", "你们")),
        (_people("甲一等3名"), "提案", ("甲一等3名委员", "你们")),
        (
            _people("甲一", "乙二", "丙三", "丁四等6名"),
            "提案",
            ("甲一、乙二、丙三、丁四等6名委员", "你们"),
        ),
        ([Proposer("民盟青岚区总支", "党派")], "提案", ("民盟青岚区总支", "贵单位")),
        ([Proposer("九三学社青岚区委", "党派")], "提案", ("九三学社青岚区委", "贵委")),
        ([Proposer("区工商业联合会", "团体")], "提案", ("区工商业联合会", "贵会")),
        (
            [Proposer("普绍平"), Proposer("民盟青岚区总支", "党派")],
            "提案",
            ("普绍平委员，民盟青岚区总支", "你们"),
        ),
        (_people("朱洁"), "建议", ("朱洁【待核实：委员或代表】", "您")),
        ([], "建议", ("【待核实：建议代表】", "您")),
        ([Proposer("  ")], "提案", ("【待核实：提案者】", "您")),
    ],
)
def test_salutation_and_pronoun_suit_the_proposers(
    proposers: list[Proposer], matter: str, expected: tuple[str, str]
) -> None:
    assert _parties(*proposers, matter=matter) == expected


def test_an_honorific_goes_with_persons_only() -> None:
    assert _parties(*_people("普绍平"), honorific="尊敬的")[0] == "尊敬的普绍平委员"
    body = Proposer("民盟青岚区总支", "党派")
    assert _parties(body, honorific="尊敬的")[0] == "民盟青岚区总支"


def test_a_co_signing_unit_is_neither_consulted_nor_copied() -> None:
    draft = replace(
        PARKING_DRAFT,
        proposal=replace(PARKING, co_units=("青岚区住房和城乡建设局", "区城管局", "区公安分局")),
        issuers=("青岚区城市管理局", "青岚区住房和城乡建设局"),
    )
    reply = assemble(draft, DEFAULT, today=TODAY)
    assert "经会同区公安分局研究，" in reply.body[0].text
    assert reply.copies_to == ("区政府办公室", "区政协提案委员会", "区公安分局")


def test_units_whose_name_holds_an_and_are_listed_with_commas() -> None:
    units = ("区财政局", "区人力资源和社会保障局")
    heard = tuple(OpinionState(one, TODAY, TODAY, TODAY) for one in units)
    draft = Draft(replace(PARKING, co_units=units), co_opinions=heard)
    opening = assemble(draft, DEFAULT, today=TODAY).body[0].text
    assert "经会同区财政局、区人力资源和社会保障局研究，" in opening


def test_an_empty_list_of_copies_is_the_clerks_word() -> None:
    assert assemble(replace(PARKING_DRAFT, copies_to=()), DEFAULT, today=TODAY).copies_to == ()


# ------------------------------------------------------------------ title and opening


def test_words_of_the_subject_are_not_doubled() -> None:
    wuhua = load_profile("wuhua")
    titled = _with(DEFAULT, "titles", proposal="关于{{届次}}第{{案号}}号关于{{案由}}的提案的答复")
    assert "《关于加强老城区停车管理的提案》，已交" in (
        assemble(PARKING_DRAFT, wuhua, today=TODAY).body[0].text
    )
    assert assemble(PARKING_DRAFT, titled, today=TODAY).title == (
        "关于区政协十届五次会议第031号关于加强老城区停车管理的提案的答复"
    )


def test_a_deputies_subject_on_a_proposal_keeps_its_own_word() -> None:
    draft = Draft(replace(PARKING, subject="关于提升创新能力的建议", co_units=()))
    assert assemble(draft, load_profile("wuhua"), today=TODAY).body[0].text == (
        "您提出的《关于提升创新能力的建议》提案，已交我局研究办理，现答复如下："
    )


def test_the_subject_is_an_exact_copy_but_for_nested_titles() -> None:
    subject = "关于落实《停车条例》，，解决“停车难”、等问题的提案"
    text = assemble(Draft(replace(PARKING, subject=subject)), DEFAULT, today=TODAY).body[0].text
    assert "《关于落实〈停车条例〉，，解决“停车难”、等问题的提案》" in text


def test_book_marks_and_number_words_typed_with_the_fields_are_not_printed_twice() -> None:
    draft = Draft(replace(PARKING, subject="《关于停车的提案》", item_no="第31号", co_units=()))
    reply = assemble(draft, DEFAULT, today=TODAY)
    assert reply.title == "关于区政协十届五次会议第31号提案的答复"
    assert reply.body[0].text == (
        "您提出的《关于停车的提案》（区政协十届五次会议第31号）收悉。经研究，现答复如下："
    )


# ------------------------------------------------------------------ answers


def test_answers_follow_the_suggestions_and_not_their_own_order() -> None:
    answers = tuple(reversed(PARKING_DRAFT.answers))
    shuffled = assemble(replace(PARKING_DRAFT, answers=answers), DEFAULT, today=TODAY)
    assert shuffled == assemble(PARKING_DRAFT, DEFAULT, today=TODAY)


def test_an_answer_stays_with_its_suggestion_when_the_clerk_reworded_it() -> None:
    reworded = Suggestion(None, "增加公共停车泊位")
    other = Suggestion(None, "清理“僵尸车”")
    draft = Draft(
        replace(PARKING, suggestions=(other, reworded)),
        (Answer(A, done="已新建泊位1200个。"), Answer(other, done="已清理31辆。")),
    )
    body = assemble(draft, DEFAULT, today=TODAY).body
    assert [block.full_text for block in body[1:-1]] == [
        "一、关于“清理‘僵尸车’”的建议",
        "已清理31辆。",
        "二、关于“增加公共停车泊位”的建议",
        "已新建泊位1200个。",
    ]


def test_an_answer_to_nothing_on_the_list_is_kept_at_the_end() -> None:
    draft = Draft(
        replace(PARKING, suggestions=(A,)),
        (Answer(Suggestion(None, "推行垃圾分类"), done="已覆盖58个社区。"),),
    )
    assert [block.full_text for block in assemble(draft, DEFAULT, today=TODAY).body[1:-1]] == [
        "一、关于“增加停车泊位”的建议",
        "【待核实：本条建议尚未答复】",
        "二、关于“推行垃圾分类”的建议",
        "已覆盖58个社区。",
    ]


def test_two_suggestions_of_the_same_words_keep_their_own_answers() -> None:
    draft = Draft(
        replace(PARKING, suggestions=(A, A)), (Answer(A, done="其一。"), Answer(A, done="其二。"))
    )
    texts = [block.full_text for block in assemble(draft, DEFAULT, today=TODAY).body]
    assert (texts[2], texts[4]) == ("其一。", "其二。")


def test_a_proposal_without_suggestions_says_so() -> None:
    body = assemble(Draft(replace(PARKING, suggestions=())), DEFAULT, today=TODAY).body
    assert body[1] == Block("paragraph", "【待核实：尚未列出建议】")


def test_answers_stand_for_the_list_where_the_proposal_has_none() -> None:
    draft = Draft(Proposal(), (Answer(A, done="已新建泊位1200个。"),))
    assert [block.full_text for block in assemble(draft, DEFAULT, today=TODAY).body[1:-1]] == [
        "一、关于“增加停车泊位”的建议",
        "已新建泊位1200个。",
    ]


@pytest.mark.parametrize(
    ("step", "unit", "date", "expected"),
    [
        ("新建泊位300个", "", "", "下一步，新建泊位300个。"),
        ("下一步，我局将新建泊位300个。", "", "", "下一步，我局将新建泊位300个。"),
        ("今后，我局将新建泊位。", "", "", "今后，我局将新建泊位。"),
        ("新建泊位；", "区住建局", "", "下一步，新建泊位（责任单位：区住建局）。"),
        ("新建泊位", "", "2027年6月底前", "下一步，新建泊位（完成时限：2027年6月底前）。"),
        (
            "由区住建局新建泊位。",
            "区住建局",
            "2027年6月底前",
            "下一步，由区住建局新建泊位（完成时限：2027年6月底前）。",
        ),
        ("", "区住建局", "", "下一步，【待核实：下一步工作】（责任单位：区住建局）。"),
    ],
)
def test_the_next_step_says_who_and_when_once(
    step: str, unit: str, date: str, expected: str
) -> None:
    answer = Answer(A, next_step=step, next_unit=unit, next_date=date)
    assert _one(answer) == [expected]


def test_lists_of_done_and_next_get_headings_so_that_numbers_do_not_run_on() -> None:
    answer = Answer(A, done="1.普查。查清5000个\n2.新建。建成300个", next_step="1、验收\n2、开放")
    assert _one(answer) == [
        "（一）相关工作开展情况",
        "1.普查。查清5000个。",
        "2.新建。建成300个。",
        "（二）下一步工作计划",
        "下一步，重点做好以下工作：",
        "1.验收",
        "2.开放",
    ]


def test_levels_inside_an_answer_stand_below_its_heading_without_gaps() -> None:
    answer = Answer(A, done="一、普查\n⒈ 南屏街道\n⑴ 建国路\n1、北苑街道\n二、新建")
    assert _one(answer) == ["（一）普查", "1.南屏街道", "（1）建国路", "2.北苑街道", "（二）新建"]


def test_numbers_that_belong_to_the_sentence_are_no_levels() -> None:
    answer = Answer(A, done="三、四季度新建泊位300个。\n12、35号提案已并案办理。\n2.5万平方米。")
    assert _one(answer) == [
        "三、四季度新建泊位300个。",
        "12、35号提案已并案办理。",
        "2.5万平方米。",
    ]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            Answer(A, done="已建成。", disposition="留作参考"),
            [
                "已建成。",
                "您提出的这条建议，目前尚不具备实施条件，我局将留作工作参考。"
                "主要考虑：【待核实：留作参考的理由】。",
            ],
        ),
        (
            Answer(A, done="已建成。", disposition="列入计划"),
            [
                "已建成。",
                "下一步，【待核实：下一步工作】。",
                "您提出的这条建议，我局已列入工作计划。",
            ],
        ),
        (
            Answer(A, disposition="采纳"),
            ["【待核实：本条建议尚未答复】", "您提出的这条建议，我局予以采纳。"],
        ),
        (Answer(A, reason="主要原因是用地不足"), ["主要原因是用地不足。"]),
        (Answer(A, done=" \n　\n"), ["【待核实：本条建议尚未答复】"]),
    ],
)
def test_what_an_answer_lacks_is_marked(answer: Answer, expected: list[str]) -> None:
    assert _one(answer) == expected


def test_pasted_text_is_cleaned_but_rare_characters_stay() -> None:
    answer = Answer(A, done="\u200b\x07　𠮷家巷、㛃园😀\x0b建成\r\n\r\n# 不是标题|也不是表\x02")
    assert _one(answer) == ["𠮷家巷、㛃园😀。", "建成。", "# 不是标题|也不是表。"]


def test_template_marks_in_a_text_are_only_text() -> None:
    suggestion = Suggestion(None, "{{ 7*7 }}增加泊位")
    assert _one(Answer(suggestion, done="{% if 1 %}已建{% endif %}")) == [
        "{% if 1 %}已建{% endif %}。"
    ]


def test_headings_may_run_on_into_the_answer() -> None:
    profile = _with(DEFAULT, "layout", headings="run-in")
    draft = Draft(replace(PARKING, suggestions=(A,)), (Answer(A, done="已建成300个。\n又建200个"),))
    assert assemble(draft, profile, today=TODAY).body[1:3] == (
        Block("paragraph", "已建成300个。", 1, "一、", "关于“增加停车泊位”的建议。"),
        Block("paragraph", "又建200个。"),
    )
    unanswered = assemble(replace(draft, answers=()), profile, today=TODAY).body[1]
    assert unanswered == Block("heading", "关于“增加停车泊位”的建议", 1, "一、")


def test_a_single_answer_may_go_without_heading() -> None:
    profile = _with(DEFAULT, "body", heading_when_single=False)
    draft = Draft(replace(PARKING, suggestions=(A,)), (Answer(A, done="1.已建成\n2.已开放"),))
    lines = [block.full_text for block in assemble(draft, profile, today=TODAY).body[1:-1]]
    assert lines == ["一、已建成", "二、已开放"]


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("1.增加泊位。", "关于“增加泊位”的建议"),
        ("一是增加泊位；", "关于“增加泊位”的建议"),
        ("建议：尽快增加泊位", "关于“尽快增加泊位”的建议"),
        ("建议书格式统一", "关于“建议书格式统一”的建议"),
        ("关于增加泊位的建议", "关于“增加泊位”的建议"),
        ("用好“城市大脑”", "关于“用好‘城市大脑’”的建议"),
        ("用好“城市大脑", "关于“用好城市大脑”的建议"),
        ("修订《停车办法》。同时加强执法", "关于“修订《停车办法》”的建议"),
        ("", "关于“【待核实：建议内容】”的建议"),
    ],
)
def test_a_heading_quotes_the_suggestion(text: str, heading: str) -> None:
    draft = Draft(replace(PARKING, suggestions=(Suggestion(None, text),)))
    assert assemble(draft, DEFAULT, today=TODAY).body[1].text == heading


def test_a_long_suggestion_is_cut_at_a_clause_or_at_a_word() -> None:
    clause = "结合老旧小区改造和城市更新三年行动" * 2
    by_clause = Suggestion(None, f"{clause}，{clause}，{clause}")
    by_word = Suggestion(None, "停车管理" * 30)
    draft = Draft(replace(PARKING, suggestions=(by_clause, by_word)))
    headings = [b.text for b in assemble(draft, DEFAULT, today=TODAY).body if b.kind == "heading"]
    assert headings == [
        f"关于“{clause}”的建议",
        f"关于“{'停车管理' * 11}停车……”的建议",
    ]


def test_thirty_suggestions_are_numbered_to_thirty() -> None:
    many = tuple(Suggestion(None, f"在{n}号路口增设信号灯") for n in range(1, 31))
    body = assemble(Draft(replace(PARKING, suggestions=many)), DEFAULT, today=TODAY).body
    assert body[-3].full_text == "三十、关于“在30号路口增设信号灯”的建议"


# ------------------------------------------------------------------ tail, classes, public


def test_contacts_are_printed_in_the_profiles_manner() -> None:
    def remark(*contacts: Contact) -> str | None:
        return assemble(replace(PARKING_DRAFT, contacts=contacts), DEFAULT, today=TODAY).remark

    assert remark(Contact("沈知远")) == "联系人：沈知远"
    assert remark(Contact(None, "0789-8213306")) == "联系电话：0789-8213306"
    assert remark(Contact("", " ")) == "【待核实：联系人及电话】"


def test_the_class_may_stand_at_the_end_of_the_text() -> None:
    profile = _with(DEFAULT, "classes", position="end", line="办复类别：{{代码}}类（{{含义}}）")
    reply = assemble(replace(PARKING_DRAFT, class_code="B"), profile, today=TODAY)
    assert reply.result_label is None
    assert reply.body[-1].text == "办复类别：B类（正在解决或列入计划逐步解决）"


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (replace(PARKING_DRAFT, class_code="D"), "class_code"),
        (replace(PARKING_DRAFT, disclosure="公开"), "disclosure"),
    ],
)
def test_values_unknown_to_the_profile_are_refused(draft: Draft, field: str) -> None:
    with pytest.raises(UserError) as caught:
        assemble(draft, DEFAULT, today=TODAY)
    assert caught.value.field == field


def test_what_is_not_to_be_published_has_no_public_version() -> None:
    with pytest.raises(UserError, match="本件公开属性为“不予公开”，不能生成公开版。"):
        assemble(replace(PARKING_DRAFT, disclosure="不予公开"), DEFAULT, form="public")
    with pytest.raises(UserError, match="公开属性还没有选定"):
        assemble(replace(PARKING_DRAFT, disclosure=None), DEFAULT, form="public")


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("电话13812345678。", "电话138****5678。"),
        ("电话138-1234-5678。", "电话138****5678。"),
        ("请拨0789-8213306。", "请拨0789-821****。"),
        ("请拨（0789）82133066。", "请拨（0789）8213****。"),
        ("联系电话：8213306。", "联系电话：821****。"),
        ("身份证530102199001011234。", "身份证530102********1234。"),
        ("投资13800000元，建成82133066平方米。", "投资13800000元，建成82133066平方米。"),
    ],
)
def test_a_public_version_masks_numbers_of_persons(printed: str, shown: str) -> None:
    answers = (replace(DEPUTY_DRAFT.answers[0], done=printed),)
    draft = replace(DEPUTY_DRAFT, answers=answers, disclosure="主动公开")
    assert assemble(draft, DEFAULT, form="public", today=TODAY).body[2].text == shown


@pytest.mark.parametrize(
    ("names", "salutation", "text"),
    [
        ("full", "普绍平委员", "已与普绍平委员面商。"),
        ("surname", "普某某委员", "已与普某某委员面商。"),
        ("hidden", "委员", "已与委员面商。"),
    ],
)
def test_a_public_version_names_the_proposer_as_the_profile_says(
    names: str, salutation: str, text: str
) -> None:
    profile = _with(DEFAULT, "disclosure", public_names=names)
    answer = Answer(PARKING.suggestions[0], done="已与普绍平委员面商。")
    reply = assemble(replace(PARKING_DRAFT, answers=(answer,)), profile, form="public", today=TODAY)
    assert (reply.salutation, reply.body[2].text) == (salutation, text)
    assert (reply.remark, reply.signer) == ("此件公开发布", None)


@pytest.mark.parametrize(
    ("names", "salutation"),
    [("full", "普绍平等3名委员"), ("surname", "普某某等3名委员"), ("hidden", "各位委员")],
)
def test_a_public_version_hides_one_of_several_too(names: str, salutation: str) -> None:
    profile = _with(DEFAULT, "disclosure", public_names=names)
    answer = Answer(PARKING.suggestions[0], done="已与普绍平委员面商。")
    several = replace(PARKING, proposers=(Proposer("普绍平等3名"),))
    draft = replace(PARKING_DRAFT, proposal=several, answers=(answer,))
    reply = assemble(draft, profile, form="public", today=TODAY)
    assert reply.salutation == salutation
    assert ("普绍平" in reply.body[2].text) is (names == "full")


def test_the_form_follows_the_role() -> None:
    assert default_form(PARKING) == "reply"
    assert default_form(replace(PARKING, role="会办")) == "co-handling"


def test_the_year_of_an_open_number_is_the_replys_own() -> None:
    draft = replace(PARKING_DRAFT, date=dt.date(2025, 12, 30))
    assert assemble(draft, DEFAULT, today=TODAY).doc_no == "青城管函〔2025〕【待核实：编号】号"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("闻人静", "闻人某"),
        ("司空晓川", "司空某某"),
        ("欧阳静等3名", "欧阳某等3名"),
        ("普绍平", "普某某"),
        ("单于", "单某"),
    ],
)
def test_a_surname_of_two_characters_stays_whole(name: str, shown: str) -> None:
    assert public_name(name) == shown


# ------------------------------------------------------------------ 征询意见表


def _consultation_rows(*proposers: Proposer, matter: str = "提案") -> list[tuple[str, ...]]:
    draft = replace(PARKING_DRAFT, proposal=replace(PARKING, proposers=proposers, matter=matter))
    (table,) = assemble(draft, DEFAULT, form="consultation", today=TODAY).body
    return [row for row in table.rows if row[0] in ("提案者", "代表姓名", "界别", "代表团")]


def test_the_consultation_form_says_how_to_reach_the_one_who_proposes():
    one = Proposer("普绍平", sector="经济界", phone="13900000001", address="青岚区湖滨路1号")
    assert _consultation_rows(one) == [
        ("提案者", "普绍平", "联系电话", "13900000001"),
        ("界别", "经济界", "通讯地址", "青岚区湖滨路1号"),
    ]


def test_of_several_each_is_named_with_what_is_known_of_them():
    several = (
        Proposer("朱洁", "代表", delegation="白鹭镇代表团", phone="13900000001"),
        Proposer("罗守正", "代表", "附议", phone="13900000002"),
        Proposer("白一鸣", "代表", "附议"),
    )
    assert _consultation_rows(*several, matter="建议") == [
        ("代表姓名", "朱洁、罗守正、白一鸣", "联系电话", "朱洁 13900000001；罗守正 13900000002"),
        ("代表团", "白鹭镇代表团", "通讯地址", ""),
    ]


def test_what_the_card_does_not_say_takes_no_row():
    assert _consultation_rows(Proposer("普绍平")) == [("提案者", "普绍平", "联系电话", "")]


@pytest.mark.parametrize("names", ["surname", "full"])
def test_no_public_version_knows_a_telephone_or_an_address(names):
    profile = _with(DEFAULT, "disclosure", public_names=names)
    reachable = (
        Proposer("普绍平", phone="13900000001", address="青岚区湖滨路1号"),
        Proposer("区工商联", "团体", phone="0789-8213306"),
    )
    shown = public_proposers(replace(PARKING, proposers=reachable), profile)
    assert [(one.phone, one.address) for one in shown] == [("", ""), ("", "")]
    assert [one.kind for one in shown] == ["委员", "团体"]


@pytest.mark.parametrize(
    "given, closed",
    [
        ("新建泊位", "新建泊位。"),
        ("新建泊位，", "新建泊位。"),
        ("新建泊位。 、", "新建泊位。"),
        ("新建泊位：", "新建泊位："),
        ("（见附件。）", "（见附件。）"),
    ],
)
def test_a_paragraph_is_closed_once(given: str, closed: str) -> None:
    assert close(given) == closed
