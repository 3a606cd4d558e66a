"""单位设置 and 设置向导: from an empty folder to a unit that registers, and what goes wrong."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path

import pytest
from flask import Flask
from web_fakes import PROPOSAL, Browser, FakeArchive

from casework import Casework
from drafting.profile import load_profile
from web import create_app

NAMES = {
    "unit.name": "青岚区民政局",
    "unit.short": "区民政局",
    "unit.code": "青民函",
    "unit.place": "我区",
    "unit.work": "民政工作",
    "unit.calls_itself": "我局",
    "unit.calls_itself_jointly": "我们",
    "unit.printer": "青岚区民政局办公室",
}
PROFILE = "青岚区民政局"


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An installation in which nobody has set anything up."""
    monkeypatch.setattr("corpus.Archive.open", lambda folder: FakeArchive())
    monkeypatch.setattr("web.stores.facts", lambda: None)
    made = create_app(tmp_path)
    made.testing = False
    return made


@pytest.fixture
def ours(bare: Flask) -> Browser:
    """A browser of an office that has done the first step."""
    browser = Browser(bare.test_client())
    browser.get("/setup/unit")
    assert browser.post("/setup/unit", NAMES).status_code == 302
    return browser


def folder_of(app: Flask) -> Path:
    folder: Path = app.config["DATA_FOLDER"]
    return folder


def version(page: str) -> str:
    return re.findall(r'name="version" value="(\d+)"', page)[0]


def test_an_empty_office_is_led_to_the_first_step_and_registers_nothing(bare: Flask) -> None:
    browser = Browser(bare.test_client())
    assert browser.get("/").location == "/setup"
    for path in ("/new", "/today", "/check"):
        assert "先设置本单位" in browser.get(path).text, path
    refused = browser.post("/new", {"text": "第12号提案\n建议：加装座椅。"})
    assert refused.status_code == 400
    assert "请先设置本单位" in refused.text and "加装座椅" in refused.text
    with Casework.open(folder_of(bare)) as casework:
        assert casework.matters() == []


def test_the_first_step_derives_shows_and_then_keeps(bare: Flask) -> None:
    browser = Browser(bare.test_client())
    browser.get("/setup/unit")
    shown = browser.post("/setup/unit", {"unit.name": "青岚区民政局", "level": "—"})
    assert shown.status_code == 200 and "已按全称填好 6 项" in shown.text
    assert not (folder_of(bare) / "profiles").exists()
    missing = browser.post("/setup/unit", {**NAMES, "unit.code": ""})
    assert missing.status_code == 400 and "发文机关代字：未填写。" in missing.text
    assert browser.post("/setup/unit", NAMES).location == "/setup/paper"
    made = load_profile(PROFILE, folder_of(bare) / "profiles")
    assert (made.unit.name, made.unit.code) == ("青岚区民政局", "青民函")
    assert "先设置本单位" not in browser.get("/new").text
    registered = browser.post("/new", {"text": "第12号提案\n建议：\n1.加装座椅。"})
    assert registered.status_code == 302
    with Casework.open(folder_of(bare)) as casework:
        assert [one.profile for one in casework.matters()] == [PROFILE]


def test_the_steps_are_left_and_taken_up_again(ours: Browser, bare: Flask) -> None:
    page = ours.get("/setup").text
    assert "接着填：公文" in page
    kept = ours.post("/setup/paper", {"copies.units.提案": "区政府办公室\r\n区政协提案委"})
    assert kept.location == "/setup/sessions"
    form = {
        "rows": "3",
        "matter-0": "提案", "name-0": "区政协十届 五次会议", "opens-0": "2026-01-12",
        "matter-1": "建议", "name-1": "区十八届人大五次会议", "opens-1": "",
    }  # fmt: skip
    wrong = ours.post("/setup/sessions", {**form, "opens-1": "一月"})
    assert wrong.status_code == 400 and "“一月”不是日期" in wrong.text and "一月" in wrong.text
    assert ours.post("/setup/sessions", form).location == "/setup/people"
    made = load_profile(PROFILE, folder_of(bare) / "profiles")
    assert made.sessions == {"提案": ("区政协十届五次会议",), "建议": ("区十八届人大五次会议",)}
    assert [str(day) for day in made.session_days.values()] == ["2026-01-12"]
    assert made.copies.units["提案"] == ("区政府办公室", "区政协提案委")
    assert "2026-01-12" in ours.get("/setup/sessions").text
    assert ours.post("/setup/pass/people", {}).location == "/setup/archive"
    assert ours.post("/setup/pass/none", {}).status_code == 404


