"""One LibreOffice is kept ready: it is asked in turn, replaced where it ended, and left nowhere."""

from __future__ import annotations

import array
import contextlib
import io
import json
import os
import signal
import socket
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from drafting.errors import UserError
from drafting.programs import kept_office, libreoffice, officekit
from drafting.programs.running import TooSlow
from drafting.programs.workers import ABLE, GivenUp, How, Workers, on_behalf_of
from drafting.writing.printing import pdf

needs_office = pytest.mark.skipif(
    not (ABLE and libreoffice.available()), reason="没有 LibreOffice，跳过"
)
_SOON = 30.0


def word(text: str) -> bytes:
    document, stream = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(stream)
    return stream.getvalue()


def text_of(made: bytes) -> str:
    with pypdfium2.PdfDocument(made) as opened:
        said = "".join(page.get_textpage().get_text_bounded() for page in opened)
    return "".join(said.split())


def children(process: int) -> list[int]:
    """The processes whose parent is this one."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == process and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _SOON
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


# ------------------------------------------------------------------ with LibreOffice itself


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with pytest.MonkeyPatch.context() as patch:
        here = str(Path(__file__).parent)
        patch.setenv("PYTHONPATH", here, prepend=os.pathsep)
        patch.syspath_prepend(here)
        found = Workers("office_jobs")
        yield found
        found.close()


def office(workers: Workers) -> int:
    """The process of the office that is kept, once it is there."""

    def kept() -> list[int]:
        found = []
        for one in children(workers.process.pid):
            with contextlib.suppress(OSError):
                if b"officekit" in Path(f"/proc/{one}/cmdline").read_bytes():
                    found.append(one)
        return found

    until(lambda: len(kept()) == 1)
    return kept()[0]


@needs_office
def test_papers_of_several_people_are_made_by_one_office(workers: Workers) -> None:
    def ask(number: int) -> bytes:
        with on_behalf_of(str(number)):
            made: bytes = workers.ask("pdf", word(f"第{number}件收悉。"), False)
            return made

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(ask, range(4)))
    # PDFium is not to be used by several threads: it would end the process.
    assert [text_of(one) for one in made] == [f"第{number}件收悉。" for number in range(4)]
    first = office(workers)
    ask(5)
    assert office(workers) == first


@needs_office
def test_an_office_that_is_killed_in_the_middle_costs_nobody_their_paper(workers: Workers) -> None:
    workers.ask("pdf", word("先前"), False)
    first = office(workers)
    os.kill(first, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(workers.ask, "pdf", word("中断以后照样生成。"), False)
        # The worker that asks is there: the office has its order, and is killed with it.
        until(lambda: len(children(workers.process.pid)) == 2)
        os.kill(first, signal.SIGKILL)
        assert text_of(asked.result()) == "中断以后照样生成。"
    assert office(workers) != first


@needs_office
def test_an_idle_office_goes_while_a_file_takes_much_memory(
    workers: Workers, tmp_path: Path
) -> None:
    workers.ask("pdf", word("先前"), False)
    first, pipe = office(workers), tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(workers.ask, "fill", str(pipe))
        until(lambda: first not in children(workers.process.pid))
        pipe.write_text("读完")
        assert reading.result() == "读完x"
    # It was no fault of its: the next paper is made by another that is kept.
    assert text_of(workers.ask("pdf", word("照样生成。"), False)) == "照样生成。"
    assert office(workers) != first


@needs_office
def test_nothing_is_left_of_it_when_the_service_ends(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(tmp_path))
        found = Workers("desk.handing_in.handed_in")
        found.ask("pdf", word("一"), False)
        kept = office(found)
        assert list(tmp_path.iterdir())
        found.close()
    until(lambda: not Path(f"/proc/{kept}").exists())
    assert list(tmp_path.iterdir()) == []


@needs_office
def test_an_archival_paper_says_that_it_is_one_and_holds_its_faces(workers: Workers) -> None:
    made = workers.ask("pdf", word("归档的文稿，2026年。"), True)
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in made
    assert made.count(b"/FontFile") >= made.count(b"/FontDescriptor ") > 0
    plain = workers.ask("pdf", word("归档的文稿，2026年。"), False)
    assert b"pdfaid" not in plain
    assert text_of(made) == text_of(plain)


@needs_office
def test_what_a_paper_names_outside_itself_is_not_fetched(workers: Workers) -> None:
    """A picture by its address, on the net: nobody knocks there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        where = f"http://127.0.0.1:{server.getsockname()[1]}/a.png"
        made = workers.ask("pdf", linked(where), False)
        assert "收悉" in text_of(made)
        with pytest.raises(TimeoutError):
            server.accept()


