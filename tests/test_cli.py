"""The command line as offices script it: exit status, JSON keys, Chinese messages, docs."""

import json
import os
import re
import zipfile
from pathlib import Path

import docx
import pytest
from click import Group, Option
from commandline import run
from office_templates import WHOLE, of_lines
from shared_data import PROJECT

from service.cli.app import cli

PROPOSAL = PROJECT / "corpus" / "samples" / "proposals" / "laojiu-pianqu-tingche.txt"
REPLIES = PROJECT / "corpus" / "samples" / "replies"


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    done = run("import", REPLIES, REPLIES.parent / "policies", "--json", data=folder)
    assert json.loads(done.stdout) == {"imported": 37, "unchanged": 0, "failed": []}
    assert done.returncode == 0
    return folder


@pytest.fixture(scope="module")
def draft(data: Path, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("draft") / "d.json"
    drafted = run("draft", PROPOSAL, "-o", path, data=data)
    assert drafted.returncode == 0, drafted.stderr
    return path


# ------------------------------------------------------------------ archive


def test_importing_again_changes_nothing_and_a_failure_is_status_1(data, tmp_path):
    bad = tmp_path / "坏.docx"
    bad.write_bytes(b"x")
    done = run("import", REPLIES, bad, "--json", data=data)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert (report["imported"], report["unchanged"]) == (0, 27)
    assert report["failed"] == [
        {"path": "坏.docx", "reason": "文件已损坏，或不是 Word 文档（.docx）。"}
    ]
    assert "未导入 坏.docx" in done.stderr


def test_search_gives_the_documented_keys(data):
    found = json.loads(run("search", "停车", "--limit", 3, "--json", data=data).stdout)
    assert set(found) == {"hits", "ms"}
    assert len(found["hits"]) == 3
    assert {"document", "source", "title", "kind", "date", "score", "excerpt"} <= set(
        found["hits"][0]
    )
    assert "停车" in found["hits"][0]["excerpt"] + found["hits"][0]["title"]


def test_search_by_file_and_by_batch(data, tmp_path):
    by_file = json.loads(run("search", "--file", PROPOSAL, "--json", data=data).stdout)
    batch = tmp_path / "q.jsonl"
    text = PROPOSAL.read_text("utf-8")
    batch.write_text(json.dumps({"id": "a", "text": text}) + '\n{"id": "b", "text": "长者食堂"}\n')
    done = run("search", "--batch", batch, "--limit", 2, data=data)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in lines] == ["a", "b"]
    assert all(set(line) == {"id", "hits", "ms"} for line in lines)
    assert lines[0]["hits"][0]["title"] in [hit["title"] for hit in by_file["hits"]]
    assert "tingche" in by_file["hits"][0]["source"]


def test_a_mistyped_word_is_said_to_be_corrected(data):
    found = json.loads(run("search", "停东", "--json", data=data).stdout)
    assert (found["mended"], bool(found["hits"])) == ("停车", True)
    assert "没有找到“停东”，已按“停车”检索。" in run("search", "停东", data=data).stderr


def test_a_kind_narrows_the_search(data):
    found = json.loads(run("search", "停车", "--kind", "policy", "--json", data=data).stdout)
    assert {hit["kind"] for hit in found["hits"]} == {"policy"}


def test_an_empty_result_says_what_to_try(data, tmp_path):
    def said(*arguments, folder=data):
        return run("search", *arguments, data=folder).stderr.splitlines()[0]

    assert said("馕囊") == "没有找到。可以换一个更短的词。"
    assert said("😀🚗") == "检索词里没有汉字、字母或数字。"
    assert said("馕囊", "--kind", "policy") == "没有找到。可以换一个更短的词，或去掉 --kind。"
    empty = "档案还是空的，先用 drafting import 导入往年的答复和文件。"
    assert said("停车", folder=tmp_path) == empty


# ------------------------------------------------------------------ the main job


