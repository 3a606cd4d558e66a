"""Every form of a page that offices print, on invented pages: each field right, none guessed."""

import json

import pytest

from bench.reading_fields import VARIANTS, variant_pair

PAGES = [json.loads(line) for line in VARIANTS.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page['id']}-{page['note']}")
def test_a_variant_gives_every_printed_field_and_no_other(page):
    read, expected = variant_pair(page)
    assert read == expected