def linked(where: str) -> bytes:
    document = docx.Document()
    paragraph = document.add_paragraph("收悉。")
    number = document.part.relate_to(
        where,
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
        is_external=True,
    )
    picture = OxmlElement("w:pict")
    shape = picture.makeelement("{urn:schemas-microsoft-com:vml}shape", {"style": "width:9pt"})
    image = shape.makeelement("{urn:schemas-microsoft-com:vml}imagedata", {qn("r:link"): number})
    shape.append(image)
    picture.append(shape)
    paragraph.add_run()._r.append(picture)
    stream = io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as archive:
        assert where.encode() in archive.read("word/_rels/document.xml.rels")
    return stream.getvalue()


# ------------------------------------------------------------------ without it


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Serve orders by a function instead of LibreOffice, in a thread."""
    # In a thread it would bound the time of the process that tests, which dies of it much later.
    monkeypatch.setattr(officekit, "bound_processor_time", lambda seconds: None)
    # And the memory that counts here is that of all the tests before.
    monkeypatch.setattr(officekit, "own_kb", lambda: 0)
    monkeypatch.setattr(kept_office, "BEGIN_SECONDS", _SOON)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    kept_office.install(ours, 0)
    threads: list[threading.Thread] = []

    def begin(convert: Callable[[Path, Path, str, str], bool]) -> None:
        work = threading.Thread(target=officekit.serve, args=(theirs, tmp_path, convert))
        work.start()
        threads.append(work)

    yield begin
    kept_office.install(None, 0)
    ours.close()
    for one in threads:
        one.join(_SOON)
        assert not one.is_alive()
    theirs.close()


def copy(source: Path, target: Path, ending: str, options: str) -> bool:
    target.write_bytes(b"|".join([source.read_bytes(), ending.encode(), options.encode()]))
    return True


def test_what_is_asked_reaches_the_office_and_comes_back(
    line: Callable[..., None], tmp_path: Path
) -> None:
    line(copy)
    assert pdf.to_pdf(b"a") == b"a|pdf|"
    archival = pdf.to_pdf(b"b" * 3_000_000, archival=True)
    assert archival.startswith(b"b" * 3_000_000)
    assert json.loads(archival.rpartition(b"|")[2]) == {
        "SelectPdfVersion": {"type": "long", "value": "2"}
    }
    assert list(tmp_path.iterdir()) == []


def test_what_the_office_cannot_make_is_said(line: Callable[..., None]) -> None:
    line(lambda *_: False)
    with pytest.raises(UserError, match="未能生成 PDF；请先下载 Word 文件"):
        pdf.to_pdf(b"a")


def test_an_order_whose_asker_is_gone_is_passed_over(line: Callable[..., None]) -> None:
    done: list[bytes] = []

    def convert(source: Path, target: Path, ending: str, options: str) -> bool:
        done.append(source.read_bytes())
        return copy(source, target, ending, options)

    ours = kept_office._line
    assert ours is not None
    mine, other = socket.socketpair()
    order = json.dumps({"from": "docx", "to": "pdf", "options": ""}).encode()
    sending = array.array("i", [other.fileno()])
    ours.sendmsg([order], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, sending)])
    other.close()
    mine.close()
    line(convert)
    assert pdf.to_pdf(b"next") == b"next|pdf|"
    assert done == [b"next"]


def test_after_so_many_files_another_process_is_to_take_over(
    line: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(officekit, "FILES", 2)
    line(copy)
    options = (
        kept_office.convert(b"1", "docx", "pdf", "", 5),
        kept_office.convert(b"2", "docx", "pdf", "", 5),
    )
    assert options == (b"1|pdf|", b"2|pdf|")
    monkeypatch.setattr(kept_office, "BEGIN_SECONDS", 0.05)
    with pytest.raises(kept_office.Unready):
        kept_office.convert(b"3", "docx", "pdf", "", 5)


def test_an_office_that_hangs_is_given_up(
    line: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    held, killed = threading.Event(), list[int]()
    monkeypatch.setattr("os.killpg", lambda pid, _: killed.append(pid))

    def hang(*_: object) -> bool:
        held.wait(_SOON)
        return False

    line(hang)
    # A process that there is none of.
    monkeypatch.setattr(kept_office, "_pid", 4_194_305)
    with pytest.raises(TooSlow):
        kept_office.convert(b"a", "docx", "pdf", "", 0.05)
    held.set()
    assert killed == [4_194_305]


def test_without_an_office_no_group_of_processes_is_killed(
    line: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    held, killed = threading.Event(), list[int]()
    monkeypatch.setattr("os.killpg", lambda pid, _: killed.append(pid))
    line(lambda *_: held.wait(_SOON))
    with pytest.raises(TooSlow):
        kept_office.convert(b"a", "docx", "pdf", "", 0.05)
    held.set()
    assert killed == []


def test_one_that_ends_at_once_again_and_again_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[list[str]] = []

    class Fake:
        pid, returncode = 4_000_000, None

    def start(command: list[str], **_: object) -> Fake:
        started.append(command)
        return Fake()

    monkeypatch.setattr("subprocess.Popen", start)
    monkeypatch.setattr(libreoffice, "program", lambda: "/x/soffice")
    monkeypatch.setattr(officekit, "library", lambda _: tmp_path / "libmergedlo.so")
    kept = kept_office.KeptOffice()
    kept.ensure()
    kept.ensure()
    assert len(started) == 1
    assert not kept.ended(1, 0)
    assert kept.ended(Fake.pid, -11)
    assert len(started) == 2
    assert kept.ended(Fake.pid, -11)
    kept.ensure()
    assert len(started) == 2
    with pytest.raises(kept_office.Unready):
        kept_office.convert(b"", "docx", "pdf", "", 1)


def test_one_that_nobody_asked_for_long_is_not_started_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[object] = []

    class Fake:
        pid, returncode = 4_000_000, None

    monkeypatch.setattr("subprocess.Popen", lambda *a, **k: started.append(a) or Fake())
    monkeypatch.setattr(libreoffice, "program", lambda: "/x/soffice")
    monkeypatch.setattr(officekit, "library", lambda _: tmp_path / "libmergedlo.so")
    kept = kept_office.KeptOffice()
    kept.ensure()
    assert kept.ended(Fake.pid, officekit.IDLE)
    assert len(started) == 1
    kept.ensure()
    assert len(started) == 2
    assert kept.ended(Fake.pid, 0)
    assert len(started) == 3
    kept._process = None


@needs_office
def test_a_paper_that_nobody_wants_any_more_is_given_up(workers: Workers) -> None:
    workers.ask("pdf", word("先前"), False)
    kept = office(workers)
    os.kill(kept, signal.SIGSTOP)
    with pytest.raises(GivenUp):
        workers.ask("pdf", word("不要了"), False, how=How(given_up=lambda: True))
    os.kill(kept, signal.SIGCONT)
    assert text_of(workers.ask("pdf", word("还要的"), False)) == "还要的"
