"""Laws of the first draft, whatever lies in the archive: whose work is told, what binds us."""

import datetime as dt
import itertools
import json
import re

import pytest

from corpus import EVERYTHING, Archive
from drafting.answering.first_draft import first_draft
from drafting.intake import take_in
from drafting.language.naming.offices import same_office
from drafting.model import Kind, Passage, Proposal, Suggestion
from drafting.reading import read_bytes
from tests.shared_data import SHARED, needs_shared

TODAY = dt.date(2026, 11, 27)
MARK = re.compile(r"【[^】]*】")
RUN = 12
UNITS = ("云湖市青岚区城市管理局", "区城管局", "云湖市城市管理局", "青岚区民政局", None)
ISSUERS = (
    "云湖市青岚区城市管理局",
    "青岚区城市管理局",
    "云湖市西渡区城市管理局",
    "云湖市城市管理局",
    "青岚区民政局",
    "山岳省城市管理厅",
    None,
)
WORK = "2024年，{name}利用零星土地建成口袋停车场{n}处，新增公共停车泊位并接入智慧平台。"


class Shelf:
    """A library of given passages, whatever is asked."""

    def __init__(self, *passages):
        self.found = passages

    def passages(self, query, *, title="", kinds=(), limit=10, exclude=()):
        return [one for one in self.found if not kinds or one.kind in kinds][:limit]


def reply(number, issuer, title="关于区政协十届二次会议第53号提案的答复", name="我局"):
    return Passage(
        document=number,
        source=f"{number}.txt",
        kind=Kind.REPLY,
        title=title,
        text=WORK.format(name=name, n=number),
        issuer=issuer,
        date=dt.date(2024, 6, 1),
    )


def proposal(unit, co_units=()):
    return Proposal(
        subject="关于缓解停车难的提案",
        handling_unit=unit,
        co_units=co_units,
        suggestions=(
            Suggestion(None, "利用零星土地建设口袋停车场"),
            Suggestion(None, "新增公共停车泊位"),
        ),
    )


def plainly_told(answer, passage):
    """Whether a run of the passage's words stands in the work done, outside any mark."""
    plain = MARK.sub("\n", answer.done)
    return any(passage.text[at : at + RUN] in plain for at in range(len(passage.text) - RUN))


@pytest.mark.parametrize(("unit", "issuer"), list(itertools.product(UNITS, ISSUERS)))
def test_only_our_own_work_is_told_as_ours(unit, issuer):
    passage = reply(3, issuer)
    for answer in first_draft(proposal(unit), Shelf(passage), today=TODAY).answers:
        told = plainly_told(answer, passage)
        assert told == bool(unit and issuer and same_office(unit, issuer))


@pytest.mark.parametrize("issuer", ISSUERS)
def test_the_profile_says_who_we_are_where_the_matter_does_not(issuer):
    passage = reply(3, issuer)
    units = ("云湖市青岚区城市管理局", "区城管局")
    (answer, _) = first_draft(proposal(None), Shelf(passage), units=units, today=TODAY).answers
    assert plainly_told(answer, passage) == bool(issuer and same_office(units[0], issuer))
    assert not plainly_told(
        first_draft(proposal(None), Shelf(passage), today=TODAY).answers[0], passage
    )


def test_a_co_handling_unit_is_named_with_its_work():
    passage = reply(3, "青岚区民政局", name="本年度")
    asked = proposal("云湖市青岚区城市管理局", ("青岚区民政局",))
    (answer, _) = first_draft(asked, Shelf(passage), today=TODAY).answers
    assert answer.done.startswith("据青岚区民政局答复，2024年，本年度利用零星土地建成口袋停车场")


def test_a_reply_that_nobody_signed_is_only_pointed_to_and_said_to_be_so():
    title = "关于政协云湖市青岚区第十届委员会第53号提案的答复"
    passage = reply(3, None, title)
    (answer, _) = first_draft(
        proposal("云湖市青岚区城市管理局"), Shelf(passage), today=TODAY
    ).answers
    assert answer.done.startswith(f"【待核实：可参考《{title}》（未署名，请先核对是否本单位答复）")
    assert not plainly_told(answer, passage)