def test_from_a_proposal_file_to_a_word_file_that_reads_back(data, draft, tmp_path):
    paper = tmp_path / "o.docx"
    answers = json.loads(draft.read_text("utf-8"))["answers"]
    assert [answer["suggestion"]["label"] for answer in answers] == ["1.", "2.", "3.", "4.", "5."]
    assert all(answer["evidence"] for answer in answers)
    for skin in ("letter", "document"):
        assert run("export", draft, "-o", paper, "--skin", skin, data=data).returncode == 0
        read = json.loads(run("read", paper, "--json", data=data).stdout)
        assert read["title"] == "关于区政协十届五次会议第211号提案的答复"
        assert read["recipients"] == ["路遥岑", "井和平", "蔺若溪"]
        assert read["subject"] == "关于缓解老旧片区停车难的提案"
        assert [heading["text"] for heading in read["headings"] if heading["level"] == 1] == [
            f"关于“{answer['suggestion']['text']}”的建议".replace(
                "“青岚停车”", "‘青岚停车’"
            ).replace("“僵尸车”", "‘僵尸车’")
            for answer in answers
        ]


@pytest.mark.parametrize(
    "form", ["co-handling", "consultation", "contact-record", "opinion-request"]
)
def test_every_form_exports(data, draft, tmp_path, form):
    paper = tmp_path / "o.docx"
    done = run("export", draft, "-o", paper, "--form", form, data=data)
    assert done.returncode == 0, done.stderr
    assert json.loads(run("read", paper, "--json", data=data).stdout)["text"]


def test_a_paper_goes_into_a_template_of_the_office(data, draft, tmp_path):
    paper, template = tmp_path / "o.docx", tmp_path / "红头纸.docx"
    template.write_bytes(of_lines("青岚区某局红头纸", *WHOLE))
    done = run("export", draft, "-o", paper, "--template", template, data=data)
    assert done.returncode == 0, done.stderr
    assert "本单位模板没有印" in done.stderr
    lines = [one.text for one in docx.Document(paper).paragraphs]
    assert lines[0] == "青岚区某局红头纸"
    assert "关于区政协十届五次会议第211号提案的答复" in lines
    template.write_bytes(of_lines(*WHOLE, "第 {{ 案号"))
    wrong = run("export", draft, "-o", paper, "--template", template, data=data)
    assert wrong.returncode == 2
    assert "第7段：“{{ 案号”没有配对的右花括号。" in wrong.stderr


def test_an_opinion_is_asked_of_one_co_unit_or_refused(data, tmp_path):
    draft, paper = tmp_path / "d.json", tmp_path / "o.docx"
    run("draft", PROPOSAL, "-o", draft, data=data)
    held = json.loads(draft.read_text("utf-8"))
    held["proposal"]["co_units"] = ["区财政局", "区住建局"]
    held["co_opinions"] = [{"unit": "区财政局", "asked": "2026-03-02", "due": "2026-03-20"}]
    draft.write_text(json.dumps(held, ensure_ascii=False), "utf-8")
    form = ("--form", "opinion-request")
    assert run("export", draft, "-o", paper, *form, "--to", "区财政局", data=data).returncode == 0
    text = json.loads(run("read", paper, "--json", data=data).stdout)["text"]
    assert "\n区财政局：\n" in text and "2026年3月20日前反馈" in text
    wrong = run("export", draft, "-o", paper, *form, "--to", "区水务局", data=data)
    assert wrong.returncode == 2 and "“区水务局”不是本件的会办单位" in wrong.stderr
    misplaced = run("export", draft, "-o", paper, "--to", "区财政局", data=data)
    assert misplaced.returncode == 2 and "--to 只用于征求会办意见函" in misplaced.stderr


def test_checking_a_draft_finds_what_is_open_and_exits_1(data, draft):
    done = run("check", draft, "--json", data=data)
    findings = json.loads(done.stdout)["findings"]
    assert done.returncode == 1
    keys = "rule severity fix paragraph start end text replacement message source".split()
    assert all(set(finding) == set(keys) for finding in findings)
    assert any(finding["severity"] == "block" for finding in findings)


