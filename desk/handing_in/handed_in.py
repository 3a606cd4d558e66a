"""What is handed in — papers, replies, tables, files edited in Word — read by workers.

The readers themselves are :mod:`drafting.reading` and others; here stands what is asked of them,
with limits. Results are plain data. A file's name is told in each message that stops its reading.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import docx
import msgspec

from corpus.importing import jobs, pool, worker
from desk.handing_in import long_texts
from drafting.checking.annotate import WordText, annotate, word_text
from drafting.errors import UserError
from drafting.intake import understand
from drafting.intake.ledger import read_tables
from drafting.intake.ledger.table import Table
from drafting.intake.nouns import Intake
from drafting.intake.secrecy import read_open
from drafting.language.limits import PAPER_MAX_CHARS
from drafting.language.secrecy import refuse_secrets
from drafting.model import Document, Draft, Finding, Kind, Reply
from drafting.model.serial import learned
from drafting.papers.plain.lines import Line
from drafting.papers.structure import build_document
from drafting.profile.proposing import PastReply
from drafting.programs.staying import Work
from drafting.programs.workers import PATIENCE, How, Job, Stopped, ask
from drafting.reading import read_lines
from drafting.returning.edited import Edited, read_edited
from drafting.returning.sealed import Difference, differences
from drafting.writing.own_template import Binding, Filled, Inspection, fill, inspect
from drafting.writing.printing import pdf

_LATER = 600.0
"""Seconds for which what works without a page waits for its turn."""


def read_paper(data: bytes, name: str) -> Intake:
    """Read and understand a paper that somebody hands in; nothing is kept.

    Raises :class:`UserError` where it cannot be read, bears a 密级, or is more than may be.
    """
    found: Intake = _asked("paper", data, name, about=name)
    return found


def read_document(data: bytes, name: str) -> Document:
    """Read a document that somebody hands in. Raises :class:`UserError` as :func:`read_paper`."""
    found: Document = _asked("document", data, name, about=name)
    return found


def read_all_lines(data: bytes, name: str) -> list[Line]:
    """Return the lines of a file that bears no 密级. Raises :class:`UserError`."""
    found: list[Line] = _asked("lines", data, name, about=name)
    return found


def read_at_all(data: bytes, name: str) -> bool:
    """Return whether a file could be read; where not, a worker's limits included, nobody has
    looked for a 密级. Raises :class:`UserError` for a 密级 on it."""
    try:
        found: bool = _asked("mark", data, name, about=name)
    except Stopped:
        return False
    return found


def read_of_batch(data: bytes, name: str) -> tuple[Intake, Kind]:
    """Read a paper of a batch, which nobody waits for. Raises :class:`UserError`."""
    found: tuple[Intake, Kind] = _asked("of batch", data, name, about=name, patience=_LATER)
    return found


def read_ledger(data: bytes, name: str) -> tuple[Table, ...]:
    """Return the tables of a ledger, which nobody waits for. Raises :class:`UserError`."""
    found: tuple[Table, ...] = _asked("ledger", data, name, about=name, patience=_LATER)
    return found


def read_back(data: bytes, name: str) -> Edited:
    """Read a paper edited in Word or WPS. Raises :class:`UserError`."""
    found: Edited = _asked("edited", data, name, about=name)
    return found


def read_sealed(data: bytes, name: str, ours: str, unseen: str) -> list[Difference]:
    """Return how a sealed paper differs from the text ``ours``, where ``unseen`` says nothing.

    Raises :class:`UserError` where it cannot be read or bears a 密级.
    """
    found: list[Difference] = _asked("sealed", data, name, ours, unseen, about=name)
    return found


def read_past_reply(data: bytes, name: str) -> PastReply:
    """Read a past reply, from which an office is set up. Raises :class:`UserError`."""
    found: PastReply = _asked("past reply", data, name, about=name)
    return found


def inspected_template(
    data: bytes, binding: Binding | None = None, *, name: str = ""
) -> Inspection:
    """Look an office's own template over, as :func:`drafting.writing.own_template.inspect`."""
    found: Inspection = _asked("template", data, binding, name, about=name)
    return found


def filled_template(data: bytes, reply: Reply, draft: Draft | None, binding: Binding) -> Filled:
    """Return a paper in an office's own template, as :func:`drafting.writing.own_template.fill`."""
    found: Filled = _asked("filled", data, reply, draft, binding)
    return found


def read_word_text(data: bytes) -> WordText:
    """Return the lines of a .docx as they are proofread. Raises :class:`UserError`."""
    found: WordText = _asked("word", data)
    return found


def marked_word_file(data: bytes, noted: Sequence[Finding], changed: Sequence[Finding]) -> bytes:
    """Return a .docx with comments and tracked changes. Raises :class:`UserError`."""
    found: bytes = _asked("marked", data, list(noted), list(changed))
    return found


