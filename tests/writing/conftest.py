from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest
from lxml import etree
from PIL import Image
from writing_samples import CASES, GRID, LENGTHS

from drafting.writing import write_docx
from drafting.writing.pdf import convert_all, office_available

SCHEMAS = Path(__file__).resolve().parents[2] / "../shared/ooxml-xsd"
_XML_XSD = """<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"
  targetNamespace="http://www.w3.org/XML/1998/namespace">
  <xsd:attribute name="space"><xsd:simpleType><xsd:restriction base="xsd:NCName">
    <xsd:enumeration value="default"/><xsd:enumeration value="preserve"/>
  </xsd:restriction></xsd:simpleType></xsd:attribute>
  <xsd:attribute name="lang" type="xsd:language"/>
</xsd:schema>"""


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], etree.XMLSchema]:
    """Load a schema of ../shared/ooxml-xsd; its xml: attributes come from a file of ours."""
    if not SCHEMAS.is_dir():
        pytest.skip("缺少 ../shared/ooxml-xsd，无法按 WordprocessingML 架构校验")
    folder = tmp_path_factory.mktemp("schemas") / "xsd"
    shutil.copytree(SCHEMAS, folder)
    (folder / "xml.xsd").write_text(_XML_XSD, encoding="utf-8")
    bare = '<xsd:import namespace="http://www.w3.org/XML/1998/namespace"/>'
    found = bare.replace("/>", ' schemaLocation="xml.xsd"/>')
    for path in folder.glob("*.xsd"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(bare, found), encoding="utf-8")
    loaded: dict[str, etree.XMLSchema] = {}

    def load(name: str) -> etree.XMLSchema:
        if name not in loaded:
            loaded[name] = etree.XMLSchema(etree.parse(folder / name))
        return loaded[name]

    return load


@pytest.fixture(scope="session")
def rendered() -> dict[str, bytes]:
    """Every sample as PDF, in one start of LibreOffice."""
    if not office_available() or not shutil.which("pdftoppm"):
        pytest.skip("缺少 LibreOffice 或 poppler，无法按渲染结果测量版式")
    replies = CASES | LENGTHS | GRID
    return convert_all({name: write_docx(reply) for name, reply in replies.items()}, 300)


@pytest.fixture(scope="session")
def pages(rendered: dict[str, bytes]) -> dict[str, list[pdfplumber.page.Page]]:
    return {name: pdfplumber.open(io.BytesIO(pdf)).pages for name, pdf in rendered.items()}


@pytest.fixture(scope="session")
def first_page_image(rendered: dict[str, bytes]) -> Callable[[str], Image.Image]:
    """The first page as a picture of ten pixels a millimetre."""
    pictures: dict[str, Image.Image] = {}

    def draw(name: str) -> Image.Image:
        if name not in pictures:
            command = ["pdftoppm", "-r", "254", "-f", "1", "-l", "1", "-png", "-"]
            done = subprocess.run(command, input=rendered[name], capture_output=True, check=True)
            pictures[name] = Image.open(io.BytesIO(done.stdout)).convert("RGB")
        return pictures[name]

    return draw
