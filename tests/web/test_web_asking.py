"""征求会办意见函 from the page: for one unit, for all, with the asking recorded; bad input."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace
from urllib.parse import unquote

import pytest
from days import today
from web_fakes import PROPOSAL, Browser

from casework import Casework, Matter
from drafting.model import Proposal
from drafting.reading import read_bytes

UNITS = ("区公安分局", "区住建局")


@pytest.fixture
def asking(casework: Casework) -> Matter:
    """A matter with two 会办 units, due in four months."""
    return registered(
        casework, replace(PROPOSAL, co_units=UNITS, due=today() + dt.timedelta(days=120))
    )


def registered(casework: Casework, proposal: Proposal) -> Matter:
    number = casework.create_matter(proposal)
    casework.keep_co_units(number, proposal.co_units)
    found = casework.matter(number)
    assert found is not None
    return found


def text_of(data: bytes) -> str:
    return read_bytes(data, "函.docx").text


def ids(casework: Casework, matter: Matter) -> list[int]:
    return [line.id for line in casework.co_opinions(matter.id)]


def test_one_letter_is_given_without_any_record(
    browser: Browser, casework: Casework, asking: Matter
) -> None:
    path = f"/matters/{asking.id}/opinions"
    first, _ = ids(casework, asking)
    form = {"u": [first], "asked": "2026-03-02", "due": "2026年3月20日", "way": "each"}
    led = browser.post(f"{path}/letters", form)
    assert led.status_code == 303
    given = browser.get(led.location)
    assert unquote(given.headers["Content-Disposition"]).endswith("会办意见的函.docx")
    text = text_of(given.data)
    assert "\n区公安分局：\n" in text and "于2026年3月20日前反馈" in text
    assert [one.asked for one in casework.co_opinions(asking.id)] == [None, None]


def test_letters_to_all_are_zipped_and_recorded_where_they_went_out(
    browser: Browser, casework: Casework, asking: Matter
) -> None:
    path = f"/matters/{asking.id}/opinions"
    page = browser.get(path).text
    assert page.count('name="u"') == 2 and "已发出，记为征求" in page
    form = {"u": ids(casework, asking), "asked": "", "due": "", "way": "each", "sent": "1"}
    led = browser.post(f"{path}/letters", form)
    page = browser.get(led.location).text
    assert "已记下向 2 家单位征求意见" in page and page.count("已征求，待反馈") == 2
    lines = casework.co_opinions(asking.id)
    assert {one.asked for one in lines} == {today()}
    assert all(one.due and one.due > today() for one in lines)
    given = browser.get(f"{path}/letters")
    with zipfile.ZipFile(io.BytesIO(given.data)) as archive:
        names = archive.namelist()
        assert [name.split("_关于")[0] for name in names] == [
            "1_区公安分局",
            "2_区住建局",
            "目录.txt",
        ]
        assert "\n区住建局：\n" in text_of(archive.read(names[1]))
    together = browser.get(f"{path}/letters?way=together")
    assert "区公安分局、区住建局：" in text_of(together.data)


def test_the_suggestions_that_concern_a_unit_are_chosen(
    browser: Browser, casework: Casework, asking: Matter
) -> None:
    path = f"/matters/{asking.id}/opinions"
    first, _ = ids(casework, asking)
    asked = today().isoformat()
    form = {"asked": asked, "due": asked, "share": "1", "about": ["2"]}
    assert browser.post(f"{path}/{first}/ask", form).status_code == 302
    kept = casework.co_opinions(asking.id)[0]
    assert kept.about == (asking.draft.proposal.suggestions[1].id,)
    text = text_of(browser.get(f"{path}/letters?u={first}").data)
    assert "第二条：" in text and "第一条：" not in text
    # All of them is what goes without saying: it follows the list.
    every = [str(n + 1) for n in range(len(asking.draft.proposal.suggestions))]
    browser.post(f"{path}/{first}/ask", {**form, "about": every})
    assert casework.co_opinions(asking.id)[0].about == ()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "请至少勾选一家会办单位"),
        ({"u": ["all"]}, "请至少勾选一家会办单位"),
        ({"asked": "昨天"}, "函的日期请写成"),
        ({"asked": "2026-03-02", "due": "2026-03-01"}, "反馈期限早于函的日期"),
        ({"asked": "2099-03-02", "sent": "1"}, "征求日期晚于今天"),
    ],
)
def test_bad_input_is_said_at_its_place_and_nothing_is_recorded(
    browser: Browser, casework: Casework, asking: Matter, form: dict[str, str], said: str
) -> None:
    if form and "u" not in form:
        form = {"u": ids(casework, asking), **form}  # type: ignore[dict-item]
    answer = browser.post(f"/matters/{asking.id}/opinions/letters", form)
    assert answer.status_code == 400 and said in answer.text
    assert all(f'value="{form[name]}"' in answer.text for name in ("asked", "due") if name in form)
    assert [one.asked for one in casework.co_opinions(asking.id)] == [None, None]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"due": "2026-03-20"}, "没有填征求日期"),
        ({"asked": "2026-03-02", "due": "2026-03-01"}, "反馈期限早于征求日期"),
        ({"asked": "2026-13-02"}, "征求日期请写成"),
        ({"asked": "2026-03-02"}, "征求日期晚于收到意见的日期"),
    ],
)
def test_an_asking_that_cannot_have_been_is_refused_and_stays_typed(
    browser: Browser, casework: Casework, asking: Matter, form: dict[str, str], said: str
) -> None:
    first, _ = casework.co_opinions(asking.id)
    casework.receive_opinion(first.id, dt.date(2026, 3, 1), "同意。", ("意见.txt", b"x"))
    answer = browser.post(f"/matters/{asking.id}/opinions/{first.id}/ask", form)
    assert answer.status_code == 400 and said in answer.text
    assert all(f'value="{value}"' in answer.text for value in form.values())
    assert casework.co_opinions(asking.id)[0].asked is None


def test_what_came_in_unasked_is_said_so_and_named_in_the_reply(
    browser: Browser, casework: Casework, asking: Matter
) -> None:
    path = f"/matters/{asking.id}/opinions"
    first, second = casework.co_opinions(asking.id)
    browser.post(f"{path}/{first.id}/receive", {"text": "同意。", "received": "2026-03-01"})
    assert "没有征求记录，对方主动送来" in browser.get(path).text
    paper = browser.get(f"/matters/{asking.id}/reply.docx").data
    assert "经会同区公安分局、【待核实：区住建局的会办意见尚未征求】研究" in text_of(paper)
    browser.post(f"{path}/{second.id}/ask", {"asked": "2026-03-02"})
    early = {"text": "无不同意见。", "received": "2026-03-01"}
    refused = browser.post(f"{path}/{second.id}/receive", early)
    assert refused.status_code == 400 and "收到日期早于征求日期" in refused.text
    assert "无不同意见。" in refused.text


def test_forty_units_and_a_name_of_sixty_characters(browser: Browser, casework: Casework) -> None:
    long = "云湖市青岚区人力资源和社会保障局" * 4
    units = (long[:60], *(f"第{n}街道办事处" for n in range(39)))
    matter = registered(casework, replace(PROPOSAL, co_units=units, due=None))
    path = f"/matters/{matter.id}/opinions"
    assert browser.get(path).text.count('name="u"') == 40
    form = {"u": ids(casework, matter), "way": "together"}
    led = browser.post(f"{path}/letters", form)
    assert "第38街道办事处" in text_of(browser.get(led.location).data)


def test_who_only_reads_or_co_handles_makes_no_letters(
    browser: Browser, casework: Casework
) -> None:
    matter = registered(casework, replace(PROPOSAL, role="会办", co_units=UNITS))
    path = f"/matters/{matter.id}/opinions/letters"
    assert browser.get(f"/matters/{matter.id}/opinions").status_code == 200
    assert browser.get(path).status_code in (400, 404)
    assert browser.get(f"/matters/{matter.id}/opinions/letters?u=999").status_code == 404
