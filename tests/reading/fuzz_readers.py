"""Fuzzing of the readers: real files of every format, damaged by a seeded mutator.

Each input must give a document or a :class:`UserError` with one clear line, within five seconds.
``python tests/reading/fuzz_readers.py 20000 [SEED]`` (``make fuzz``) prints what happened;
``test_fuzz.py`` runs a small part.
"""

from __future__ import annotations

import io
import json
import random
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import ofd_files
from openpyxl import Workbook

from drafting.errors import UserError
from drafting.reading import read_bytes
from drafting.reading.report import to_report
from drafting.reading.sheets.ledger import SUFFIXES as LEDGERS
from drafting.reading.sheets.ledger import read_ledger

FIXTURES = Path(__file__).with_name("fixtures")
LIMIT_SECONDS = 5.0
# How often each format is drawn: what runs in this process often, what starts a program seldom.
WEIGHTS = {
    **dict.fromkeys(("docx", "html", "txt"), 250),
    **dict.fromkeys(("xlsx", "mht", "csv", "jsonl", "ofd"), 150),
    **{"pdf": 60} | dict.fromkeys(("png", "jpg", "doc", "rtf", "odt"), 2),
}
QUICK = {name: weight for name, weight in WEIGHTS.items() if weight > 50}
_TOKENS = (
    *(b"\x00", b"\xff\xff\xff\xff", b"<", b">", b"&", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;"),
    *(b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"%s%n", b"-1", b"99999999999"),
    *(
        "第（一、".encode(),
        "〔2026〕".encode(),
        "：".encode() * 50,
        "（".encode() * 200,
        b"\n" * 50,
    ),
    *(
        b' DeltaX="g 9 5"',
        b' CTM="0 1 -1 0 1e9 nan"',
        b' Boundary="0 0 1 1"',
        b"</w:p>",
        b"<w:p>",
        b'w:val="-7"',
        b"</td>",
        b"\\u0000",
        b'{"text":',
        b"/Kids[1 0 R]",
    ),
)
_WORDS = (
    *"关于 第12号 〔2026〕 ： ； 《 》 （ ） “ 一、 （一） 1. 提案 建议 委员 代表 收悉".split(),
    *"、 ， 。 | 现答复如下： 抄送： 联系人： 联系电话： 0789-8213306 186****1228".split(),
    *"2026年5月1日 20260501 二〇二六年 青岚区水务局 区政府 A类 B 文号： 索引号：".split(),
    *'万元 最高不超过 给予 由 负责 令 附件：1. <td> <div> </p> &lt; &#0; <!-- \\ " { } ,'.split(),
    *("\t", "\u3000", "\x00", "\u202e", "\ud800", "\U0001f600"),
)


@dataclass
class Outcome:
    """What a run met."""

    read: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


class _TooSlow(Exception):
    pass


def seeds() -> dict[str, bytes]:
    """Return a real file of each format."""
    page = json.loads((FIXTURES / "variants.jsonl").read_text("utf-8").splitlines()[61])["text"]
    html = (
        "<html><head><meta charset='utf-8'></head><body><table><tr><td>年度</td><td>数量</td></tr>"
    )
    html += "".join(f"<p>{line}</p>" for line in page.split("\n")) + "</table></body></html>"
    book = Workbook()
    for row in (["标题", "正文", "日期"], ["甲", page, "2026-05-01"], ["乙", page, 45292]):
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    mht = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n"
    mht += f"Content-Type: text/html; charset=utf-8\n\n{html}\n--x--\n"
    line = json.dumps({"title": "甲", "text": page, "date": "2026-05-01"}, ensure_ascii=False)
    return {
        **{path.suffix[1:]: path.read_bytes() for path in FIXTURES.glob("letter.*")},
        **{kind: (FIXTURES / f"scan.{kind}").read_bytes() for kind in ("png", "jpg")},
        "txt": page.encode("gb18030"),
        "html": html.encode(),
        "mht": mht.encode(),
        "ofd": _ofd(page),
        "xlsx": stream.getvalue(),
        "csv": f'标题,正文\n甲,"{page}"\n'.encode(),
        "jsonl": f"{line}\n{line}\n".encode(),
    }


def _ofd(text: str) -> bytes:
    lines = [line[:30] for line in text.split("\n")]
    pages = (ofd_files.lines(lines[n : n + 20], 28, 40, 5) for n in range(0, len(lines), 20))
    table = ofd_files.grid([20, 60, 120], [250, 262, 274])
    return ofd_files.ofd(*(ofd_files.page(one, table) for one in pages))


def mutate(data: bytes, rng: random.Random) -> bytes:
    """Return ``data`` damaged in one to eight places; a zip file often within its parts."""
    if data.startswith(b"PK\x03\x04") and rng.random() < 0.8:
        return _mutate_zip(data, rng)
    if rng.random() < 0.7 and (text := _text(data)):
        return _mutate_text(text, rng).encode("utf-8", "surrogatepass")
    return _mutate_bytes(data, rng)


def _text(data: bytes) -> str:
    """Return ``data`` as text, so that whole characters change; empty where it is none."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return "" if b"\x00" in data else data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def _mutate_text(text: str, rng: random.Random) -> str:
    """Move, drop, repeat and insert pieces of ``text``: lines, and what its rules look for."""
    for _ in range(rng.randint(1, 12)):
        at, other = rng.randrange(len(text) + 1), rng.randrange(len(text) + 1)
        span = rng.choice((1, 2, 5, 20, 100, 400))
        match rng.randrange(5):
            case 0:
                text = text[:at] + text[at + span :]
            case 1:
                text = text[:at] + rng.choice(_WORDS) * rng.choice((1, 1, 1, 3, 300)) + text[at:]
            case 2:
                text = text[:at] + text[other : other + span] + text[at:]
            case 3:
                text = text[:at] + text[at : at + span] * rng.choice((2, 3, 60)) + text[at:]
            case _:
                text = text.replace("\n", rng.choice(("", " ", "\r", "\n\n", "\u2028")), span)
    return text


def _mutate_bytes(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(changed) + 1)
        span = rng.choice((1, 1, 2, 4, 16, 64, 512))
        match rng.randrange(7):
            case 0 if at < len(changed):
                changed[at] ^= 1 << rng.randrange(8)
            case 1:
                del changed[at : at + span]
            case 2:
                changed[at:at] = rng.choice(_TOKENS)
            case 3:
                changed[at:at] = changed[max(0, at - span) : at] * rng.choice((1, 2, 50))
            case 4:
                changed[at : at + span] = rng.randbytes(span)
            case 5 if rng.random() < 0.15:
                del changed[at:]
            case _:
                other = rng.randrange(len(changed) + 1)
                changed[at : at + span] = changed[other : other + span]
    return bytes(changed)


def _mutate_numbers(data: bytes, rng: random.Random) -> bytes:
    """Change numbers and leave the form whole, so that the reader gets past the parser."""
    places = list(re.finditer(rb"-?\d+(?:\.\d+)?", data))
    for place in sorted(rng.sample(places, min(len(places), 6)), key=lambda p: -p.start()):
        number = rng.choice((b"-1", b"0", b"7", b"1e308", b"nan", b"9999999999", b"2.5", b""))
        data = data[: place.start()] + number + data[place.end() :]
    return data


def _mutate_zip(data: bytes, rng: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        chosen = rng.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            if name == chosen or rng.random() < 0.1:
                change = _mutate_numbers if rng.random() < 0.5 else _mutate_bytes
                content = change(content, rng) if content else rng.randbytes(9)
            if name != chosen or rng.random() < 0.95:
                new.writestr(name if rng.random() < 0.98 else f"../{name}", content)
    return out.getvalue()


def run(inputs: int, seed: int, weights: dict[str, int] = WEIGHTS) -> Outcome:
    """Feed ``inputs`` damaged files to the readers and return what happened."""
    rng, originals, outcome = random.Random(seed), seeds(), Outcome()
    signal.signal(signal.SIGALRM, _stop)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(inputs):
            kind = rng.choices(list(weights), list(weights.values()))[0]
            data = mutate(originals[kind], rng)
            name = f"来文.{kind if rng.random() < 0.95 else rng.choice(list(weights))}"
            _try(outcome, kind, number, _reader(data, name, Path(folder)))
    return outcome


def _reader(data: bytes, name: str, folder: Path) -> Callable[[], None]:
    if Path(name).suffix in LEDGERS:
        path = folder / name
        path.write_bytes(data)
        return lambda: _read_all(path)
    return lambda: _check(to_report(read_bytes(data, name)))


def _read_all(path: Path) -> None:
    for entry in read_ledger(path):
        if entry.document:
            _check(to_report(entry.document))
        else:
            _check_reason(entry.reason)


def _check(report: dict[str, object]) -> None:
    # What cannot be encoded can be neither stored nor sent.
    json.dumps(report, ensure_ascii=False).encode("utf-8")


def _check_reason(reason: str) -> None:
    if "\n" in reason or len(reason) > 120 or not re.search("[\u4e00-\u9fff]", reason):
        raise AssertionError(f"unclear reason: {reason!r}")


def _try(outcome: Outcome, kind: str, number: int, read: Callable[[], None]) -> None:
    started = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, LIMIT_SECONDS * (1 if kind in QUICK else 12))
    try:
        read()
        outcome.read[kind] += 1
    except UserError as error:
        _check_reason(error.message)
        outcome.refused[kind] += 1
        outcome.reasons[error.message] += 1
    except _TooSlow:
        outcome.faults.append(f"#{number} {kind}: over {LIMIT_SECONDS} s")
    except Exception:  # noqa: BLE001 - any other exception is what is looked for
        outcome.faults.append(f"#{number} {kind}: {traceback.format_exc(limit=-4)}")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    took = time.monotonic() - started
    outcome.slowest[kind] = max(took, outcome.slowest.get(kind, 0))


def _stop(_number: int, _frame: object) -> None:
    raise _TooSlow


def lines(outcome: Outcome, inputs: int, seconds: float) -> Iterator[str]:
    """Yield the outcome as lines for people."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    yield f"{inputs} inputs in {seconds:.0f} s, {memory} MB at most, faults: {len(outcome.faults)}"
    for kind in sorted(outcome.slowest):
        counts = f"read {outcome.read[kind]}, refused {outcome.refused[kind]}"
        yield f"  {kind}: {counts}, slowest {outcome.slowest[kind]:.2f} s"
    for reason, times in outcome.reasons.most_common():
        yield f"  {times:6} × {reason}"
    yield from outcome.faults[:20]


def main() -> int:
    """Run as many inputs as the command line says; exit 1 where a fault was found."""
    inputs = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    started = time.monotonic()
    outcome = run(inputs, seed)
    print("\n".join(lines(outcome, inputs, time.monotonic() - started)))
    return bool(outcome.faults)


if __name__ == "__main__":
    sys.exit(main())
