"""Every form of a page that offices print, on invented pages: each field right, none guessed."""

import json
from pathlib import Path

import pytest

from drafting.reading import read_bytes
from drafting.reading.report import to_report

PAGES = [
    json.loads(line)
    for line in (Path(__file__).parent / "fixtures" / "variants.jsonl")
    .read_text("utf-8")
    .splitlines()
]
LISTS = ("issuers", "recipients", "contacts", "copies_to", "headings")
FIELDS = (
    *("kind", "title", "doc_no", "index_no", "recipient_count", "session", "item_no", "subject"),
    *("matter", "role", "date", "result_class", "disclosure", "signer", *LISTS),
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page['id']}-{page['note']}")
def test_a_variant_gives_every_printed_field_and_no_other(page):
    report = to_report(read_bytes(page["text"].encode(), "page.txt"))
    report["contacts"] = [[one["name"], one["phone"]] for one in report["contacts"]]
    report["headings"] = [one["text"] for one in report["headings"]]
    nothing = {name: [] if name in LISTS else None for name in FIELDS}
    assert {name: report[name] for name in FIELDS} == nothing | page["expected"]
