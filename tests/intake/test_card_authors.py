"""Where no field names the proposer, a report, a title or the signature may; it says so."""

import pytest
from cards import BODY, printed, read

REASON = "充电难由来已久，群众意见很大，应当引起重视，尽快研究解决，方便群众出行"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # Reports.
        (f"市政协委员白露晞建议，增设充电桩。{REASON}。", ["白露晞"]),
        (f"全国政协委员，某学会副会长、某医院院长白露晞建议，增设充电桩。{REASON}。", ["白露晞"]),
        (f"{REASON}。白露晞委员就此提出了建议。", ["白露晞"]),
        (f"{REASON}。对此，白露晞等委员建议：一是增设充电桩；二是加强宣传。", ["白露晞"]),
        (f"{REASON}。为此，白露晞等11名代表提出《关于修路的议案》。", ["白露晞"]),
        (f"会议期间，市政协委员白露晞、商陆建议出台办法。{REASON}。", ["白露晞", "商陆"]),
        (f"社员商陆针对{REASON}等问题，提交了《关于增设充电桩的建议》。", ["商陆"]),
        (f"由市工商联提出的《关于增设充电桩的建议》被列为一号提案。{REASON}。", ["市工商联"]),
        (
            f"日前，市政协就民盟青岚市委集体提案《关于修路的建议》开展督办。{REASON}。",
            ["民盟青岚市委"],
        ),
        (f"白露晞认为，{REASON}。\n白露晞建议，{REASON}。", ["白露晞"]),
        # Titles and lines of their own.
        (f"两会好声音 | 白露晞委员建议：增设充电桩\n{REASON}。", ["白露晞"]),
        (f"人大代表建言丨白露晞：统筹规划公交线路\n{REASON}。", ["白露晞"]),
        (f"【代表之声】白露晞代表：增设充电桩\n{REASON}。", ["白露晞"]),
        (f"白露晞、商陆委员联合提案：{REASON}。", ["白露晞", "商陆"]),
        (f"关于修路的建议\n市政协文史委\n{BODY}", ["市政协文史委"]),
        (f"关于修路的建议\n市政协委员 白露晞\n{BODY}", ["白露晞"]),
        (f"关于修路的建议\n市政协委员、某公司董事长 白露晞\n{BODY}", ["白露晞"]),
        (f"关于修路的建议（民盟青岚区委）\n{BODY}", ["民盟青岚区委"]),
        # Signatures.
        (f"关于修路的提案\n{BODY}\n民建青岚区委\n2026年1月20日", ["民建青岚区委"]),
        (f"关于修路的提案\n{BODY}\n（作者系市政协委员白露晞）", ["白露晞"]),
    ],
)
def test_who_proposes_is_worked_out(text, names):
    intake = read(text)
    assert [one.name for one in intake.proposal.proposers] == names
    assert "".join(printed(intake, "proposers")).count(names[0]) == 1


@pytest.mark.parametrize(
    "text",
    [
        # Who reports, keeps the page or is only spoken of proposes nothing.
        f"关于修路的提案\n某报记者 白露晞\n{BODY}",
        f"关于修路的提案\n作者：宣传处\n{BODY}",
        f"关于修路的提案\n{BODY}\n责任编辑：白露晞",
        f"关于修路的提案\n{BODY}\n（市政协 白露晞 供稿）",
        f"多位委员建议，增设充电桩。有代表认为，{REASON}。",
        f"区政协主席白露晞参加会议。{REASON}。",
        "委员白露晞建议增设充电桩。委员商陆建议修路。代表冯云建议植树。代表赵历建议办学。"
        + REASON
        + "。",
        f"关于修路的提案\n提案者：\n{BODY}",
    ],
)
def test_who_does_not_propose_is_not_taken(text):
    assert read(text).proposal.proposers == ()


@pytest.mark.parametrize(
    ("text", "subject", "session"),
    [
        (f"在市政协三届六次全会上，市政协委员白露晞撰写的《加快停车设施建设》的提案"
         f"受到关注。{REASON}。",
         "加快停车设施建设", "市政协三届六次全会"),
        (f"区政协第033号重点提案《关于解决乱停车问题的建议》提出，{REASON}。",
         "关于解决乱停车问题的建议", None),
        (f"会上，委员白露晞提出了关于规范停车位管理的建议。{REASON}。",
         "关于规范停车位管理的建议", None),
        (f"代表提出《建议修改燃放管理规定》的议案。{REASON}。", "建议修改燃放管理规定", None),
        (f"市政协委员白露晞建议修改《青岚市燃放管理规定》。{REASON}。", None, None),
        (f"全国政协委员白露晞个人提案被评为优秀提案\n{REASON}。{REASON}。", None, None),
    ],
)  # fmt: skip
def test_a_report_tells_the_subject_and_the_session(text, subject, session):
    proposal = read(text).proposal
    assert (proposal.subject, proposal.session) == (subject, session)


def test_an_answer_on_the_same_page_tells_whom_it_addresses():
    text = (
        "标 题：尽快完善道路交通标志\n"
        "问题内容：道路建成已久，标志不全，事故多发。建议：1、安装告示牌。2、安装指示灯。\n"
        "问题答复：白露晞代表：您提出的建议收悉，现答复如下：已于今年安装。"
    )
    intake = read(text)
    assert [(one.name, one.kind) for one in intake.proposal.proposers] == [("白露晞", "代表")]
    assert intake.fields["proposers"].why == "见答复称呼"
    assert intake.proposal.subject == "尽快完善道路交通标志"


def test_a_card_above_an_answer_is_kept_and_read():
    text = (
        "建议号：201号\n提案人：白露晞\n内 容：\n集镇小学校舍不足，建议新建。\n"
        "承办单位：教育局\n政府督办领导：商陆\n交办日期：2026年2月9日\n"
        "青岚县教育局关于青岚县第十六届人大三次会议第201号建议的答复函\n白露晞代表：\n"
        "您提出的“关于小学校搬迁的建议”收悉，现答复如下：\n已列入规划。\n青岚县教育局\n2026年5月7日"
    )
    intake = read(text)
    proposal = intake.proposal
    assert (proposal.item_no, proposal.handling_unit) == ("201", "教育局")
    assert (proposal.overseer, str(proposal.assigned)) == ("商陆", "2026-02-09")
    assert intake.fields["proposers"].state == "读出"
