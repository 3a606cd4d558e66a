"""校对: a text or a Word file by itself, and the paper of a matter; all can be undone."""

from __future__ import annotations

import io
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from web_fakes import PROPOSAL, Browser

from casework import Casework, Matter, aligned
from drafting.model import Answer

sys.path.insert(0, str(Path(__file__).parents[1] / "checking"))
from word_cases import comments, paragraph, read, run, word_file

TEXT = "会同其它部门研究,并布署工作。\n完善应机预案，加强台帐管理。"
SHIPPED = Path(__file__).resolve().parents[2] / "templates" / "profiles"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def checked(browser: Browser, text: str = TEXT) -> str:
    """Have a text checked; return the address of its page."""
    answer = browser.post("/check", {"text": text})
    assert answer.status_code == 302, answer.text
    return answer.location


def keys(browser: Browser, address: str) -> dict[str, str]:
    """The open findings of a page: keys by rule, the first of each."""
    found: dict[str, str] = {}
    for key in re.findall(
        r'<li class="finding (?!done)\w+" id="f-([^"]+)"', browser.get(address).text
    ):
        found.setdefault(key.split("-")[0], key)
    return found


def fixed(browser: Browser, address: str) -> str:
    text = browser.get(f"{address}/download").data.decode("utf-8-sig")
    return text.replace("\r\n", "\n")


# ------------------------------------------------------------------ a text by itself


def test_a_text_is_fixed_finding_by_finding_and_each_is_undone(browser: Browser) -> None:
    address = checked(browser)
    found = keys(browser, address)
    assert {"W01", "P03", "W04"} <= found.keys()
    assert fixed(browser, address) == TEXT
    for rule in ("W01", "W04"):
        assert browser.post(address, {"accept": found[rule]}).status_code == 302
    assert fixed(browser, address) == TEXT.replace("其它", "其他").replace("台帐", "台账")
    page = browser.get(address).text
    assert (
        f'<del data-keys="{found["W01"]}">其它</del><ins data-keys="{found["W01"]}">其他</ins>'
        in page
    )
    browser.post(address, {"undo": found["W01"]})
    assert fixed(browser, address) == TEXT.replace("台帐", "台账")


def test_all_that_is_safe_at_once(browser: Browser) -> None:
    address = checked(browser)
    browser.post(address, {"safe": "1"})
    assert fixed(browser, address).startswith("会同其他部门研究，并部署工作。\n")
    assert "W01" not in keys(browser, address)


def test_ignored_once_is_off_the_list_and_comes_back(browser: Browser) -> None:
    address = checked(browser)
    key = keys(browser, address)["W01"]
    browser.post(address, {"once": key})
    assert "W01" not in keys(browser, address)
    assert "已忽略" in browser.get(address).text
    browser.post(address, {"undo": key})
    assert keys(browser, address)["W01"] == key


def test_ignored_for_good_needs_a_reason_and_holds_in_every_text(
    browser: Browser, casework: Casework
) -> None:
    address = checked(browser)
    key = keys(browser, address)["W01"]
    refused = browser.post(address, {"always": key, "words": "其它部门", "reason": " "})
    assert refused.status_code == 400
    assert "不再提示要写明理由" in refused.text
    assert "W01" in keys(browser, address)
    wrong = browser.post(address, {"always": key, "words": "部门", "reason": "名称"})
    assert "不再提示的字句里应当有“其它”" in wrong.text
    sent = {"always": key, "words": "其它部门", "reason": "部门名称即如此"}
    assert browser.post(address, sent).status_code == 302
    assert "W01" not in keys(browser, address)
    other = checked(browser, "请其它部门配合。\n其它事项另报。")
    assert keys(browser, other)["W01"].startswith("W01-1-")
    assert "部门名称即如此" in browser.get("/check/ignored").text
    [line] = casework.proofing.ignored("default")
    browser.post(f"/check/ignored/{line.id}/remove", {"profile": "default"})
    assert casework.proofing.ignored("default") == []
    assert "W01" in keys(browser, address)


def test_what_overlaps_a_fixed_place_waits(browser: Browser) -> None:
    address = checked(browser, "按照国发【2015】043号执行。")
    listed = re.findall(r'name="accept" value="([^"]+)"', browser.get(address).text)
    for key in listed:
        browser.post(address, {"accept": key})
    assert "043" not in fixed(browser, address) or "【" not in fixed(browser, address)


