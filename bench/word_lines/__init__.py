"""Where LibreOffice and two engines made after Word break the lines and pages of 120 papers.

Sixty are text, half of them seen while the lines were modelled; sixty have tables and attachments.

Aspose.Words and Spire.Doc are asked by their evaluation wheels, in an interpreter that
``BENCH_WORD_PYTHON`` names (``pip install aspose-words spire.doc``); without it only LibreOffice
is. Aspose wants OpenSSL 1.1, whose folder ``BENCH_WORD_LIBRARIES`` names. ``BENCH_WORD_KEEP`` names
a folder in which papers and prints are kept; ``BENCH_WORD_PART=a`` takes one part of the papers.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench.word_lines.compare import (
    Agreement,
    Broken,
    found_in,
    modelled,
    paragraphs,
    rows_in,
    table_rows,
)
from bench.word_lines.papers import papers
from bench.word_lines.printed import measuring_copy, printed_lines, small_lines
from bench.word_lines.tabled import tabled_papers
from drafting.model import Reply
from drafting.writing import write_docx
from drafting.writing.printing.pdf import convert_all
from drafting.writing.typesetting.pages import lay_out

ENGINES = ("aspose", "spire")
PARTS = (("a", "text, seen"), ("b", "text, unseen"), ("c", "tables and attachments"))
_ROOT = Path(__file__).resolve().parent


def main() -> None:
    """Print the agreement of every pair, of each part, in lines, rows of tables and pages."""
    python = os.environ.get("BENCH_WORD_PYTHON", "")
    part = os.environ.get("BENCH_WORD_PART", "")
    every = {**papers(), **tabled_papers()}
    chosen = {name: reply for name, reply in every.items() if name.startswith(part)}
    with _folder() as folder:
        found = break_all(chosen, folder, python)
    for letter, what in PARTS:
        names = [name for name in chosen if name.startswith(letter)]
        if names:
            _show(what, {who: {n: one[n] for n in names} for who, one in found.items()})


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    kept = os.environ.get("BENCH_WORD_KEEP")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def break_all(
    chosen: Mapping[str, Reply], folder: Path, python: str
) -> dict[str, dict[str, Broken]]:
    """Print ``chosen`` by every engine there is; return how each broke each paper."""
    layouts = {name: lay_out(reply) for name, reply in chosen.items()}
    files = {name: write_docx(reply) for name, reply in chosen.items()}
    found = {"ours": {name: modelled(layout) for name, layout in layouts.items()}}
    prints = convert_all(files, timeout=600)
    wanted = {name: (paragraphs(layout), table_rows(layout)) for name, layout in layouts.items()}
    found["libreoffice"] = {name: _read(prints[name], wanted[name], 0) for name in chosen}
    (folder / "libreoffice").mkdir(exist_ok=True)
    for name, data in prints.items():
        (folder / "libreoffice" / f"{name}.pdf").write_bytes(data)
    if not python:
        return found
    copies = folder / "copies"
    copies.mkdir(exist_ok=True)
    for old in copies.glob("*.docx"):
        old.unlink()
    for name, data in files.items():
        (copies / f"{name}.docx").write_bytes(measuring_copy(data))
    surroundings = {
        **os.environ,
        "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
        "LD_LIBRARY_PATH": os.environ.get("BENCH_WORD_LIBRARIES", ""),
    }
    for engine in ENGINES:
        target = folder / engine
        target.mkdir(exist_ok=True)
        command = [python, str(_ROOT / "engines.py"), engine, str(copies), str(target)]
        subprocess.run(command, check=True, env=surroundings)
        found[engine] = {name: _printed(target, name, wanted[name]) for name in chosen}
    return found


_Wanted = tuple[list[str], list[tuple[str, ...]]]
"""The paragraphs of a paper, and the rows of its tables."""


def _printed(folder: Path, name: str, wanted: _Wanted) -> Broken:
    """What an engine printed behind its notice, with its own count of pages."""
    broken = _read((folder / f"{name}.pdf").read_bytes(), wanted, 1)
    broken.pages = int((folder / f"{name}.pages").read_text()) - 1
    return broken


def _read(pdf: bytes, wanted: _Wanted, before: int) -> Broken:
    """How a print is broken; ``before`` pages hold the engine's notice."""
    pages = printed_lines(pdf)[before:]
    broken = found_in([[line.text for line in page] for page in pages], wanted[0], len(pages))
    broken.rows = rows_in(small_lines(pdf)[before:], wanted[1])
    return broken


def _show(what: str, found: Mapping[str, Mapping[str, Broken]]) -> None:
    print(f"\n## word-lines: {what}\n")
    print(
        "| | beside | lines | agree | in cells | agree | rows | same page | papers | same pages "
        "| not printed |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for one, other in _pairs(list(found)):
        agreement = Agreement()
        for name in found[one]:
            agreement.add(found[one][name], found[other][name])
        print(
            f"| {one} | {other} | {agreement.lines} | {agreement.share:.1f} % "
            f"| {agreement.cell_lines} | {agreement.cell_share:.1f} % "
            f"| {agreement.rows} | {agreement.same_rows} "
            f"| {agreement.papers} | {agreement.pages} | {agreement.missing} |"
        )


def _pairs(names: list[str]) -> Iterator[tuple[str, str]]:
    for number, one in enumerate(names):
        for other in names[number + 1 :]:
            yield one, other
