"""Names of WordprocessingML: namespaces, and the few ways its properties are written.

Source: ECMA-376 Part 1 (transitional) and ISO/IEC 29500-1 (strict), which differ in namespaces
only as far as text goes: ``http://purl.oclc.org/ooxml/wordprocessingml/main`` is the other's
``http://schemas.openxmlformats.org/wordprocessingml/2006/main``.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
V = "{urn:schemas-microsoft-com:vml}"
OFFICE = "{urn:schemas-microsoft-com:office:office}"

_STRICT = "http://purl.oclc.org/ooxml/"
_TRANSITIONAL = "http://schemas.openxmlformats.org/"
_OFF = ("0", "false", "off")


def value(element: etree._Element | None) -> str:
    """Return the ``w:val`` of ``element``; ``""`` where there is none."""
    return "" if element is None else element.get(f"{W}val", "")


def number(text: str, default: int) -> int:
    """Return ``text`` as a whole number, or ``default`` where it is none."""
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 10 else default


def switched(element: etree._Element | None) -> bool | None:
    """Return what an on/off property says, or ``None`` where it is not there (17.17.4)."""
    return None if element is None else element.get(f"{W}val", "true") not in _OFF


def is_strict(content: bytes) -> bool:
    """Whether a part names a namespace of the strict schema; cheap, before it is parsed."""
    host = "purl.oclc.org"
    return host.encode() in content or host.encode("utf-16-le") in content


def to_transitional(root: etree._Element) -> None:
    """Rename what has strict names below ``root``, so that one set of names is looked for."""
    for element in root.iter(etree.Element):
        element.tag = _renamed(str(element.tag))
        for name in [name for name in element.attrib if str(name).startswith(f"{{{_STRICT}")]:
            element.set(_renamed(str(name)), element.attrib.pop(name))


def to_strict(root: etree._Element) -> None:
    """Undo :func:`to_transitional` below ``root``, whose elements still declare the strict names.

    Elements put in since then get them too; declarations that nothing uses any more go.
    """
    declared = {
        namespace: prefix
        for element in root.iter(etree.Element)
        for prefix, namespace in element.nsmap.items()
    }
    # A name of no element is needed to rename a namespace alone.
    back = {_renamed(f"{{{one}}}")[1:-1]: one for one in declared if one.startswith(_STRICT)}
    for element in root.iter(etree.Element):
        element.tag = _with(str(element.tag), back)
        for name in [name for name in element.attrib if str(name).startswith("{")]:
            if (new := _with(str(name), back)) != name:
                element.set(new, element.attrib.pop(name))
    kept = [prefix for prefix in declared.values() if prefix and not prefix.startswith("ns")]
    etree.cleanup_namespaces(root, keep_ns_prefixes=kept)


def strict_name(namespace: str) -> str:
    """Return what the strict schema calls a namespace of the transitional one."""
    folder, last = namespace.removeprefix(_TRANSITIONAL).rsplit("/2006/", 1)
    return f"{_STRICT}{folder}/{last}"


def _with(name: str, back: Mapping[str, str]) -> str:
    namespace, _, local = name.removeprefix("{").rpartition("}")
    return f"{{{back[namespace]}}}{local}" if namespace in back else name


def _renamed(name: str) -> str:
    if not name.startswith(f"{{{_STRICT}"):
        return name
    namespace, local = name[1:].split("}", 1)
    folder, last = namespace.removeprefix(_STRICT).rsplit("/", 1)
    return f"{{{_TRANSITIONAL}{folder}/2006/{last}}}{local}"