def test_checking_and_fixing_a_text_file(data, tmp_path):
    text, fixed = tmp_path / "a.txt", tmp_path / "b.txt"
    text.write_text("一、总体情况\n\n我局布署了《甲》、《乙》两项工作。\n", "utf-8")
    done = run("check", text, "--json", "--fix", fixed, data=data)
    places = [
        (finding["rule"], finding["paragraph"], finding["text"])
        for finding in json.loads(done.stdout)["findings"]
    ]
    assert ("W05", 2, "布署") in places
    assert "部署了《甲》《乙》两项工作。" in fixed.read_text("utf-8")
    clean = tmp_path / "c.txt"
    clean.write_text("我局新建停车泊位120个。\n", "utf-8")
    assert run("check", clean, data=data).returncode == 0


def test_checking_a_batch(data, tmp_path):
    batch = tmp_path / "t.jsonl"
    batch.write_text('{"id": 1, "text": "布署工作。"}\n{"id": 2, "text": "部署工作。"}\n', "utf-8")
    done = run("check", "--batch", batch, data=data)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in lines] == [1, 2]
    assert "W05" in {finding["rule"] for finding in lines[0]["findings"]}
    assert lines[1]["findings"] == []
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("threshold", "status"), [("hint", 1), ("warn", 1), ("error", 0), ("block", 0)]
)
def test_the_status_is_1_from_the_severity_named(data, tmp_path, threshold, status):
    text = tmp_path / "a.txt"
    text.write_text("会同其它部门研究。\n", "utf-8")
    assert run("check", text, "--fail-on", threshold, data=data).returncode == status


def test_a_word_file_is_saved_with_comments_and_changes(data, tmp_path):
    source, fixed = tmp_path / "a.docx", tmp_path / "b.docx"
    document = docx.Document()
    document.add_paragraph("会同其它部门研究。")
    document.save(source)
    assert run("check", source, "--fix", fixed, data=data).returncode == 1
    [comment] = docx.Document(fixed).comments
    assert comment.text.startswith("【注意】“其它”宜作“其他”。")
    assert "其他" in fixed_text(fixed)
    refused = run("check", PROPOSAL, "--fix", fixed, data=data)
    assert (refused.returncode, "只有 .docx 文件" in refused.stderr) == (2, True)


def fixed_text(path):
    with zipfile.ZipFile(path) as held:
        return held.read("word/document.xml").decode()


def test_checking_makes_no_data_folder(tmp_path):
    text, data = tmp_path / "a.txt", tmp_path / "nowhere"
    text.write_text("会同其它部门研究。\n", "utf-8")
    assert run("check", text, data=data).returncode == 1
    assert not data.exists()


def test_the_sign_off_sheet_tells_of_the_proofreading(data, tmp_path):
    draft, paper = tmp_path / "d.json", tmp_path / "o.docx"
    run("draft", PROPOSAL, "-o", draft, data=data)
    run("export", draft, "-o", paper, "--form", "sign-off", data=data)
    assert "校对提示：须改" in json.loads(run("read", paper, "--json", data=data).stdout)["text"]


# ------------------------------------------------------------------ upkeep


def test_backup_and_restore(data, tmp_path):
    assert run("backup", tmp_path / "b.zip", data=data).returncode == 0
    other = tmp_path / "other"
    assert run("restore", tmp_path / "b.zip", data=other).returncode == 0
    found = json.loads(run("search", "长者食堂", "--json", data=other).stdout)["hits"]
    assert found


def test_users_are_added_listed_and_removed(tmp_path):
    assert run("user", "add", "林知远", data=tmp_path, stdin="一个足够长的口令 1\n").returncode == 0
    assert run("user", "list", data=tmp_path).stdout == "林知远\t\t\t经办 系统管理\n"
    weak = run("user", "add", "柳如是", data=tmp_path, stdin="123\n")
    assert weak.returncode == 2
    assert "密码" in weak.stderr
    assert run("user", "remove", "林知远", data=tmp_path).returncode == 0
    assert run("user", "list", data=tmp_path).stdout == ""


