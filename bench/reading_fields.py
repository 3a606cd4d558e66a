"""How many fields are read right, field by field, on labelled pages; and how fast.

Pages: the published replies and the State Council documents beside the project, where they are,
and the invented variants among the fixtures of the tests.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from drafting.papers.plain.lines import to_lines
from drafting.papers.plain.restore import restore
from drafting.papers.structure import build_document
from drafting.reading import read_bytes, read_file
from drafting.reading.report import to_report

PROJECT = Path(__file__).resolve().parent.parent
SHARED = PROJECT.parent / "shared"
VARIANTS = PROJECT / "tests" / "reading" / "fixtures" / "variants.jsonl"
LISTS = ("issuers", "recipients", "contacts", "copies_to", "headings")
FIELDS = (
    *("kind", "title", "doc_no", "index_no", "recipient_count", "session", "item_no", "subject"),
    *("matter", "role", "date", "result_class", "disclosure", "signer", *LISTS),
)
_PRINTED = ("title", "doc_no", "item_no", "session", "subject")
# Fields of the pages that nobody tuned the reader on, as their labels name them.
_FRESH = (
    *("title", "doc_no", "item_no", "session", "recipients", "recipient_count", "date", "subject"),
    *("result_class", "signer", "contacts", "copies_to", "issuer", "matter", "role", "headings"),
)
_ROLES = {"主办": "主办答复", "会办": "会办意见"}


def main() -> None:
    """Print the marks by field and the speed."""
    replies = SHARED / "replies" / "dev.jsonl"
    if replies.exists():
        pages = _lines(replies)
        _show("published replies", [(what_was_read(p), what_is_labelled(p)) for p in pages])
    fresh = SHARED / "replies" / "fresh.jsonl"
    if fresh.exists():
        _show_printed("fresh published replies", _lines(fresh))
    policies = SHARED / "policies" / "labels.json"
    if policies.exists():
        labels = json.loads(policies.read_text("utf-8"))
        _show("State Council documents", [policy_pair(label) for label in labels])
    _show("invented variants", [variant_pair(page) for page in _lines(VARIANTS)])
    _show_speed()


def what_was_read(page: dict) -> dict:
    """Return the fields read from a published page, named and shaped as its labels are."""
    report = to_report(read_bytes(page["text"].encode(), "page.txt"))
    return {
        "kind": report["matter"] or "其他",
        "role": _ROLES.get(report["role"]),
        **{
            key: _plain(report[key]) for key in ("title", "doc_no", "item_no", "session", "subject")
        },
        "recipients": report["recipients"],
        "recipient_count": report["recipient_count"],
        "issuer": "、".join(report["issuers"]) or None,
        **{key: report[key] for key in ("date", "result_class", "disclosure", "signer")},
        "contact_names": {one["name"] for one in report["contacts"] if one["name"]},
        "contact_phones": {one["phone"] for one in report["contacts"] if one["phone"]},
        "cc": [_plain(unit) for unit in report["copies_to"]],
        "headings": [_plain(heading["text"]) for heading in report["headings"]],
    }


@dataclass(slots=True)
class Printed:
    """Of the fields that pages print, how many were read right; of the others, how many invented.

    ``wrong`` names each page and field that differ, with what was read.
    """

    printed: int = 0
    right: int = 0
    absent: int = 0
    invented: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of printed fields that were read right."""
        return self.right / self.printed


def count_printed(pages: Iterable[dict]) -> Printed:
    """Return how many of the fields that ``pages`` print are read; ambiguous ones do not count."""
    count = Printed()
    for page in pages:
        labels, read = page["labels"], _fresh_fields(page["text"])
        for name in (name for name in _FRESH if name not in labels["ambiguous"]):
            wanted = _restored(labels[name]) or None
            right = read[name] == wanted
            if wanted is None:
                count.absent += 1
                count.invented += not right
            else:
                count.printed += 1
                count.right += right
            if not right:
                count.wrong.append(f"{page['id']} {name}: {read[name]!r}")
    return count


def _fresh_fields(text: str) -> dict:
    """Return the fields read from a page, shaped as the labels of fresh pages are."""
    report = to_report(read_bytes(text.encode(), "page.txt"))
    report["issuer"] = "、".join(report["issuers"])
    report["contacts"] = [[one["name"], one["phone"]] for one in report["contacts"]]
    report["headings"] = [[one["level"], one["label"]] for one in report["headings"]]
    return {name: _restored(report[name]) or None for name in _FRESH}


