"""文稿 in a real Chromium: printed it is the paper alone, and a PDF tells how far it is."""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from chromium_desk import needs_chromium, playwright_api
from web_fakes import PROPOSAL

from casework import Casework, aligned
from drafting.programs.workers import How

expect = playwright_api.expect
pytestmark = needs_chromium
SAID = "新建停车泊位一百二十个，接入平台统一管理，高峰时段加派人手——随到随疏。"
# Chromium writes radicals for the characters that look like them.
RADICALS = {
    ord(radical): ord(char) for radical, char in zip("⻋⻓⻘⺠⻚⻔", "车长青民页门", strict=True)
}


@pytest.fixture
def matter_id(data_folder: Path) -> int:
    with Casework.open(data_folder) as casework:
        made = casework.create_matter(PROPOSAL, "default")
        found = casework.matter(made)
        assert found is not None
        casework.confirm_suggestions(made, found.draft, 1)
        found = casework.matter(made)
        assert found is not None
        draft = aligned(found.draft)
        answers = tuple(replace(one, done="\n".join([SAID * 3] * 4)) for one in draft.answers)
        casework.save_draft(made, replace(draft, answers=answers), found.version)
        return made


def plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text.translate(RADICALS)).split())


@pytest.mark.parametrize("form", ["reply", "sign-off", "consultation"])
def test_printed_it_is_the_paper_and_nothing_else(
    page: playwright_api.Page, matter_id: int, form: str
) -> None:
    page.goto(f"/matters/{matter_id}/reply?form={form}")
    sheets = page.locator("section.page")
    expect(sheets.first).to_be_visible()
    # What stands on the screen alone (where a seal will sit) is not of the paper.
    page.emulate_media(media="print")
    shown = [plain(text) for text in sheets.all_inner_texts()]
    with pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True)) as printed:
        sizes = [tuple(round(side / 72 * 25.4) for side in one.get_size()) for one in printed]
        texts = [plain(one.get_textpage().get_text_bounded()) for one in printed]
    assert sizes == [(210, 297)] * len(shown)
    # The same characters on the same sheets: nothing of the page around, nothing pushed over.
    assert [sorted(text) for text in texts] == [sorted(text) for text in shown]


def test_a_pdf_is_waited_for_beside_its_paper_and_can_be_given_up(
    page: playwright_api.Page, matter_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ("paper", "paperfiles"):
        monkeypatch.setattr(f"web.paper_pages.{place}.office_available", lambda: True)
    asked: list[How] = []
    held = threading.Event()

    def make(docx: bytes, how: How, *, archival: bool) -> bytes:
        asked.append(how)
        assert how.waiting
        how.waiting(3)
        held.wait(60)
        how.waiting(0)
        return b"%PDF-"

    monkeypatch.setattr("desk.prints.printing.make_pdf", make)
    page.goto(f"/matters/{matter_id}/reply")
    room = page.locator("#printing")
    expect(room).to_be_hidden()
    page.get_by_role("link", name="PDF", exact=True).click()
    expect(room).to_contain_text("前面还有 3 件")
    page.get_by_role("button", name="取消").click()
    expect(page.locator(".notice").first).to_contain_text("已取消生成 PDF。")
    with page.expect_download() as given:
        page.get_by_role("link", name="PDF", exact=True).click()
        expect(room).to_contain_text("前面还有 3 件")
        held.set()
    assert given.value.suggested_filename.endswith("的答复.pdf")
    expect(room).to_contain_text("已生成")
    assert len(asked) == 2
