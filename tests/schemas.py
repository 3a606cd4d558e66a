"""The WordprocessingML schemas of ../shared, to validate every .docx that is written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

SCHEMAS = Path(__file__).resolve().parents[1] / "../shared/ooxml-xsd"
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
