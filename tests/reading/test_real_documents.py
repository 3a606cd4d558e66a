"""Real documents are read to exactly what they print."""

import json
from collections.abc import Iterator

import pytest
from shared_data import SHARED, needs_shared

from bench.reading_fields import (
    count_printed,
    policy_pair,
    what_is_labelled,
    what_was_read,
)
from drafting.reading import read_file
from drafting.reading.report import to_report

pytestmark = [pytest.mark.shared, needs_shared]

SEEDS = sorted((SHARED / "seeds").glob("*.txt"))
REPLIES = SHARED / "replies" / "dev.jsonl"
FRESH = SHARED / "replies" / "fresh.jsonl"
POLICIES = SHARED / "policies"


def expected_of(name: str) -> dict:
    return json.loads((SHARED / "seeds" / "expected" / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_seed_reads_to_what_is_expected_of_it(path):
    report = to_report(read_file(path))
    for later in ("text", "grants", "commitments", "done"):
        report.pop(later)
    for measure in report["measures"]:
        measure["target_years"] = [target["year"] for target in measure.pop("targets")]
    assert report == expected_of(path.stem)


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_no_furniture_of_the_page_becomes_text(path):
    text = read_file(path).text
    for furniture in ("ICP备", "公网安备", "浏览次数", "长者模式", "无障碍", "上一篇", "网站地图"):
        assert furniture not in text
    assert "您现在的位置" not in text
    assert "【打印】" not in text


def test_flattened_punctuation_is_restored_throughout():
    text = read_file(SEEDS[3]).text
    assert "（一）加强科技创新政策引导" in text
    assert "提案收悉，现答复如下：" in text
    assert "昆政办〔2022〕16号）和" in text
    assert "到2025年，力争每万户企业中高新技术企业数达45家" in text


def test_what_an_author_mixed_is_left_as_he_wrote_it():
    text = read_file(SEEDS[0]).text
    assert "人工智能产业园和科创大厦等平台聚集效应,打造" in text


# ------------------------------------------------------------------ published replies


def labelled() -> Iterator[dict]:
    for line in REPLIES.read_text("utf-8").splitlines():
        yield json.loads(line)


@pytest.mark.parametrize(
    "page", list(labelled()) if REPLIES.exists() else [], ids=lambda p: p["id"]
)
def test_a_published_reply_gives_every_labelled_field(page):
    assert what_was_read(page) == what_is_labelled(page)


def test_fresh_replies_give_nearly_every_printed_field_and_invent_none():
    pages = [json.loads(line) for line in FRESH.read_text("utf-8").splitlines()]
    count = count_printed(pages)
    assert count.share >= 0.98, count.wrong
    assert count.invented == 0, count.wrong


# ------------------------------------------------------------------ policies


def policy_labels() -> list[dict]:
    path = POLICIES / "labels.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else []


@pytest.mark.parametrize("label", policy_labels(), ids=lambda label: label["doc_no"])
def test_a_state_council_document_gives_title_issuer_and_number(label):
    read, expected = policy_pair(label)
    assert read == expected