def test_doctor_lists_what_is_there(data):
    done = run("doctor", data=data)
    assert done.returncode == 0
    assert "[正常] SQLite" in done.stdout
    assert "数据库 archive.db：完整" in done.stdout


# ------------------------------------------------------------------ mistakes of the caller


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["frobnicate"], "没有“frobnicate”这个命令"),
        (["read"], "缺少参数“PATH”。"),
        (["read", "没有.txt"], "没有.txt：文件打不开，请检查路径和权限。"),
        (["search"], "请给出检索内容、--file 或 --batch 中的一项。"),
        (["search", "停车", "--kind", "x"], "选项“--kind”的值不对，应为 reply、policy"),
        (["search", "停车", "--nope"], "没有“--nope”这个选项"),
        (["search", "停车", "--limit", "0"], "选项“--limit”的值不对"),
        (["draft", str(PROPOSAL)], "缺少选项“--output”。"),
        (["draft", str(PROPOSAL), "-o", "x.json", "--profile", "没有的"], "没有的"),
        (["export", str(PROPOSAL), "-o", "x.docx"], "不是有效的草稿文件"),
        (["check"], "请给出要校对的文件"),
        (["import", "/没有/这个"], "找不到文件或文件夹"),
        (["restore", "没有.zip"], "找不到备份文件"),
        (["serve", "--port", "1"], "端口 1 用不了"),
        (["serve", "--port", "99999"], "端口 99999 不对"),
    ],
)
def test_a_mistake_is_status_2_one_line_in_chinese_and_no_traceback(tmp_path, arguments, message):
    if arguments[:3] == ["serve", "--port", "1"] and os.geteuid() == 0:
        arguments = ["serve", "--host", "192.0.2.1", "--port", "1"]
    done = run(*arguments, data=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (PROJECT / "x.json").exists()


def test_a_proposal_without_any_suggestion_keeps_its_card_and_says_what_to_do(tmp_path):
    proposal = tmp_path / "p.txt"
    proposal.write_text("停车太难了，大家意见很大。\n", "utf-8")
    done = run("draft", proposal, "-o", tmp_path / "d.json", data=tmp_path)
    assert done.returncode == 1
    assert "请核对：没有读到建议，请对照原文逐条填写。" in done.stderr
    kept = json.loads((tmp_path / "d.json").read_text("utf-8"))
    assert kept["proposal"]["suggestions"] == []
    assert kept["proposal"]["text"] == "停车太难了，大家意见很大。"


# ------------------------------------------------------------------ help and docs


def every_command():
    for name, command in cli.commands.items():
        if isinstance(command, Group):
            yield from ((f"{name} {below}", one) for below, one in command.commands.items())
        else:
            yield name, command


DOCS = (PROJECT / "docs" / "cli.md").read_text("utf-8")


@pytest.mark.parametrize(("name", "command"), list(every_command()), ids=lambda value: str(value))
def test_every_command_and_option_is_documented(name, command):
    section = re.search(rf"## drafting {name.split()[0]}\n(.*?)(?=\n## |\Z)", DOCS, re.DOTALL)
    assert section, f"docs/cli.md says nothing of {name}"
    assert f"drafting {name}" in DOCS
    for option in (one for one in command.params if isinstance(one, Option)):
        if max(option.opts, key=len) != "--data":
            assert f"`{max(option.opts, key=len)}`" in section[1], f"{name} {option.opts}"


def test_help_is_chinese_throughout(tmp_path):
    pages = [run("--help", data=tmp_path).stdout]
    pages += [run(*name.split(), "--help", data=tmp_path).stdout for name, _ in every_command()]
    for page in pages:
        assert page.startswith("用法：")
        assert not re.search(r"Usage|Options:|Commands:|Show this|\[default|\[required", page)
