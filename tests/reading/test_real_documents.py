"""Real documents are read to exactly what they print."""

import json
from collections.abc import Iterator

import pytest
from shared_data import SHARED, needs_shared

from drafting.reading import read_bytes, read_file
from drafting.reading.report import to_report
from drafting.reading.restore import restore

pytestmark = [pytest.mark.shared, needs_shared]

SEEDS = sorted((SHARED / "seeds").glob("*.txt"))
REPLIES = SHARED / "replies" / "dev.jsonl"
POLICIES = SHARED / "policies"


def expected_of(name: str) -> dict:
    return json.loads((SHARED / "seeds" / "expected" / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_a_seed_reads_to_what_is_expected_of_it(path):
    report = to_report(read_file(path))
    report.pop("text")
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


def plain(text):
    """Labels were taken from the pages as scraped, in half-width; compare them restored."""
    return restore(text.replace(" ", "")) if isinstance(text, str) else text


def what_was_read(page: dict) -> dict:
    report = to_report(read_bytes(page["text"].encode(), "page.txt"))
    return {
        "kind": report["matter"] or "其他",
        "role": {"主办": "主办答复", "会办": "会办意见"}[report["role"]],
        **{key: plain(report[key]) for key in ("title", "doc_no", "item_no", "session", "subject")},
        "recipients": report["recipients"],
        "recipient_count": report["recipient_count"],
        "issuer": "、".join(report["issuers"]) or None,
        **{key: report[key] for key in ("date", "result_class", "disclosure", "signer")},
        "contact_names": {one["name"] for one in report["contacts"] if one["name"]},
        "contact_phones": {one["phone"] for one in report["contacts"] if one["phone"]},
        "cc": [plain(unit) for unit in report["copies_to"]],
        "headings": [plain(heading["text"]) for heading in report["headings"]],
    }


def what_is_labelled(page: dict) -> dict:
    labels = {key: plain(value) for key, value in page["labels"].items()}
    labels.pop("has_next_steps")
    labels["contact_names"] = set(labels["contact_names"])
    labels["contact_phones"] = set(labels["contact_phones"])
    labels["cc"] = [plain(unit) for unit in labels["cc"]]
    labels["headings"] = [plain(heading) for heading in labels["headings"]]
    return labels


@pytest.mark.parametrize(
    "page", list(labelled()) if REPLIES.exists() else [], ids=lambda p: p["id"]
)
def test_a_published_reply_gives_every_labelled_field(page):
    assert what_was_read(page) == what_is_labelled(page)


# ------------------------------------------------------------------ policies


def policy_labels() -> list[dict]:
    path = POLICIES / "labels.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else []


@pytest.mark.parametrize("label", policy_labels(), ids=lambda label: label["doc_no"])
def test_a_state_council_document_gives_title_issuer_and_number(label):
    document = read_file(POLICIES / f"{label['id']:02d}.html")
    assert {
        "title": document.title,
        "issuer": "、".join(document.issuers),
        "doc_no": document.doc_no,
    } == {key: label[key] for key in ("title", "issuer", "doc_no")}