@pytest.mark.parametrize(
    ("issuer", "title"),
    [
        ("云湖市西渡区人民政府", "关于印发《停车行动计划》的通知"),
        (None, "贵阳市南明区停车行动计划"),
        ("国务院", "国务院关于同意乌鲁木齐高新技术产业开发区建设停车示范区的批复"),
    ],
)
def test_another_places_policy_binds_us_to_nothing(issuer, title):
    rule = Passage(
        1, "p.txt", Kind.POLICY, title, "1.利用零星土地建设口袋停车场。新增公共停车泊位500个。",
        issuer=issuer,
    )  # fmt: skip
    for answer in first_draft(proposal("云湖市青岚区城市管理局"), Shelf(rule), today=TODAY).answers:
        assert answer.evidence == ()
        assert answer.next_step == "【待核实：下一步举措、责任单位和完成时限】"
        assert any(note.startswith("相近未用：") for note in answer.notes)


def test_a_citizens_letter_is_never_used():
    letter = reply(3, None, "投诉青岚区利用零星土地建停车场扰民")
    for answer in first_draft(
        proposal("云湖市青岚区城市管理局"), Shelf(letter), today=TODAY
    ).answers:
        assert answer.evidence == ()
        assert "投诉" not in f"{answer.done}{answer.next_step}"


def test_a_document_without_title_is_not_cited_by_its_file():
    untitled = reply(3, "青岚区城市管理局", "3.txt")
    plan = Passage(4, "p.txt", Kind.POLICY, "p.txt", "1.建设口袋停车场。利用零星土地。新增泊位。",
                   issuer="青岚区人民政府")  # fmt: skip
    draft = first_draft(proposal("青岚区城市管理局"), Shelf(untitled, plan), today=TODAY)
    for answer in draft.answers:
        assert ".txt" not in "".join((answer.done, answer.next_step, *answer.notes))


def test_an_empty_archive_and_an_unknown_unit_are_said():
    (answer, _) = first_draft(proposal(None), Shelf(), today=TODAY).answers
    assert answer.notes == (
        "档案里还没有可用的材料。请先导入本单位以往答复和现行文件，或向有关科室征集。",
        "不知道答复单位：没有把任何单位的工作写作本单位的工作。请填写承办单位后重新生成。",
    )


def test_two_suggestions_may_rest_on_one_source():
    asked = Proposal(
        subject="关于停车的提案",
        handling_unit="青岚区城市管理局",
        suggestions=(
            Suggestion(None, "利用零星土地建成停车场"),
            Suggestion(None, "建成口袋停车场接入智慧平台"),
        ),
    )
    first, second = first_draft(asked, Shelf(reply(3, "青岚区城市管理局")), today=TODAY).answers
    assert "零星土地" in first.done
    assert second.done.startswith("本条与第1条建议一并办理。2024年，我局利用零星土地")


@needs_shared
def test_no_real_matter_tells_anothers_work(tmp_path, fill):
    """All matters over an archive of other offices: nobody's work becomes ours."""
    archive = Archive.open(fill(tmp_path))
    for path in sorted((SHARED / "matters/archive").glob("*.txt"))[:24]:
        archive.store(read_bytes(path.read_bytes(), path.name), path.name)
    for case in json.loads((SHARED / "matters/cases.json").read_text("utf-8")):
        draft = first_draft(
            take_in(read_bytes(case["text"].encode(), "a.txt")),
            archive.reader(EVERYTHING),
            today=TODAY,
        )
        for answer in draft.answers:
            for item in answer.evidence:
                passage = item.passage
                if passage.kind is Kind.REPLY and plainly_told(answer, passage):
                    assert same_office(passage.issuer or "", case["unit"])
    archive.close()