def test_the_paper_beside_shows_what_is_typed_and_keeps_nothing(ours: Browser) -> None:
    form = {"action": "look", "sample": "会办", "numbering.pattern": "{{代字}}[{{年份}}]{{序号}}"}
    page = ours.post("/setup/paper", form)
    assert page.status_code == 200 and "会办意见的函" in page.text
    assert "〔" in ours.get("/setup/paper").text


def test_a_group_is_saved_refused_at_its_field_and_undone(ours: Browser, bare: Flask) -> None:
    page = ours.get("/settings?group=titles").text
    form = {"group": "titles", "version": version(page), "titles.proposal": "关于{{案好}}的答复"}
    wrong = ours.post(f"/settings/{PROFILE}", form)
    assert wrong.status_code == 400
    assert "提案答复中的“{{案好}}”不能用在这里" in wrong.text and "关于{{案好}}的答复" in wrong.text
    right = ours.post(f"/settings/{PROFILE}", {**form, "titles.proposal": "对第{{案号}}号的答复"})
    assert right.status_code == 302
    profiles = folder_of(bare) / "profiles"
    assert load_profile(PROFILE, profiles).titles.proposal == "对第{{案号}}号的答复"
    history = ours.get(f"/settings/{PROFILE}/history").text
    assert "标题 · 提案答复" in history and "撤销上一次改动" in history
    back = {"number": "1", "version": version(history)}
    assert ours.post(f"/settings/{PROFILE}/restore", back).status_code == 302
    assert load_profile(PROFILE, profiles).titles.proposal.startswith("关于{{届次}}")


def test_two_administrators_at_once_both_see_both(ours: Browser, bare: Flask) -> None:
    before = version(ours.get("/settings?group=layout").text)
    theirs = {"group": "titles", "version": before, "titles.proposal": "甲写的第{{案号}}号"}
    assert ours.post(f"/settings/{PROFILE}", theirs).status_code == 302
    mine = {"group": "titles", "version": before, "titles.proposal": "乙写的第{{案号}}号"}
    both = ours.post(f"/settings/{PROFILE}", mine)
    assert both.status_code == 409
    assert "甲写的第{{案号}}号" in both.text and "乙写的第{{案号}}号" in both.text
    assert (
        ours.post(f"/settings/{PROFILE}", {**mine, "version": version(both.text)}).status_code
        == 302
    )
    made = load_profile(PROFILE, folder_of(bare) / "profiles")
    assert made.titles.proposal == "乙写的第{{案号}}号"


def test_a_file_goes_out_and_comes_in_with_its_faults_said(ours: Browser, bare: Flask) -> None:
    text = ours.get(f"/settings/{PROFILE}/export").data.decode()
    assert text.startswith("format = 1\n")
    number = version(ours.get(f"/settings/{PROFILE}/toml").text)
    bad = text.replace("format = 1", 'format = 1\nbased_on = "x"') + (
        '[layot]\nskin = "x"\n[body]\nheading = "{% for x in 建议 %}x{% endfor %}"\n'
    )
    file = {"version": number, "file": (io.BytesIO(bad.encode()), "我局.toml")}
    refused = ours.post(f"/settings/{PROFILE}/toml", file)
    assert refused.status_code == 400 and "有 3 处有误" in refused.text
    assert "“layot”不是可用的设置项" in refused.text and "只能写空位的名字" in refused.text
    assert "{% for x in" in refused.text  # nothing of it is lost
    repaired = ours.post(
        f"/settings/{PROFILE}/toml", {"version": number, "text": bad, "action": "repair"}
    )
    assert repaired.status_code == 200 and "已去掉下面几项" in repaired.text
    other = text.replace("青岚区民政局", "青岚区水务局")
    renamed = ours.post(f"/settings/{PROFILE}/toml", {"version": number, "text": other})
    assert renamed.status_code == 400 and "与现在的“青岚区民政局”不同" in renamed.text
    taken = {"version": number, "text": other, "rename": "yes"}
    assert ours.post(f"/settings/{PROFILE}/toml", taken).status_code == 302
    assert load_profile(PROFILE, folder_of(bare) / "profiles").unit.name == "青岚区水务局"
    newer = ours.post(f"/settings/{PROFILE}/toml", {"text": text.replace("= 1", "= 9", 1)})
    assert newer.status_code == 400 and "由更新版本的程序导出" in newer.text


