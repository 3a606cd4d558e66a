"""Print a folder of .docx as PDF by one engine: ``python engines.py aspose|spire IN OUT``.

Runs in an interpreter of its own, which has the evaluation wheels, and imports nothing of the
project. What the evaluation prints on each paper stays there.
"""

from __future__ import annotations

import sys
from pathlib import Path


def _aspose(source: Path, target: Path) -> None:
    import aspose.words as words

    words.Document(str(source)).save(str(target))


def _spire(source: Path, target: Path) -> None:
    from spire.doc import Document, FileFormat

    document = Document()
    document.LoadFromFile(str(source))
    document.SaveToFile(str(target), FileFormat.PDF)
    document.Close()


def main(engine: str, source: str, target: str) -> None:
    """Print each file; one that fails is left out and named."""
    work = {"aspose": _aspose, "spire": _spire}[engine]
    for path in sorted(Path(source).glob("*.docx")):
        work(path, Path(target) / f"{path.stem}.pdf")


if __name__ == "__main__":
    main(*sys.argv[1:])
