"""How much of what other programs read of a file we read too, on folders of files.

``python -m bench coverage FOLDER…`` reads each file with our reader and with the peer for its
ending, and counts the peer's words that are in our text: a word is a run of letters and digits, or
one Chinese character; one that the peer has twice must be in ours twice. docs/performance.md says
where the peers' own test files are got. ``BENCH_DATA`` names a folder that keeps what the peers
read between runs.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from drafting.errors import UserError
from drafting.programs import libreoffice
from drafting.programs.running import TooSlow
from drafting.reading import read_lines
from drafting.reading.archive_guard import open_zip, read_part

LEAST = 80.0
_REASONS = Path(__file__).with_name("coverage_reasons.toml")
_TEXT_ONLY = Path(__file__).with_name("coverage_text_only.lua")
_WORD = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+")
# Marks of notes are each program's own: [1] where pandoc puts a note.
_MARK = re.compile(r"\[[0-9a-z*]{1,4}\]")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that files with these endings are read by; ``command`` takes the file's path."""

    name: str
    package: str
    command: tuple[str, ...]
    endings: tuple[str, ...]

    @property
    def is_there(self) -> bool:
        return shutil.which(self.command[0]) is not None


PEERS = (
    Peer(
        "pandoc",
        "pandoc",
        ("pandoc", "-t", "plain", "--wrap=none", "-L", str(_TEXT_ONLY)),
        (".docx", ".odt"),
    ),
    Peer("pdftotext", "poppler-utils", ("pdftotext", "-enc", "UTF-8", "-q"), (".pdf",)),
    Peer("LibreOffice", libreoffice.PACKAGE, ("soffice",), (".doc", ".rtf")),
)


@dataclass(frozen=True, slots=True)
class Read:
    """One file: the peer's words, how many of them are in ours, and why ours may have none."""

    path: Path
    words: int
    found: int
    refused: str = ""

    @property
    def share(self) -> float:
        return 100 * self.found / self.words


def main(folders: Sequence[str] = ()) -> int:
    """Print the table for each peer; 1 where a file below the mark has no listed reason."""
    if not folders:
        print("\n## coverage\n\nname folders of files: python -m bench coverage FOLDER…")
        return 0
    unexplained = 0
    for peer in PEERS:
        paths = [path for path in _files(folders) if path.suffix.lower() in peer.endings]
        if paths and not peer.is_there:
            print(f"\n## coverage: {peer.name} is not here: install {peer.package}")
        elif paths:
            unexplained += _show(peer, paths)
    return 1 if unexplained else 0


def _files(folders: Sequence[str]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in Path(folder).rglob("*") if path.is_file())


def _show(peer: Peer, paths: Sequence[Path]) -> int:
    read = [one for path in paths if (one := measured(peer, path)) is not None]
    words = sum(one.words for one in read)
    found = sum(one.found for one in read)
    low = [one for one in read if one.share < LEAST]
    unexplained = sum(not reason_for(one) for one in low)
    print(f"\n## coverage: {peer.name}, {', '.join(peer.endings)}\n")
    print(f"{len(paths)} files, {len(read)} in which {peer.name} finds words: {words:,} words,")
    print(f"of which we have {found:,} ({100 * found / max(1, words):.2f} %).")
    expected = [one for one in read if one.refused or reason_for(one)]
    rest = [one for one in read if one not in expected]
    share = 100 * sum(one.found for one in rest) / max(1, sum(one.words for one in rest))
    print(f"Without the {len(expected)} files with a listed reason: {share:.2f} %.")
    print(f"Under {LEAST:.0f} %: {len(low)} files, {unexplained} of them without a listed reason.")
    print("\n| file | words | ours | reason |\n|---|---|---|---|")
    for one in sorted(low, key=lambda one: (bool(reason_for(one)), one.path)):
        reason = reason_for(one) or f"— {one.refused}".rstrip("— ")
        print(f"| {one.path.name} | {one.words} | {one.share:.1f} % | {reason} |")
    return unexplained


def measured(peer: Peer, path: Path) -> Read | None:
    """Read ``path`` with both; ``None`` where the peer finds no words."""
    theirs = words_of(peers_text(peer, path))
    total = sum(theirs.values())
    if not total:
        return None
    try:
        ours = words_of("\n".join(line.text for line in read_lines(path.read_bytes(), path.name)))
    except UserError as error:
        return Read(path, total, 0, error.message)
    return Read(path, total, sum((theirs & ours).values()))


def words_of(text: str) -> Counter[str]:
    """Return the words of ``text``, compatibility forms, case and notes' marks aside."""
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    plain = _MARK.sub(" ", text.casefold())
    return Counter(_WORD.findall(plain))


def peers_text(peer: Peer, path: Path) -> str:
    """Return what the peer reads of a file; ``""`` where it fails."""
    kept = _kept(peer, path)
    if kept is not None and kept.is_file():
        return kept.read_text("utf-8")
    text = _by_office(path) if peer.name == "LibreOffice" else _by_command(peer, path)
    if kept is not None:
        kept.write_text(text, "utf-8")
    return text


def _kept(peer: Peer, path: Path) -> Path | None:
    folder = os.environ.get("BENCH_DATA")
    if not folder:
        return None
    name = hashlib.sha256(path.read_bytes()).hexdigest()
    kept = Path(folder) / f"{peer.name}-{name}.txt"
    kept.parent.mkdir(parents=True, exist_ok=True)
    return kept


def _by_command(peer: Peer, path: Path) -> str:
    command = [*peer.command, str(path), *(("-",) if peer.name == "pdftotext" else ())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _by_office(path: Path) -> str:
    name = f"document{path.suffix.lower()}"
    try:
        made = libreoffice.convert({name: path.read_bytes()}, "txt:Text (encoded):UTF8", timeout=60)
    except TooSlow:
        return ""
    return made.get("document", b"").decode("utf-8", "replace")


def reason_for(read: Read) -> str:
    """Return why ``read`` has few words: by its refusal's message, its name, or what it holds."""
    table = tomllib.loads(_REASONS.read_text("utf-8"))
    for piece, reason in table["refused"].items():
        if read.refused and piece in read.refused:
            return str(reason)
    for pattern, reason in table["files"].items():
        if fnmatch.fnmatch(read.path.as_posix(), f"*/{pattern}"):
            return str(reason)
    held = _main_part(read.path)
    return next((str(why) for mark, why in table["holds"].items() if mark.encode() in held), "")


def _main_part(path: Path) -> bytes:
    """Return what a .docx says in its main part, as it stands there."""
    if path.suffix.lower() != ".docx":
        return b""
    try:
        return read_part(open_zip(path, "file"), "word/document.xml") or b""
    except UserError:
        return b""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