def _restored(value: object) -> object:
    return [_restored(one) for one in value] if isinstance(value, list) else _plain(value)


def what_is_labelled(page: dict) -> dict:
    """Return a published page's labels, punctuation restored as the reader restores it."""
    labels = {key: _plain(value) for key, value in page["labels"].items()}
    labels.pop("has_next_steps")
    labels["contact_names"] = set(labels["contact_names"])
    labels["contact_phones"] = set(labels["contact_phones"])
    labels["cc"] = [_plain(unit) for unit in labels["cc"]]
    labels["headings"] = [_plain(heading) for heading in labels["headings"]]
    return labels


def policy_pair(label: dict) -> tuple[dict, dict]:
    """Return what was read of a State Council document and what its label says."""
    document = read_file(SHARED / "policies" / f"{label['id']:02d}.html")
    read = {
        "title": document.title,
        "issuer": "、".join(document.issuers),
        "doc_no": document.doc_no,
    }
    return read, {key: label[key] for key in read}


def variant_pair(page: dict) -> tuple[dict, dict]:
    """Return what was read of an invented page and what it prints."""
    report = to_report(read_bytes(page["text"].encode(), "page.txt"))
    report["contacts"] = [[one["name"], one["phone"]] for one in report["contacts"]]
    report["headings"] = [one["text"] for one in report["headings"]]
    nothing = {name: [] if name in LISTS else None for name in FIELDS}
    return {name: report[name] for name in FIELDS}, nothing | page["expected"]


def _plain(text: object) -> object:
    """Labels were taken from the pages as scraped, in half-width; compare them restored."""
    return restore(text.replace(" ", "")) if isinstance(text, str) else text


def _lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _show(title: str, pairs: Iterable[tuple[dict, dict]]) -> None:
    right: Counter[str] = Counter()
    pages = 0
    for read, expected in pairs:
        pages += 1
        right.update({key: int(read[key] == expected[key]) for key in expected})
    print(f"\n## reading: {title} ({pages} pages)\n\n| field | right | of |\n|---|---|---|")
    for key, count in right.items():
        print(f"| {key} | {count} | {pages} |")
    total = pages * len(right)
    print(f"| **all** | {right.total()} | {total} ({100 * right.total() / total:.1f} %) |")


def _show_printed(title: str, pages: list[dict]) -> None:
    count = count_printed(pages)
    print(f"\n## reading: {title} ({len(pages)} pages)\n\n| what | of | |\n|---|---|---|")
    print(f"| printed fields read right: {count.right} | {count.printed} | {count.share:.1%} |")
    print(f"| fields not printed, but read: {count.invented} | {count.absent} | |")
    for wrong in count.wrong:
        print(f"- {wrong}")


def _show_speed() -> None:
    """Print megabytes of UTF-8 a second through one core, for ledger lines of 1,600 characters."""
    samples = [path.read_text("utf-8") for path in (PROJECT / "corpus/samples").glob("re*/*.txt")]
    paragraphs = [line for text in samples for line in text.split("\n") if len(line) > 60]
    rng = random.Random(20260622)
    texts = [_letter(number, paragraphs, rng) for number in range(1000)]
    size = sum(len(text.encode()) for text in texts) / 1e6
    print("\n## reading: speed, one core\n\n| what | MB/s | mark |\n|---|---|---|")
    for name, changed in (("lines", texts), ("on one line", [t.replace("\n", " ") for t in texts])):
        start = time.process_time()
        for text in changed:
            build_document(to_lines(text))
        speed = size / (time.process_time() - start)
        print(f"| 1,600 characters, {name} | {speed:.2f} | ≥ 1.2 |")


def _letter(number: int, paragraphs: list[str], rng: random.Random) -> str:
    head = (
        f"青岚区城市管理局\n青城管函〔2026〕{number}号\n关于区政协十届五次会议第{number}号提案的答复\n"
        "薄望舒委员：\n您提出的《关于停车的提案》收悉，现答复如下：\n"
    )
    body = "\n".join(rng.sample(paragraphs, 12))[:1450]
    return f"{head}{body}\n青岚区城市管理局\n2026年6月18日\n联系人：解立春，电话：0789-8231167"


if __name__ == "__main__":
    main()
