"""The main job on real documents, by the command line and in a real Chromium.

Four of the five seeds are the archive; the six suggestions that the fifth (the reply of 2023)
lists in its first part are the proposal.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import commandline
import pytest
from chromium import CHROMIUM, PATIENCE
from shared_data import PROJECT, SHARED, needs_shared

from drafting.reading import read_bytes, read_file
from drafting.writing.printing.pdf import office_available, to_pdf
from templates import PROFILES

pytestmark = [pytest.mark.shared, needs_shared]

REPLY_OF_2023 = "003_032a5aed1bd1ca86"


def run(data: Path, *arguments: object) -> str:
    done = commandline.run(*arguments, data=data)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def six() -> list[str]:
    document = read_file(SHARED / "seeds" / f"{REPLY_OF_2023}.txt")
    return [one.text for one in document.suggestions]


@pytest.fixture(scope="module")
def proposal(six: list[str]) -> str:
    lines = [f"{number}.{text}。" for number, text in enumerate(six, 1)]
    return "\n".join(
        [
            "关于提升我市企业科技创新能力的建议",
            "届次：政协昆明市第十四届二次会议",
            "提案编号：第142194号",
            "提案者：陈德理",
            "交办日期：2026年9月1日",
            "具体建议",
            *lines,
        ]
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    # Pages answer under an office's own settings only: here they are as shipped.
    (folder / "profiles").mkdir()
    shutil.copy(PROFILES / "default.toml", folder / "profiles")
    others = [
        path
        for path in sorted((SHARED / "seeds").glob("*.txt"))
        if not path.stem.startswith(REPLY_OF_2023[:3])
    ]
    report = json.loads(run(folder, "import", *others, "--json"))
    assert report == {"imported": 4, "unchanged": 0, "failed": []}
    return folder


def answered(paper: bytes) -> list[str]:
    """Return the suggestions that the headings of a reply answer, in order."""
    document = read_bytes(paper, "答复.docx")
    headings = [heading.text for heading in document.headings if heading.level == 1]
    return [re.fullmatch(r"关于“(.+)”的建议", heading)[1] for heading in headings]


def test_by_the_command_line(data, six, proposal, tmp_path):
    source, draft, paper = tmp_path / "p.txt", tmp_path / "d.json", tmp_path / "o.docx"
    source.write_text(proposal, "utf-8")
    run(data, "draft", source, "-o", draft)
    answers = json.loads(draft.read_text("utf-8"))["answers"]
    assert [answer["suggestion"]["text"] for answer in answers] == six
    for answer in answers:
        assert answer["evidence"], answer["suggestion"]["text"]
        for taken in answer["evidence"]:
            assert taken["passage"]["shared"]
            # A quotation that ends at a ； is closed with a 。; else it is the passage's own words.
            assert taken["quoted"].rstrip("。") in taken["passage"]["text"]
    for skin in ("letter", "document"):
        run(data, "export", draft, "-o", paper, "--skin", skin)
        assert answered(paper.read_bytes()) == six


@pytest.mark.office
@pytest.mark.skipif(not office_available(), reason="未安装 LibreOffice，跳过排版测试")
def test_the_paper_renders(data, proposal, tmp_path):
    pdfplumber = pytest.importorskip("pdfplumber", reason="未安装 pdfplumber，跳过")
    source, draft, paper = tmp_path / "p.txt", tmp_path / "d.json", tmp_path / "o.docx"
    source.write_text(proposal, "utf-8")
    run(data, "draft", source, "-o", draft)
    run(data, "export", draft, "-o", paper)
    (tmp_path / "o.pdf").write_bytes(to_pdf(paper.read_bytes()))
    with pdfplumber.open(tmp_path / "o.pdf") as rendered:
        pages = [page.extract_text() for page in rendered.pages]
        fonts = {char["fontname"].split("+")[-1] for page in rendered.pages for char in page.chars}
    assert 3 <= len(pages) <= 8
    assert "陈德理委员：" in pages[0]
    assert "抄送" in pages[-1]
    assert not any("DejaVu" in font for font in fonts), fonts


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="未安装 Chromium，跳过浏览器测试")
def test_in_the_browser_as_a_person_would(chromium, data, six, proposal, tmp_path):
    server, address = serve(data)
    window = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    try:
        page = window.new_page()
        page.set_default_timeout(PATIENCE)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        paper = click_through(page, address, six, proposal, tmp_path)
    finally:
        window.close()
        server.terminate()
        server.wait(timeout=20)
    assert answered(paper) == six
    assert all(url.startswith(address) for url in asked)


def click_through(page, address: str, six: list[str], proposal: str, folder: Path) -> bytes:
    page.goto(address)
    page.get_by_role("link", name=re.compile("^登记")).first.click()
    page.get_by_label("粘贴全文").fill(proposal)
    page.get_by_role("button", name="读取并核对建议").click()
    assert page.get_by_label("案号").input_value() == "142194"
    rows = [page.get_by_label(f"第 {n} 条建议").input_value() for n in range(1, 7)]
    assert rows == six
    page.get_by_role("button", name="确认，生成初稿").click()
    for number, text in enumerate(six, 1):
        page.get_by_role("heading", level=1, name=f"{number}. {text}").wait_for()
        assert page.locator(".passage").count() >= 1
        if number < len(six):
            page.get_by_role("button", name="保存，写下一条").click()
    page.get_by_role("link", name="文稿与下载").click()
    assert "陈德理委员" in page.locator(".preview").inner_text()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载 Word 文件").click()
    target = folder / "download.docx"
    waiting.value.save_as(target)
    return target.read_bytes()


def serve(data: Path) -> tuple[subprocess.Popen, str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "service.cli.app",
            "--data",
            str(data),
            "serve",
            "--port",
            str(port),
        ],
        cwd=PROJECT,
        env={**os.environ},
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(400):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return server, address
        except OSError:
            time.sleep(0.05)
    server.terminate()
    raise AssertionError("the server did not start")
