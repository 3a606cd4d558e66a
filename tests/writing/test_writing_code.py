"""A QR code below a form: in the Word file, in the preview, on one page with the form."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import pdfplumber
import pytest
from procedure_fakes import PROFILE, PROPOSAL, whole

from drafting.assembly import assemble
from drafting.model import Code, Proposer, Reply
from drafting.writing import qr, render_preview, write_docx, write_text
from drafting.writing.printing.pdf import office_available, to_pdf
from drafting.writing.typesetting.pages import lay_out

ADDRESS = "https://tian.example.cn/r/abcdefghijklmnopqrstuvwxyz012345"
NOTE = "也可以扫码填写，只能提交一次"


@pytest.fixture(scope="module")
def form() -> Reply:
    """The form at its fullest: with phone, sector and address."""
    who = Proposer("沈知秋", phone="0000-1234567", sector="经济界", address="青岚区梧桐路1号")
    draft = whole(replace(PROPOSAL, proposers=(who,)))
    return replace(assemble(draft, PROFILE, form="consultation"), code=Code(ADDRESS, NOTE))


def test_the_word_file_holds_the_picture_and_the_same_bytes_each_time(form: Reply) -> None:
    data = write_docx(form)
    assert data == write_docx(form)
    document = docx.Document(io.BytesIO(data))
    (shape,) = document.inline_shapes
    assert (round(shape.width.mm, 1), round(shape.height.mm, 1)) == (22.0, 22.0)
    pictures = [one.blob for one in document.part.package.parts if one.content_type == "image/png"]
    assert pictures == [qr.png(ADDRESS)]
    assert NOTE in [one.text for one in document.paragraphs]


def test_without_a_code_nothing_is_other_than_it_was(form: Reply) -> None:
    bare = replace(form, code=None)
    assert not list(docx.Document(io.BytesIO(write_docx(bare))).inline_shapes)
    assert "<svg" not in render_preview(bare)


def test_the_preview_shows_it_without_style_or_script(form: Reply) -> None:
    shown = render_preview(form)
    assert shown.count("<svg") == 1 and NOTE in shown
    assert "style=" not in shown and "<script" not in shown


def test_the_text_says_the_address_and_what_it_is_for(form: Reply) -> None:
    assert write_text(form).endswith(f"{ADDRESS}\n{NOTE}\n")


def test_the_form_stays_on_one_page(form: Reply) -> None:
    layout = lay_out(form)
    assert len(layout.pages) == 1
    assert layout.fit.room_mm <= lay_out(replace(form, code=None)).fit.room_mm


@pytest.mark.office
@pytest.mark.skipif(not office_available(), reason="未安装 LibreOffice")
def test_the_pdf_has_one_page_with_the_code_whole(form: Reply) -> None:
    with pdfplumber.open(io.BytesIO(to_pdf(write_docx(form)))) as pdf:
        (page,) = pdf.pages
        (image,) = page.images
        assert abs(image["x1"] - image["x0"] - 22 * 72 / 25.4) < 1
        assert abs(image["bottom"] - image["top"] - 22 * 72 / 25.4) < 1
        below = page.crop((0, image["bottom"], page.width, page.height)).extract_text()
        assert "扫码填写" in below
