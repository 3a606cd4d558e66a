"""The XML of each form in each skin, kept under ``golden/``; run this file to write it afresh.

A changed file there is a change of the paper, and is looked at before it is committed.
"""

from __future__ import annotations

import io
import re
import sys
import zipfile
from pathlib import Path

from lxml import etree

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "assembly"), str(TESTS / "writing")]

from assembly_cases import CASES, PROCEDURE_DRAFT, TODAY, make  # noqa: E402

from drafting.assembly import FORM_NAMES, assemble  # noqa: E402
from drafting.model import Reply  # noqa: E402
from drafting.profile import load_profile  # noqa: E402
from drafting.writing import write_docx  # noqa: E402

GOLDEN = Path(__file__).parent / "golden"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARK = re.compile(r"_[LP]\d+_[0-9a-f]{8}")
_PARTS = ("word/document.xml", "word/header", "word/footer", "docProps/")
_TABLES = ("consultation", "contact-record", "sign-off")


def replies() -> dict[str, Reply]:
    """A reply of each form, the letters in both skins."""
    found: dict[str, Reply] = {}
    for form in FORM_NAMES:
        if form == "co-handling":
            found["co-handling-letter"] = make("co-handling")
            continue
        for skin in ("letter",) if form in _TABLES else ("letter", "document"):
            reply = assemble(
                PROCEDURE_DRAFT, load_profile("default"), form=form, skin=skin, today=TODAY
            )
            found[form if form in _TABLES else f"{form}-{skin}"] = reply
    found["reply-joint-document"] = make("reply-joint-to-a-body")
    assert set(CASES) >= {"co-handling", "reply-joint-to-a-body"}
    return found


def printed(reply: Reply) -> str:
    """The parts that differ from paper to paper, indented."""
    pieces = []
    with zipfile.ZipFile(io.BytesIO(write_docx(reply))) as archive:
        for name in archive.namelist():
            if name.startswith(_PARTS):
                pieces.append(f"<!-- {name} -->\n{_indented(archive.read(name))}")
    return "\n".join(pieces)


def styles() -> str:
    """The style list, which all papers share."""
    with zipfile.ZipFile(io.BytesIO(write_docx(make("reply-default")))) as archive:
        names = ("word/styles.xml", "word/settings.xml", "word/fontTable.xml")
        return "\n".join(f"<!-- {name} -->\n{_indented(archive.read(name))}" for name in names)


def _indented(data: bytes) -> str:
    root = etree.fromstring(data)
    # The marks for the way back say the text again, as digests: tests/comparing has them.
    marks = [one for one in root.iter(f"{_W}bookmarkStart") if _MARK.match(one.get(f"{_W}name"))]
    numbers = {one.get(f"{_W}id") for one in marks}
    ends = [one for one in root.iter(f"{_W}bookmarkEnd") if one.get(f"{_W}id") in numbers]
    for one in (*marks, *ends):
        one.getparent().remove(one)
    etree.indent(root, " ")
    return etree.tostring(root, encoding="unicode")


def main() -> None:
    """Write all golden files."""
    for path in GOLDEN.glob("*.xml"):
        path.unlink()
    (GOLDEN / "styles.xml").write_text(styles() + "\n", "utf-8")
    for name, reply in replies().items():
        (GOLDEN / f"{name}.xml").write_text(printed(reply) + "\n", "utf-8")


if __name__ == "__main__":
    main()