def test_a_word_file_comes_back_with_comments_and_changes(browser: Browser) -> None:
    data = word_file(*(paragraph(run(line)) for line in TEXT.split("\n")))
    sent = {"file": (io.BytesIO(data), "来文.docx")}
    address = browser.post("/check", sent, content_type="multipart/form-data").location
    found = keys(browser, address)
    browser.post(address, {"once": found["W04"]})
    browser.post(address, {"accept": found["W01"]})
    answer = browser.get(f"{address}/download")
    assert answer.mimetype == DOCX
    assert "%E6%9D%A5%E6%96%87" in answer.headers["Content-Disposition"]
    assert read(answer.data, accepted=False) == TEXT.split("\n")
    now = read(answer.data, accepted=True)
    assert now[0].startswith("会同其他部门研究，并部署")
    assert "台帐" in now[1]
    about = [words for words, _ in comments(answer.data)]
    # Fixed already: no more to say; ignored: nothing at all.
    assert "其它" not in about
    assert "台帐" not in about
    assert "," in about


def test_a_text_is_its_readers_own_and_can_be_deleted(browser: Browser, casework: Casework) -> None:
    address = checked(browser)
    number = int(address.rsplit("/", 1)[1])
    assert casework.proofing.check(number, "苏明远") is None
    assert browser.post(f"{address}/delete").status_code == 302
    assert browser.get(address).status_code == 404


