"""What is written is read back by the project's own reader to the same fields."""

from __future__ import annotations

import pytest
from writing_samples import CASES, LENGTHS

from drafting.reading import read_bytes
from drafting.writing import write_docx, write_text

REPLIES = {
    name: reply for name, reply in (CASES | LENGTHS).items() if reply.form in ("reply", "public")
}


@pytest.mark.parametrize("name", REPLIES)
@pytest.mark.parametrize("suffix", ["docx", "txt"])
def test_what_is_written_is_read_back(name: str, suffix: str) -> None:
    reply = REPLIES[name]
    data = write_docx(reply) if suffix == "docx" else write_text(reply).encode()
    document = read_bytes(data, f"答复.{suffix}")
    assert document.title == reply.title
    assert document.doc_no == reply.doc_no
    assert document.date == reply.date
    assert document.copies_to == reply.copies_to
    assert document.issuers == reply.signatures
    assert document.signer == reply.signer
    assert [(heading.label, heading.text) for heading in document.headings] == [
        (block.label, block.text) for block in reply.body if block.kind == "heading"
    ]
    phones = ["0789-8213306"] if reply.remark and "联系人" in reply.remark else []
    assert [contact.phone for contact in document.contacts] == phones
    assert document.result_class == ("A" if reply.result_label else None)
