"""Print a folder of .docx as PDF by one engine: ``python engines.py aspose|spire IN OUT``.

Runs in an interpreter of its own, which has the evaluation wheels, and imports nothing of the
project. What the evaluation prints on each paper stays there.
"""

from __future__ import annotations

import sys
from pathlib import Path


def _aspose(source: Path, target: Path) -> int:
    import aspose.words as words

    document = words.Document(str(source))
    document.save(str(target))
    return int(document.page_count)


def _spire(source: Path, target: Path) -> int:
    from spire.doc import Document, FileFormat

    document = Document()
    document.LoadFromFile(str(source))
    document.SaveToFile(str(target), FileFormat.PDF)
    pages = int(document.PageCount)
    document.Close()
    return pages


def main(engine: str, source: str, target: str) -> None:
    """Print each file; beside it the engine's own count of pages, as an evaluation prints ten."""
    work = {"aspose": _aspose, "spire": _spire}[engine]
    for path in sorted(Path(source).glob("*.docx")):
        pages = work(path, Path(target) / f"{path.stem}.pdf")
        (Path(target) / f"{path.stem}.pages").write_text(str(pages))


if __name__ == "__main__":
    main(*sys.argv[1:])