def test_the_fixed_text_is_checked_again(browser: Browser) -> None:
    address = checked(browser)
    browser.post(address, {"safe": "1"})
    again = browser.post(f"{address}/again").location
    assert again != address
    assert "W01" not in keys(browser, again)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": "  "}, "请粘贴文字，或者选择 Word 文件。"),
        ({"text": "字" * 300_001}, "正文超过 30 万字，请分开校对。"),
        ({"text": "机密★1年\n关于停车的通知"}, "文件标有密级“机密★1年”，不得在本系统处理"),
        ({"file": (io.BytesIO(b"x"), "a.doc")}, "只能校对 .docx 文件"),
        ({"file": (io.BytesIO(b"PK"), "a.docx")}, "文件已损坏，或不是 Word 文档（.docx）。"),
    ],
)
def test_what_cannot_be_checked_is_said_at_its_place(
    browser: Browser, fields: dict[str, object], message: str
) -> None:
    answer = browser.post("/check", fields, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert message in answer.text


def test_hostile_text_is_shown_as_text(browser: Browser) -> None:
    address = checked(browser, "<script>alert(1)</script>其它<b>\"'&部门")
    page = browser.get(address).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


# ------------------------------------------------------------------ the paper of a matter


@pytest.fixture
def slips(casework: Casework, matter: Matter) -> Matter:
    """A matter whose answers hold slips."""
    answers = (
        Answer(
            PROPOSAL.suggestions[0], "会同其它部门新增泊位300个。", "完善台帐。", disposition="采纳"
        ),
        *aligned(matter.draft).answers[1:],
    )
    casework.save_draft(matter.id, replace(matter.draft, answers=answers), matter.version)
    return matter_now(casework, matter)


def matter_now(casework: Casework, matter: Matter) -> Matter:
    found = casework.matter(matter.id)
    assert found is not None
    return found


def decide(browser: Browser, matter: Matter, **fields: object):
    return browser.post(f"/matters/{matter.id}/check", {"version": matter.version, **fields})


def test_a_fix_goes_into_the_answer_as_a_version_and_is_undone(
    browser: Browser, casework: Casework, slips: Matter
) -> None:
    address = f"/matters/{slips.id}/check"
    key = keys(browser, address)["W01"]
    assert decide(browser, slips, accept=key).status_code == 302
    now = matter_now(casework, slips)
    assert now.draft.answers[0].done == "会同其他部门新增泊位300个。"
    assert now.version == slips.version + 1
    assert casework.versions(slips.id)[0].note == "校对（注意）：“其它”改为“其他”"
    [line] = casework.proofing.fixes(slips.id)
    assert decide(browser, now, undo=line.id).status_code == 302
    assert matter_now(casework, slips).draft.answers == slips.draft.answers
    assert casework.proofing.fixes(slips.id) == []


def test_all_that_is_safe_in_a_draft_is_one_version(
    browser: Browser, casework: Casework, slips: Matter
) -> None:
    assert decide(browser, slips, safe="1").status_code == 302
    now = matter_now(casework, slips)
    assert now.version == slips.version + 1
    assert (now.draft.answers[0].done, now.draft.answers[0].next_step) == (
        "会同其他部门新增泊位300个。", "完善台账。",
    )  # fmt: skip
    assert len(casework.proofing.fixes(slips.id)) == 2


def test_a_fix_of_a_paper_that_has_moved_on_is_not_saved(
    browser: Browser, casework: Casework, slips: Matter
) -> None:
    key = keys(browser, f"/matters/{slips.id}/check")["W01"]
    answers = (replace(slips.draft.answers[0], done="他人改写。"), *slips.draft.answers[1:])
    casework.save_draft(slips.id, replace(slips.draft, answers=answers), slips.version)
    answer = decide(browser, slips, accept=key)
    assert answer.status_code == 409
    assert "文稿刚刚有了修改" in answer.text
    assert matter_now(casework, slips).draft.answers[0].done == "他人改写。"


def test_ignored_once_in_a_matter_is_told_on_review_and_on_the_sheet(
    browser: Browser, casework: Casework, slips: Matter
) -> None:
    address = f"/matters/{slips.id}/check"
    decide(browser, slips, once=keys(browser, address)["W01"])
    sent = {"always": keys(browser, address)["W04"], "words": "完善台帐", "reason": "系统名称"}
    decide(browser, slips, **sent)
    assert not {"W01", "W04"} & keys(browser, address).keys()
    for page in (f"/matters/{slips.id}/review", f"/matters/{slips.id}/reply?form=sign-off"):
        text = re.sub(r"<[^>]+>|\s", "", browser.get(page).text)
        assert "经核对不作改动2处" in text
        assert "“台帐”（W04）：系统名称" in text
    [line] = [one for one in casework.proofing.ignored("default", slips.id) if one.matter]
    decide(browser, slips, unignore=line.id)
    assert "W01" in keys(browser, address)


def test_what_the_settings_print_is_refused_with_the_place_to_fix_it(
    browser: Browser, casework: Casework, slips: Matter
) -> None:
    subject = "关于其它停车的提案"
    named = replace(slips.draft, proposal=replace(slips.draft.proposal, subject=subject))
    casework.save_draft(slips.id, named, slips.version)
    now = matter_now(casework, slips)
    page = browser.get(f"/matters/{slips.id}/check").text
    answers = [
        decide(browser, now, accept=key)
        for key in re.findall(r'name="accept" value="([^"]+)"', page)
        if int(key.split("-")[1]) < 4
    ]
    assert {answer.status_code for answer in answers} <= {400}
    assert all("由单位设置和登记信息生成" in answer.text for answer in answers)
    assert matter_now(casework, slips).draft == named


def test_the_profiles_switches_hold_on_every_page(browser: Browser, app, slips: Matter) -> None:
    folder = app.config["DATA_FOLDER"] / "profiles"
    folder.mkdir(exist_ok=True)
    shipped = (SHIPPED / "default.toml").read_text(encoding="utf-8")
    own = shipped.replace("[checking]\noff = []", '[checking]\noff = ["W01"]')
    (folder / "default.toml").write_text(own, encoding="utf-8")
    assert "W01" not in keys(browser, f"/matters/{slips.id}/check")
    assert "W01" not in browser.get(f"/matters/{slips.id}/reply").text
    assert "W01" not in keys(browser, checked(browser))


def test_a_matter_not_yet_confirmed_is_checked_first(browser: Browser, casework: Casework) -> None:
    fresh = casework.create_matter(PROPOSAL, "default")
    assert browser.get(f"/matters/{fresh}/check").status_code == 302
    assert browser.get("/matters/999/check").status_code == 404


# ------------------------------------------------------------------ for other systems


def test_other_systems_ask_without_a_form(browser: Browser) -> None:
    answer = browser.client.post("/api/check", json={"text": "会同其它部门研究。"})
    assert answer.status_code == 200
    assert answer.json == {
        "findings": [
            {
                "rule": "W01", "severity": "warn", "fix": "safe", "paragraph": 0, "start": 2,
                "end": 4, "text": "其它", "replacement": "其他", "message": "“其它”宜作“其他”",
                "source": "公文用字惯例：统一用“其他”",
            }
        ]
    }  # fmt: skip


def test_other_systems_have_a_draft_checked(browser: Browser, slips: Matter) -> None:
    from drafting.model.serial import to_plain

    answer = browser.client.post("/api/check", json={"draft": to_plain(slips.draft)})
    assert {"W01", "W04", "Q14"} <= {finding["rule"] for finding in answer.json["findings"]}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 400),
        ({"text": 3}, 400),
        ({"text": "字", "draft": {}}, 400),
        ({"text": "字", "more": 1}, 400),
        ({"text": "字", "profile": "nobody"}, 400),
        ({"draft": {"proposal": 3}}, 400),
        ([], 400),
        ({"text": "字" * 300_001}, 413),
    ],
)
def test_a_bad_request_is_told_in_chinese(browser: Browser, sent: object, status: int) -> None:
    answer = browser.client.post("/api/check", json=sent)
    assert answer.status_code == status
    assert re.search("[一-鿿]", answer.json["error"])


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b'"\xff"', b"{}"])
def test_what_is_no_json_is_refused(browser: Browser, body: bytes) -> None:
    answer = browser.client.post("/api/check", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert browser.client.post("/api/check", data=body).status_code == 400
