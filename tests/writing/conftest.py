from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest
from PIL import Image
from prepared import once
from schemas import schema  # noqa: F401 - a fixture, used by name
from writing_samples import CASES, CROWDED, GRID, LENGTHS, MIXED, TABLED

from drafting.writing import write_docx
from drafting.writing.printing.pdf import convert_all, office_available


@pytest.fixture(scope="session")
def rendered(of_this_run: Path) -> dict[str, bytes]:
    """Every sample as PDF, in one start of LibreOffice for all processes of the run."""
    if not office_available() or not shutil.which("pdftoppm"):
        pytest.skip("缺少 LibreOffice 或 poppler，无法按渲染结果测量版式")
    replies = CASES | LENGTHS | dict(GRID) | MIXED | CROWDED | TABLED
    numbered = dict(enumerate(replies.items()))

    def render(folder: Path) -> None:
        papers = {str(number): write_docx(reply) for number, (_, reply) in numbered.items()}
        for number, pdf in convert_all(papers, 300).items():
            (folder / number).write_bytes(pdf)

    folder = once(of_this_run, "rendered", render)
    return {name: (folder / str(number)).read_bytes() for number, (name, _) in numbered.items()}


@pytest.fixture(scope="session")
def pages(rendered: dict[str, bytes]) -> dict[str, list[pdfplumber.page.Page]]:
    return {name: pdfplumber.open(io.BytesIO(pdf)).pages for name, pdf in rendered.items()}


@pytest.fixture(scope="session")
def first_page_image(rendered: dict[str, bytes]) -> Callable[[str], Image.Image]:
    """The first page as a picture of ten pixels a millimetre."""

    def draw(name: str) -> Image.Image:
        # As bare dots: to pack them as PNG takes ten times longer than to draw them.
        command = ["pdftoppm", "-r", "254", "-f", "1", "-l", "1", "-"]
        done = subprocess.run(command, input=rendered[name], capture_output=True, check=True)
        return Image.open(io.BytesIO(done.stdout)).convert("RGB")

    return draw
