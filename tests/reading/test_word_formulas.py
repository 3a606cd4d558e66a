"""Formulas of Word, of equation fields and of OMML, told in one line."""

import pytest
from word_package import (
    field,
    p,
    texts,
)

# ------------------------------------------------------------------ equation fields


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("EQ \\f(120,3260)", "120/3260"),
        ("EQ \\r(3,x+1)", "∛(x+1)"),
        ("EQ \\r(,a)", "√a"),
        ("EQ \\o(\\s\\up 9(lán),岚)", "岚"),
        ('EQ \\* jc2 \\* "Font:宋体" \\* hps10 \\o\\ad(\\s\\up 9(lán),岚)', "岚"),
        ("EQ \\o\\ac(□,)", "☐"),
        ("EQ \\b(\\f(1,2))", "(1/2)"),
        ("EQ \\o(", ""),
        ("EQ \\", ""),
    ],
)
def test_equation_fields(code, expected):
    assert texts(p("前", field(code), "后")) == [f"前{expected}后"]


# ------------------------------------------------------------------ formulas


def m(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def part(name: str, inner: str) -> str:
    return f"<m:{name}>{inner}</m:{name}>"


def frac(above: str, below: str, properties: str = "") -> str:
    return part("f", properties + part("num", above) + part("den", below))


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (m("补贴=300元") + m("×") + m("车位数"), "补贴=300元×车位数"),
        (frac(m("a+b"), m("c")), "(a+b)/c"),
        (frac(frac(m("1"), m("2")), m("n")), "(1/2)/n"),
        (frac(m("n"), m("k"), '<m:fPr><m:type m:val="noBar"/></m:fPr>'), "(n; k)"),
        (part("sSup", part("e", m("x")) + part("sup", m("2"))), "x²"),
        (part("sSup", part("e", m("10")) + part("sup", m("-4"))), "10⁻⁴"),
        (part("sSup", part("e", m("x")) + part("sup", m("n+1"))), "x^(n+1)"),
        (part("sSub", part("e", m("a")) + part("sub", m("i"))), "a_i"),
        (part("sSubSup", part("e", m("a")) + part("sub", m("ij")) + part("sup", m("2"))), "a_ij²"),
        (part("sPre", part("sub", m("1")) + part("sup", m("n")) + part("e", m("C"))), "_1^nC"),
        (part("rad", "<m:radPr/><m:deg/>" + part("e", m("a+b"))), "√(a+b)"),
        (part("rad", part("deg", m("5")) + part("e", m("a"))), "⁵√a"),
        (
            part("nary", '<m:naryPr><m:chr m:val="∑"/></m:naryPr>' + part("sub", m("i=1"))
                 + part("sup", m("n"))
                 + part("e", part("sSub", part("e", m("x")) + part("sub", m("i"))))),
            "∑_(i=1)^n x_i",
        ),
        (
            part("nary", part("sub", m("0")) + part("sup", m("1")) + part("e", m("f(x)dx"))),
            "∫_0¹ f(x)dx",
        ),
        (part("d", part("e", m("a")) + part("e", m("b"))), "(a|b)"),
        (
            part("d", '<m:dPr><m:begChr m:val="{"/><m:endChr m:val=""/></m:dPr>'
                 + part("e", part("eqArr", part("e", m("x&amp;=1")) + part("e", m("y=2"))))),
            "{x=1; y=2",
        ),
        (
            part("m", part("mr", part("e", m("a")) + part("e", m("b")))
                 + part("mr", part("e", m("c")) + part("e", m("d")))),
            "[a, b; c, d]",
        ),
        (part("acc", part("e", m("x"))), "x̂"),
        (part("bar", '<m:barPr><m:pos m:val="top"/></m:barPr>' + part("e", m("x"))), "x̅"),
        (part("acc", '<m:accPr><m:chr m:val="⃗"/></m:accPr>' + part("e", m("AB"))), "AB⃗"),
        (part("func", part("fName", m("sin")) + part("e", m("x"))), "sin x"),
        (m("a") + part("func", part("fName", m("cos")) + part("e", m("x"))), "a cos x"),
        (
            part("func", part("fName", part("limLow", part("e", m("lim")) + part("lim", m("n→∞"))))
                 + part("e", m("a"))),
            "lim_(n→∞) a",
        ),
        (part("phant", '<m:phantPr><m:show m:val="0"/></m:phantPr>' + part("e", m("x"))), ""),
        (part("box", part("e", m("x"))) + part("borderBox", part("e", m("y"))), "xy"),
    ],
)  # fmt: skip
def test_a_formula_in_one_line(inner, expected):
    assert texts(p("按", f"<m:oMath>{inner}</m:oMath>", "计算。")) == [f"按{expected}计算。"]


def test_a_formula_of_another_program_is_named_where_it_stands():
    equation = '<w:r><w:object><o:OLEObject ProgID="Equation.DSMT4"/></w:object></w:r>'
    sheet = '<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'
    assert texts(p("按", equation, "计算", sheet, "。")) == ["按［公式］计算。"]


def test_formulas_on_lines_of_their_own():
    maths = "".join(f"<m:oMath>{m(one)}</m:oMath>" for one in ("a=1", "b=2"))
    assert texts(p("式中：", f"<m:oMathPara>{maths}</m:oMathPara>", "其余从略。")) == [
        *("式中：", "a=1", "b=2", "其余从略。"),
    ]