def test_a_broken_profile_says_where_and_others_go_on(ours: Browser, bare: Flask) -> None:
    path = folder_of(bare) / "profiles" / "水务.toml"
    good = (folder_of(bare) / "profiles" / f"{PROFILE}.toml").read_text("utf-8")
    path.write_text(good.replace("民政", "水务") + "[layot]\n", "utf-8")
    refused = ours.post("/new", {"text": "第12号提案\n建议：\n1.加装座椅。", "profile": "水务"})
    assert refused.status_code == 400 and "“layot”不是可用的设置项" in refused.text
    other = {"text": "第12号提案\n建议：\n1.加装座椅。", "profile": PROFILE}
    assert ours.post("/new", other).status_code == 302
    assert ours.get("/").status_code == ours.get("/today").status_code == 200
    assert "改好前本单位不能登记和出稿" in ours.get("/settings?profile=水务").text


def test_units_of_accounts_have_their_own_and_see_no_others(ours: Browser, bare: Flask) -> None:
    with Casework.open(folder_of(bare)) as casework:
        casework.people.add("管理员", "青岚2026民政", unit="区民政局", roles=["系统管理", "经办"])
        casework.people.add("水务员", "青岚2026水务", unit="区水务局", roles=["系统管理", "经办"])
    water = bare.test_client()
    token = re.findall(r'name="csrf" value="([^"]+)"', water.get("/login").text)[0]
    form = {"csrf": token, "name": "水务员", "password": "青岚2026水务"}
    assert water.post("/login", data=form).status_code == 302
    assert water.get(f"/settings/{PROFILE}/toml").status_code == 404
    assert "先设置本单位" in water.get("/new").text
    assert water.get("/settings").location == "/setup"


def test_the_first_account_is_an_administrator_of_the_unit(ours: Browser, bare: Flask) -> None:
    ours.get("/setup/people")
    page = ours.post("/setup/people", {"name": "言知秋", "role": "经办"})
    assert page.status_code == 200 and "一次性链接" in page.text
    with Casework.open(folder_of(bare)) as casework:
        (one,) = casework.people.listed()
    assert (one.unit, one.roles) == ("区民政局", frozenset({"经办", "系统管理"}))


def test_profiles_from_before_go_on_unchanged(tmp_path: Path, bare: Flask) -> None:
    folder = folder_of(bare) / "profiles"
    folder.mkdir()
    lines = "\n".join(f'{key.removeprefix("unit.")} = "{text}"' for key, text in NAMES.items())
    text = f'# 我们自己写的\n[unit]\n{lines}\n\n[layout]\nskin = "document"  # 文件格式\n'
    (folder / "minzheng.toml").write_text(text, "utf-8")
    browser = Browser(bare.test_client())
    assert browser.get("/").status_code == 200
    assert browser.post("/new", {"text": "第12号提案\n建议：\n1.加装座椅。"}).status_code == 302
    assert "本单位" in browser.get("/settings").text
    assert (folder / "minzheng.toml").read_text("utf-8") == text
    with Casework.open(folder_of(bare)) as casework:
        assert [one.profile for one in casework.matters()] == ["minzheng"]


REPLY = """青岚区民政局
青民函〔2025〕{n}号
关于区政协十届四次会议第{n}号提案的答复
路遥岑委员：
您提出的《关于改善社区食堂的提案》收悉。经研究，现答复如下：
我局在我区新建社区食堂六处。
感谢您对我区民政工作的关心和支持。
青岚区民政局
2025年5月8日
抄送：区政府办公室，区政协提案委。
"""


