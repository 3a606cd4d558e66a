"""OFD by the office's own converter: what is called, what is refused, what is not taken."""

from __future__ import annotations

import io
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "writing"))
from ofd_files import lines, ofd, page
from writing_samples import CASES

from desk.prints import ofd as converting
from drafting.errors import UserError
from drafting.programs.workers import SOON, How
from drafting.writing import write_docx
from service import doctor
from storage.configuration import Ofd

CONVERTER = """
import io, re, sys, zipfile
sys.path[:0] = [{place!r}, {root!r}]
from ofd_files import lines, ofd, page

with zipfile.ZipFile(sys.argv[1]) as parts:
    names = sorted(n for n in parts.namelist() if re.search("word/(header|document)", n))
    # A head stands in as many headers as there are kinds of pages; it is printed once.
    texts = dict.fromkeys(parts.read(n).decode() for n in reversed(names) if n.endswith(".xml"))
body = "".join(texts)
said = []
for one in re.findall(r"<w:p[ >].*?</w:p>", body, re.S):
    text = "".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", one))
    said += [text[at : at + 28] for at in range(0, len(text), 28)]
{spoil}
pages = [said[at : at + 22] for at in range(0, len(said), 22)]
with open(sys.argv[2], "wb") as out:
    out.write(ofd(*(page(lines(one, 28, 40)) for one in pages)))
"""
PAPER = write_docx(CASES["letter-2"])


@pytest.fixture
def converter(tmp_path: Path) -> Callable[..., Ofd]:
    """A converter of ours: ``spoil`` is what it does to the lines that it writes."""

    def make(spoil: str = "", **more: object) -> Ofd:
        script = tmp_path / "convert.py"
        place = str(Path(__file__).parents[1])
        script.write_text(
            CONVERTER.format(place=place, root=str(Path(__file__).parents[2]), spoil=spoil),
            encoding="utf-8",
        )
        return replace(Ofd(command=f"{sys.executable} {script} {{in}} {{out}}"), **more)

    return make


def refused(chosen: Ofd, paper: bytes = PAPER) -> str:
    with pytest.raises(UserError) as error:
        converting.make_ofd(paper, chosen, SOON)
    return error.value.message


def test_without_a_converter_it_is_said_who_can_do_what() -> None:
    said = refused(Ofd())
    assert "没有配置 OFD 转换程序" in said and "[ofd]" in said and "先下载 Word 文件或 PDF" in said


@pytest.mark.parametrize("name", ["letter-2", "document-joint-2", "consultation"])
def test_what_the_office_has_converts_and_says_what_the_paper_says(
    converter: Callable[..., Ofd], name: str
) -> None:
    told: list[int] = []
    made = converting.make_ofd(write_docx(CASES[name]), converter(), How(waiting=told.append))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert "OFD.xml" in archive.namelist()
    assert told == [0]


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        ("said = said[:-3]", "与文稿不一致，没有收下：少了"),
        ("said.append('试用版')", "多了3个字"),
        ("said = [one.replace('现答复', '现答覆') for one in said]", "少了1个字（如“复”"),
        ("said = []", "读不出来"),
        ("open(sys.argv[2], 'wb').write(b'%PDF-'); sys.exit()", "给出的不是 OFD 文件"),
        ("sys.exit()", "没有转换成（退出码 0）"),
        ("sys.exit(3)", "没有转换成（退出码 3）"),
    ],
)
def test_what_is_no_ofd_of_this_paper_is_not_taken(
    converter: Callable[..., Ofd], spoil: str, why: str
) -> None:
    said = refused(converter(spoil))
    assert why in said
    assert "请告诉管理员，或先下载 Word 文件" in said


def test_a_converter_that_hangs_is_stopped(
    converter: Callable[..., Ofd], monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = converter("import time; time.sleep(60)", seconds=1)
    assert "超过 1 秒，已停止" in refused(hanging)


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        (Ofd(command="/没有/这个 {in} {out}"), "找不到 ofd.command 的程序“/没有/这个”"),
        (Ofd(command="cat {in}"), "要有 {in} 和 {out}"),
        (Ofd(command="cat '{in} {out}"), "引号不成对"),
        (Ofd(command="cat {in} {out}", url="http://127.0.0.1/"), "只能填一项"),
        (Ofd(url="http://203.0.113.9/convert"), "没有转换成"),
        (Ofd(url="https://203.0.113.9/convert"), "不在它的网段里"),
        (Ofd(url="http://169.254.169.254/latest"), "不在它的网段里"),
    ],
)
def test_a_configuration_that_cannot_work_is_said(chosen: Ofd, why: str) -> None:
    assert why in refused(chosen)


@pytest.fixture
def service() -> Iterator[tuple[str, list[bytes]]]:
    """A service on this machine that answers with an OFD of a fixed text."""
    got: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            answer = ofd(page(lines(["关于试转换版式文件的函"], 28, 40)))
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/convert", got
    server.shutdown()
    server.server_close()


def test_a_service_nearby_is_asked_and_its_answer_looked_at(
    service: tuple[str, list[bytes]],
) -> None:
    url, got = service
    assert converting.try_out(Ofd(url=url)) == ""
    assert "与文稿不一致" in refused(Ofd(url=url))
    assert got[-1] == PAPER


def test_doctor_tries_the_converter(tmp_path: Path, service: tuple[str, list[bytes]]) -> None:
    def said() -> list[tuple[bool, str]]:
        found = doctor.examine(tmp_path)
        return [(one.ok, one.detail) for one in found if one.name == "OFD 转换"]

    assert said() == []
    config = tmp_path / "config.toml"
    config.write_text(f'[ofd]\nurl = "{service[0]}"\n', encoding="utf-8")
    assert said() == [(True, "试转换成功，文字一致")]
    config.write_text('[ofd]\ncommand = "/没有/这个 {in} {out}"\n', encoding="utf-8")
    ((ok, detail),) = said()
    assert not ok and "找不到 ofd.command 的程序" in detail
