"""Formulas (OMML) as a line of text: fractions with a stroke, powers and indices with ^ and _.

Source: ECMA-376 Part 1, 22.1 (Office Math). The way of writing is Unicode's nearly plain text
(UTN #28): (a+b)/c, x^2, a_i, √(b^2-4ac), ∑_(i=1)^n, [a, b; c, d]; powers of digits are printed as
raised digits, m².
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from drafting.reading.word.markup.names import M, W

_RAISED = str.maketrans("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾")
_RAISABLE = frozenset("0123456789+-−=()")
_DEEPEST = 60
# Accents that stand over one letter, as marks that combine with it.
_COMBINING = {"^": "̂", "~": "̃", "¯": "̄", "˙": "̇", "¨": "̈", "ˇ": "̌", "´": "́", "`": "̀", "→": "⃗"}


def linear(element: etree._Element, depth: int = 0) -> str:
    """Return the formula ``element`` (``m:oMath`` or a part of one) in one line."""
    if depth > _DEEPEST:
        return ""
    text = ""
    for child in element:
        piece = _piece(child, depth + 1)
        # A function's name would run together with a letter before it: a_n cos x.
        apart = child.tag == f"{M}func" and text[-1:].isalnum()
        text += f" {piece}" if apart else piece
    return text


def paragraph(element: etree._Element) -> str:
    """Return the formulas of an ``m:oMathPara``, a line each."""
    return "\n".join(linear(one) for one in element.iterchildren(f"{M}oMath"))


def raised(text: str) -> str:
    """Return ``text`` as raised digits where it is such, else behind a ^."""
    if text and _RAISABLE.issuperset(text):
        return text.translate(_RAISED)
    return f"^{enclosed(text)}" if text else ""


def fraction(above: str, below: str) -> str:
    """Return a fraction with a stroke, its parts in brackets where they are more than a word."""
    return f"{enclosed(above)}/{enclosed(below)}"


def radical(under: str, degree: str = "") -> str:
    """Return a root: √x, √(a+b), ³√x."""
    sign = {"3": "∛", "4": "∜"}.get(degree) or f"{raised(degree)}√"
    return f"{sign}{enclosed(under)}"


def enclosed(text: str) -> str:
    """Put ``text`` in brackets unless it is one word, number or already bracketed."""
    if all(one.isalnum() or one in ".%′∞_" for one in text) or _is_bracketed(text):
        return text
    return f"({text})"


def _is_bracketed(text: str) -> bool:
    if not (text.startswith("(") and text.endswith(")")):
        return False
    depth = 0
    for at, one in enumerate(text):
        depth += (one == "(") - (one == ")")
        if depth == 0 and at < len(text) - 1:
            return False
    return True


def _piece(node: etree._Element, depth: int) -> str:
    tag = node.tag
    if tag in (f"{M}t", f"{W}t"):
        return node.text or ""
    if tag in (f"{W}br", f"{W}tab"):
        return " "
    writer = _WRITERS.get(tag)
    if writer is not None:
        return writer(node, depth)
    return "" if tag in _SKIPPED else linear(node, depth)


def _part(node: etree._Element, name: str, depth: int) -> str:
    """The part ``name`` of a structure; empty slots show a box that is no text."""
    found = node.find(f"{M}{name}")
    return "" if found is None else linear(found, depth).strip()


def _set(node: etree._Element, properties: str, name: str, default: str) -> str:
    """A character or switch set in ``properties``; an empty one prints nothing."""
    found = node.find(f"{M}{properties}/{M}{name}")
    return default if found is None else found.get(f"{M}val", "")


def _fraction(node: etree._Element, depth: int) -> str:
    above, below = _part(node, "num", depth), _part(node, "den", depth)
    if _set(node, "fPr", "type", "bar") == "noBar":
        return f"({above}; {below})"
    return fraction(above, below)


def _super(node: etree._Element, depth: int) -> str:
    return _part(node, "e", depth) + raised(_part(node, "sup", depth))


def _index(text: str) -> str:
    return f"_{enclosed(text)}" if text else ""


def _sub(node: etree._Element, depth: int) -> str:
    return _part(node, "e", depth) + _index(_part(node, "sub", depth))


def _sub_super(node: etree._Element, depth: int) -> str:
    return _sub(node, depth) + raised(_part(node, "sup", depth))


def _pre(node: etree._Element, depth: int) -> str:
    before = _index(_part(node, "sub", depth)) + raised(_part(node, "sup", depth))
    return before + _part(node, "e", depth)


def _nary(node: etree._Element, depth: int) -> str:
    sign = _set(node, "naryPr", "chr", "∫")
    limits = _index(_part(node, "sub", depth)) + raised(_part(node, "sup", depth))
    return f"{sign}{limits} {_part(node, 'e', depth)}"


def _radical(node: etree._Element, depth: int) -> str:
    return radical(_part(node, "e", depth), _part(node, "deg", depth))


def _delimited(node: etree._Element, depth: int) -> str:
    opening, closing = _set(node, "dPr", "begChr", "("), _set(node, "dPr", "endChr", ")")
    between = _set(node, "dPr", "sepChr", "|")
    parts = [linear(one, depth).strip() for one in node.iterchildren(f"{M}e")]
    return opening + between.join(parts) + closing


def _matrix(node: etree._Element, depth: int) -> str:
    rows = [
        ", ".join(linear(one, depth).strip() for one in row.iterchildren(f"{M}e"))
        for row in node.iterchildren(f"{M}mr")
    ]
    return f"[{'; '.join(rows)}]"


def _equations(node: etree._Element, depth: int) -> str:
    parts = (linear(one, depth).replace("&", "").strip() for one in node.iterchildren(f"{M}e"))
    return "; ".join(part for part in parts if part)


def _accent(node: etree._Element, depth: int) -> str:
    return _marked(_part(node, "e", depth), _set(node, "accPr", "chr", "̂"))


def _bar(node: etree._Element, depth: int) -> str:
    above = _set(node, "barPr", "pos", "bot") == "top"
    return _marked(_part(node, "e", depth), "̅" if above else "̲")


def _marked(text: str, mark: str) -> str:
    mark = _COMBINING.get(mark, mark)
    combines = mark and (0x300 <= ord(mark[0]) <= 0x36F or 0x20D0 <= ord(mark[0]) <= 0x20F0)
    if combines and len(text) == 1:
        return text + mark
    return f"{enclosed(text)}{mark}" if text and combines else text


def _function(node: etree._Element, depth: int) -> str:
    name, of = _part(node, "fName", depth), _part(node, "e", depth)
    return f"{name}{of}" if of.startswith("(") else f"{name} {of}"


def _lower(node: etree._Element, depth: int) -> str:
    return _part(node, "e", depth) + _index(_part(node, "lim", depth))


def _upper(node: etree._Element, depth: int) -> str:
    return _part(node, "e", depth) + raised(_part(node, "lim", depth))


def _phantom(node: etree._Element, depth: int) -> str:
    unseen = _set(node, "phantPr", "show", "1") in ("0", "false", "off")
    return "" if unseen else _part(node, "e", depth)


_WRITERS: dict[object, Callable[[etree._Element, int], str]] = {
    f"{M}f": _fraction,
    f"{M}sSup": _super,
    f"{M}sSub": _sub,
    f"{M}sSubSup": _sub_super,
    f"{M}sPre": _pre,
    f"{M}nary": _nary,
    f"{M}rad": _radical,
    f"{M}d": _delimited,
    f"{M}m": _matrix,
    f"{M}eqArr": _equations,
    f"{M}acc": _accent,
    f"{M}bar": _bar,
    f"{M}func": _function,
    f"{M}limLow": _lower,
    f"{M}limUpp": _upper,
    f"{M}phant": _phantom,
}
_SKIPPED = frozenset(
    {f"{M}{name}" for name in ("ctrlPr", "rPr", "oMathParaPr", "argPr")}
    | {f"{W}{name}" for name in ("rPr", "del", "moveFrom", "delText", "instrText")}
)