def test_past_replies_are_read_confirmed_point_by_point_and_not_kept(bare: Flask) -> None:
    browser = Browser(bare.test_client())
    browser.get("/setup/replies")
    files = [(io.BytesIO(REPLY.format(n=n).encode()), f"{n}.txt") for n in (12, 31)]
    other = (io.BytesIO("会议通知\n请各科室参加。\n".encode()), "通知.txt")
    assert browser.post("/setup/replies", {"file": [*files, other]}).status_code == 302
    page = browser.get("/setup/replies").text
    assert "2 件印了，2 件一致" in page and "通知.txt" in page and "青民函〔2025〕12号" in page
    form = {
        "take": ["unit.name", "unit.code", "copies.units.提案"],
        "unit.name": "青岚区民政局", "unit.code": "青民函",
        "copies.units.提案": "区政府办公室\r\n区政协提案委",
        "titles.proposal": "不采用的{{案号}}",
    }  # fmt: skip
    taken = browser.post("/setup/replies/confirm", form)
    assert taken.location == "/setup/unit"
    assert 'value="青岚区民政局"' in browser.get("/setup/unit").text
    assert browser.post("/setup/unit", NAMES).status_code == 302
    made = load_profile(PROFILE, folder_of(bare) / "profiles")
    assert made.copies.units["提案"] == ("区政府办公室", "区政协提案委")
    assert made.titles.proposal == load_profile("default").titles.proposal
    assert "选三件本单位印发过的答复" in browser.get("/setup/replies").text


def test_what_is_no_reply_is_said_and_wrong_points_stay_as_typed(bare: Flask) -> None:
    browser = Browser(bare.test_client())
    browser.get("/setup/replies")
    assert "请先选择往年的答复" in browser.post("/setup/replies", {}).text
    notice = {"file": (io.BytesIO("会议通知\n请各科室参加。\n".encode()), "通知.txt")}
    refused = browser.post("/setup/replies", notice)
    assert refused.status_code == 400 and "通知.txt：不是答复" in refused.text
    file = {"file": (io.BytesIO(REPLY.format(n=12).encode()), "12.txt")}
    assert browser.post("/setup/replies", file).status_code == 302
    wrong = {"take": ["titles.proposal"], "titles.proposal": "关于{{案好}}"}
    page = browser.post("/setup/replies/confirm", wrong)
    assert page.status_code == 400 and "不能用在这里" in page.text and "关于{{案好}}" in page.text
    assert browser.post("/setup/replies/drop", {}).status_code == 302


def test_samples_are_tried_and_taken_out_again_in_one_click(tmp_path: Path) -> None:
    app = create_app(tmp_path)
    browser = Browser(app.test_client())
    browser.get("/setup/archive")
    assert browser.post("/setup/samples", {}).status_code == 302
    assert "先设置本单位" not in browser.get("/new").text
    text = "第12号提案\n建议：\n1.加装座椅。"
    assert browser.post("/new", {"text": text}).status_code == 302
    page = browser.get("/setup/archive").text
    assert "试办的 1 件提案" in page
    assert browser.post("/setup/samples/remove", {"matters": "yes"}).status_code == 302
    with Casework.open(tmp_path) as casework:
        assert casework.matters() == [] and casework.count_deleted() == 1
    assert "先设置本单位" in browser.get("/new").text
    assert "载入样例" in browser.get("/setup/archive").text


def test_a_matter_in_the_name_of_a_sample_unit_makes_no_paper(tmp_path: Path) -> None:
    app = create_app(tmp_path)
    with Casework.open(tmp_path) as casework:
        matter = casework.create_matter(PROPOSAL, "default")
        found = casework.matter(matter)
        assert found is not None
        casework.confirm_suggestions(matter, found.draft, 1)
    browser = Browser(app.test_client())
    page = browser.get(f"/matters/{matter}/reply")
    assert "请先设置本单位" in page.text and 'class="page' not in page.text
    assert browser.get(f"/matters/{matter}/reply.docx").status_code == 400
    assert (
        browser.get("/").status_code == browser.get(f"/matters/{matter}/intake").status_code == 200
    )
    assert browser.get(f"/matters/{matter}").status_code == 200