def to_pdf(docx: bytes, *, archival: bool, how: How) -> bytes:
    """Return a .docx as PDF. Raises :class:`UserError` that says what to do instead."""
    try:
        found: bytes = ask(JOBS["pdf"], "pdf", docx, archival, how=how)
    except Stopped:
        raise UserError(_PDF_STOPPED) from None
    return found


def _asked(job: str, *args: Any, about: str = "", patience: float = PATIENCE) -> Any:
    return ask(JOBS[job], job, *args, how=How(PurePosixPath(about).name, patience))


# ------------------------------------------------------------------ what a worker does


def _paper(data: bytes, name: str) -> Intake:
    return understand(read_open(data, name))


def _of_batch(data: bytes, name: str) -> tuple[Intake, Kind]:
    document = read_open(data, name)
    return understand(document), document.kind


def _ledger(data: bytes, name: str) -> tuple[Table, ...]:
    with on_disk(name, data) as path:
        return read_tables(path, PurePosixPath(name).name)


@contextmanager
def on_disk(name: str, data: bytes) -> Iterator[Path]:
    """Write a file to the disk while the block runs: readers of tables need a path."""
    with tempfile.TemporaryDirectory(prefix="drafting-batch-") as folder:
        # The name on the disk is generated; only the ending is kept, which names the format.
        path = Path(folder) / f"file{PurePosixPath(name).suffix.lower()[:8]}"
        path.write_bytes(data)
        yield path


def _lines(data: bytes, name: str) -> list[Line]:
    lines = read_lines(data, name)
    refuse_secrets(line.text for line in lines)
    return lines


def _mark(data: bytes, name: str) -> bool:
    try:
        lines = read_lines(data, name)
    except UserError:
        return False
    refuse_secrets(line.text for line in lines)
    return True


def _sealed(data: bytes, name: str, ours: str, unseen: str) -> list[Difference]:
    return list(differences(ours, (line.text for line in _lines(data, name)), unseen))


def _past_reply(data: bytes, name: str) -> PastReply:
    lines = _lines(data, name)
    if sum(len(line.text) for line in lines) > PAPER_MAX_CHARS:
        raise UserError(f"超过 {PAPER_MAX_CHARS // 10_000} 万字，不像是一份答复。")
    return PastReply(build_document(lines), tuple(line.text for line in lines))


def _template(data: bytes, binding: object, name: str) -> Inspection:
    return inspect(data, msgspec.convert(binding, Binding | None), name=name)


def _filled(data: bytes, reply: object, draft: object, binding: object) -> Filled:
    return fill(
        data,
        msgspec.convert(reply, Reply),
        msgspec.convert(draft, Draft | None),
        msgspec.convert(binding, Binding),
    )


def _marked(data: bytes, noted: Sequence[object], changed: Sequence[object]) -> bytes:
    return annotate(
        data, msgspec.convert(noted, list[Finding]), msgspec.convert(changed, list[Finding])
    )


def _pdf(docx: bytes, archival: bool) -> bytes:
    return pdf.to_pdf(docx, archival=archival)


_READING = "读取文件"
_PDF_STOPPED = "生成 PDF 时 LibreOffice 中断，已停止；请再试一次，或先下载 Word 文件另存为 PDF。"
JOBS: Mapping[str, Job] = {
    "paper": Job(_paper, Intake, _READING),
    "document": Job(read_open, Document, _READING),
    "lines": Job(_lines, list[Line], _READING),
    "mark": Job(_mark, bool, _READING),
    "of batch": Job(_of_batch, tuple[Intake, Kind], _READING),
    "ledger": Job(_ledger, tuple[Table, ...], _READING),
    "edited": Job(read_edited, Edited, _READING),
    jobs.COLUMNS_NAME: jobs.COLUMNS,
    "sealed": Job(_sealed, list[Difference], _READING),
    "past reply": Job(_past_reply, PastReply, _READING),
    "template": Job(_template, Inspection, "读取模板"),
    "filled": Job(_filled, Filled, "按模板生成文稿"),
    "word": Job(word_text, WordText, _READING),
    long_texts.NAME: long_texts.JOB,
    "marked": Job(_marked, bytes, "写入批注"),
    "pdf": Job(_pdf, bytes, "生成 PDF", seconds=90, wall=150, lane="print"),
}
"""What may be asked of a worker."""

STAYING: Mapping[str, Work] = {pool.NAME: worker.answer}
"""Workers that stay until who asked for them dismisses them."""

learned(*(job.result for job in JOBS.values()), Binding, Reply)


def warm_up() -> None:
    """Load what every task needs, once, before the first."""
    text = "<html><p>关于停车的提案<p>建议：<p>一、新建停车泊位20个。<p>二、加强管理。</html>"
    page = _paper(text.encode(), "试.html")
    stream = io.BytesIO()
    document = docx.Document()
    for suggestion in page.proposal.suggestions:
        document.add_paragraph(suggestion.text)
    document.save(stream)
    _paper(stream.getvalue(), "试.docx")
    word_text(stream.getvalue())
    read_edited(stream.getvalue())