def test_rules_of_the_proofreader_are_weighed_left_out_and_undone(
    ours: Browser, bare: Flask
) -> None:
    page = ours.get("/settings?group=checking").text
    assert "D01 发文字号年份的括号（错误）" in page and 'class="preview"' not in page
    form = {
        "group": "checking", "rules": "4", "version": version(page),
        "rule-0": "D01 发文字号年份的括号（错误）", "grade-0": "建议",
        "rule-1": "d02", "grade-1": "不查",
        "rule-2": "D99", "grade-2": "须改",
        "rule-3": "", "grade-3": "",
    }  # fmt: skip
    wrong = ours.post(f"/settings/{PROFILE}", form)
    assert wrong.status_code == 400 and "没有这条规则" in wrong.text
    assert 'value="D99"' in wrong.text and 'value="D02 发文顺序号编虚位（错误）"' in wrong.text
    twice = ours.post(f"/settings/{PROFILE}", form | {"rule-2": "D01"})
    assert twice.status_code == 400 and "列了两次" in twice.text
    assert ours.post(f"/settings/{PROFILE}", form | {"rule-2": ""}).status_code == 302
    path = folder_of(bare) / "profiles"
    checking = load_profile(PROFILE, path).checking
    assert (checking.off, dict(checking.severity)) == (("D02",), {"D01": "hint"})
    history = ours.get(f"/settings/{PROFILE}/history").text
    assert "校对规则 · 另定的等级" in history and "D01 建议" in history
    undone = re.findall(r'name="number" value="(\d+)"', history)[0]
    ours.post(f"/settings/{PROFILE}/restore", {"number": undone, "version": version(history)})
    assert load_profile(PROFILE, path).checking.off == ()


def test_a_rule_of_another_version_stays_and_is_said(ours: Browser, bare: Flask) -> None:
    file = folder_of(bare) / "profiles" / f"{PROFILE}.toml"
    file.write_text(file.read_text("utf-8") + '[checking]\noff = ["X77"]\n', "utf-8")
    page = ours.get("/settings?group=checking").text
    assert "本版没有这条规则" in page
    form = {"group": "checking", "rules": "2", "version": version(page)}
    form |= {"rule-0": "X77", "grade-0": "不查", "rule-1": "D01", "grade-1": "须改"}
    assert ours.post(f"/settings/{PROFILE}", form).status_code == 302
    checking = load_profile(PROFILE, folder_of(bare) / "profiles").checking
    assert (checking.off, dict(checking.severity)) == (("X77",), {"D01": "block"})


def test_the_rest_of_a_group_is_folded_and_opens_where_it_is_wrong(ours: Browser) -> None:
    page = ours.get("/settings?group=classes").text
    assert "B 任一 列入计划、部分采纳" in page
    form = {"group": "classes", "version": version(page), "classes.rules": "丁 全部 采纳"}
    wrong = ours.post(f"/settings/{PROFILE}", form)
    assert wrong.status_code == 400 and "“丁”不在类别 A、B、C 之中" in wrong.text
    assert "丁 全部 采纳" in wrong.text
    form = {"group": "body", "version": version(page), "body.next_step": "{{次}}"}
    assert '<details class="group" open>' in ours.post(f"/settings/{PROFILE}", form).text


@pytest.mark.parametrize(
    "sentence",
    [
        "{% for n in range(10 ** 9) %}某{% endfor %}",
        "{{ '某' * 10 ** 9 }}",
        "{% set x = 1 %}第{{案号}}号",
        "{{案号.__class__}}",
        "第{{案号}}号{% if 案号 %}",
    ],
)
def test_a_file_with_a_sentence_that_runs_is_refused_at_its_line(
    ours: Browser, bare: Flask, sentence: str
) -> None:
    page = ours.get(f"/settings/{PROFILE}/toml").text
    before = load_profile(PROFILE, folder_of(bare) / "profiles")
    text = (folder_of(bare) / "profiles" / f"{PROFILE}.toml").read_text("utf-8")
    text += f'[titles]\nproposal = "{sentence}"\n'
    line = text[: text.index("proposal =")].count("\n") + 1
    wrong = ours.post(f"/settings/{PROFILE}/toml", {"text": text, "version": version(page)})
    assert wrong.status_code == 400 and f"第 {line} 行：“titles.proposal”" in wrong.text
    assert html.unescape(wrong.text).count(sentence) == 1
    assert load_profile(PROFILE, folder_of(bare) / "profiles") == before
