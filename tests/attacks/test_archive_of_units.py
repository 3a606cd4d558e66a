"""The archive of several units: none replaces, destroys, or learns the words of another's."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from attack_fakes import OTHER, PROPOSAL, SECRET, UNIT, Sender, enter, set_up, words
from procedure_fakes import through, whole

from casework import Casework
from corpus import EVERYTHING, Archive, Reader, import_samples, remove_samples
from corpus.index import candidates
from corpus.store.listing import Filter
from drafting.language.likeness import segment
from drafting.reading import read_bytes
from storage.log import audit
from web import create_app

SEEN = (
    "关于增设夜间路灯的答复\n您提出的提案收悉，现答复如下：\n一、已在梧桐路增设夜间路灯{n}盏，"
    "并定期检修维护。\n二、下一步将加强巡查养护。"
)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path)


def put(archive: Archive, source: str, text: str) -> str:
    return archive.store(read_bytes(text.encode(), "a.txt"), source)


def stored(archive: Archive) -> dict[str, str]:
    """The text of each document, by its source."""
    view = archive.reader(EVERYTHING)
    found = (view.document(one.id) for one in view.listed(Filter()))
    return {one.source: one.document.text for one in found if one is not None}


# ------------------------------------------------------------------ names


@pytest.mark.parametrize(
    "path", [f"{OTHER}/a.txt", f"{UNIT}/a.txt", f"{OTHER}/{UNIT}/a.txt", "未定单位/a.txt"]
)
def test_no_import_replaces_another_units_document_by_a_name_that_is_made(
    archive: Archive, path: str
) -> None:
    """A name that is taken gets the unit before it: which another unit may have had before."""
    texts = {}
    for n, (unit, source) in enumerate(
        [(UNIT, "a.txt"), (UNIT, path), (OTHER, "a.txt"), (OTHER, path), ("", "a.txt"), ("", path)]
    ):
        texts[n] = SEEN.format(n=100 + n)
        put(archive.for_unit(unit), source, texts[n])
    assert sorted(stored(archive).values()) == sorted(texts.values())
    # The same file again is the same document, not one more.
    put(archive.for_unit(OTHER), "a.txt", texts[2])
    put(archive.for_unit(OTHER), path, texts[3])
    assert len(stored(archive)) == 6


def test_what_a_unit_calls_a_sample_does_not_go_with_the_samples(archive: Archive) -> None:
    put(archive.for_unit(UNIT), "样例/工作总结.txt", SEEN.format(n=7))
    assert not archive.reader(Reader(UNIT)).has_samples()
    samples = import_samples(archive.for_unit(OTHER)).imported
    assert remove_samples(archive.for_unit(OTHER)) == samples
    assert list(stored(archive).values()) == [SEEN.format(n=7)]


# ------------------------------------------------------------------ the trash


def test_emptying_the_trash_forgets_ones_own_and_says_how_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    app = create_app(set_up(tmp_path))
    with Casework.open(tmp_path) as casework:
        # 督办 lists what all have deleted; as 系统管理 of a unit it empties that unit's alone.
        roles = ["系统管理", "督办"]
        casework.people.add("管理员", SECRET, unit=UNIT, roles=roles)  # type: ignore[arg-type]
    archive = Archive.open(tmp_path)
    for unit, count in ((UNIT, 2), (OTHER, 3)):
        for n in range(count):
            put(archive.for_unit(unit), f"{unit}{n}.txt", SEEN.format(n=n))
    for one in archive.reader(EVERYTHING).listed(Filter()):
        archive.delete(one.id)
    sender = Sender(*enter(app, "管理员"))
    sender.post("/archive/deleted/empty")
    assert "已彻底删除 2 份文件" in words(sender.get("/archive"))
    left = archive.reader(EVERYTHING).deleted()
    assert sorted(one.source for one in left) == [f"{OTHER}{n}.txt" for n in range(3)]
    (entry,) = archive.ask_log(audit.entries, audit.Filters(action="彻底删除档案"))
    assert (entry.what, entry.detail) == ("已删除的文件", "2 份")


def test_a_reply_is_filed_as_the_owners_whoever_files_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.people.passwords.METHOD", "scrypt:1024:8:1")
    app = create_app(set_up(tmp_path))
    with Casework.open(tmp_path) as casework:
        for name, unit in (("甲员", UNIT), ("乙员", OTHER)):
            casework.people.add(name, SECRET, unit=unit, roles=["经办", "核稿", "签发"])
        matter = casework.create_matter(PROPOSAL, author="甲员", unit=UNIT)
        casework.confirm_suggestions(matter, whole(PROPOSAL), 1, author="甲员")
        moves = ("submit", "pass", "approve", "number", "send", "satisfied")
        through(casework, matter, *moves, override="照来件印")
        casework.set_units(matter, [UNIT, OTHER])
    sender = Sender(*enter(app, "乙员"))
    page = sender.get(f"/matters/{matter}/procedure").text
    count = page.split('name="moves" value="')[1].split('"')[0]
    done = sender.post(f"/matters/{matter}/procedure/archive", {"moves": count})
    assert done.status_code == 302
    archive = Archive.open(tmp_path)
    owners = archive.db.execute("SELECT unit FROM owners").fetchall()
    assert [tuple(row) for row in owners] == [(UNIT,)]


# ------------------------------------------------------------------ words and counts


SEEN_BY_ALL = (
    SEEN,
    "关于增设养老助餐点的答复\n您提出的提案收悉，现答复如下：\n一、社区长者食堂已开办{n}家，"
    "价格公示。\n二、下一步将扩大覆盖面。",
    "关于整治河道污染的答复\n您提出的提案收悉，现答复如下：\n一、已清淤河道{n}公里，"
    "封堵排污口。\n二、下一步将巡河护岸。",
)
HIDDEN = (
    "关于蓝桉街违建围挡的答复\n一、已拆除蓝桉街夜间路灯旁违建围挡{n}处。\n二、在梧桐路一带继续"
    "增设夜间路灯并且定期检修维护，下一步加强巡查养护的提案，请答复办理。"
)


def _with_secrets(archive: Archive, hidden: int) -> None:
    """Papers that all see, and ``hidden`` ones that a unit keeps to itself."""
    for n in range(12):
        put(archive, f"seen{n}.txt", SEEN_BY_ALL[n % 3].format(n=n))
    theirs = archive.for_unit(UNIT)
    theirs.reserve(reserved=True)
    for n in range(hidden):
        put(theirs, f"own{n}.txt", HIDDEN.format(n=900 + n))


_OPEN = ("梧桐路", "夜间路灯", "提案收悉", "路灯", "增设")
_KEPT = ("蓝桉街", "违建围挡", "已拆除", "蓝桉")
QUESTIONS = (
    *("".join(parts) for parts in product(_OPEN, _KEPT)),
    *("".join(parts) for parts in product(_OPEN, _OPEN, _KEPT[:2])),
    *("蓝按街", "违建围裆", "梧桐路违", "拆除路灯", "违建河道", "围挡养老", "梧桐录"),
    "关于在梧桐路一带继续增设夜间路灯并且定期检修维护下一步加强巡查养护的提案，请答复办理",
)


def test_a_search_says_the_same_whatever_other_units_keep_to_themselves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither what a question is corrected to, nor what it is loosened to, nor any total tells."""
    monkeypatch.setattr("corpus.index.gathering._LIKE", 8)
    monkeypatch.setattr("corpus.index.spelling._ENOUGH", 8)
    said = []
    for hidden in (0, 1, 40):
        archive = Archive.open(tmp_path / str(hidden))
        _with_secrets(archive, hidden)
        view = archive.reader(Reader(OTHER))
        found = [view.look(question, limit=20) for question in QUESTIONS]
        said.append(
            [
                (
                    one.total, one.corrected, one.offered, one.loosened, one.left_out,
                    sorted((name, tuple(values)) for name, values in one.counts.items()),
                    {hit.source for hit in one.hits},
                )
                for one in found
            ]
        )  # fmt: skip
        written = [view.written(word, 5) for word in ("蓝桉街", "夜间路灯")]
        assert written == [0, 4]
    assert said[1] == said[0]
    assert said[2] == said[0]
    # And who is shown them finds them.
    assert archive.reader(Reader(UNIT)).look("蓝桉街").total == 40


PROBES = 256


def test_the_order_of_a_long_question_tells_nothing_of_what_others_keep_to_themselves(
    tmp_path: Path,
) -> None:
    """256 whole texts, each with other words of the papers kept: found are the same passages and
    documents with the same scores as where those papers do not exist."""
    dice = random.Random(16)
    words = [*_OPEN, *_KEPT, *"巡查养护 定期检修 围挡 蓝桉 河道 长者食堂 车位 助餐点 巡河".split()]
    probes = ["，".join(dice.choices(words, k=24)) + "。" for _ in range(PROBES)]
    said = []
    for hidden in (0, 60):
        archive = Archive.open(tmp_path / str(hidden))
        _with_secrets(archive, hidden)
        # What was deleted tells as little, until its postings are merged away.
        own = archive.for_unit(UNIT)
        kept = own.own_reader().listed(Filter(title="违建围挡"))
        assert [own.delete(one.id) for one in kept[::3]] == [True] * len(kept[::3])
        assert bool(kept) == bool(hidden)
        view = archive.reader(Reader(OTHER))
        said.append(
            [
                (
                    [(hit.source, round(hit.score, 9), hit.why) for hit in view.look(probe).hits],
                    view.words(probe),
                )
                for probe in probes
            ]
            + [
                [(one.text, round(one.score, 9)) for one in view.passages(probe)]
                for probe in probes[::8]
            ]
        )
    assert said[1] == said[0]


def test_words_are_counted_as_if_what_is_not_shown_were_not_there(tmp_path: Path) -> None:
    """All that weighs is compared: how often each word and character, how many, how long."""
    with_them, without = (Archive.open(tmp_path / name) for name in ("with", "without"))
    for n in range(90):
        put(with_them, f"seen{n}.txt", SEEN_BY_ALL[n % 3].format(n=n))
        put(without, f"seen{n}.txt", SEEN_BY_ALL[n % 3].format(n=n))
        if n % 2:
            theirs = with_them.for_unit(UNIT)
            put(theirs, f"own{n}.txt", HIDDEN.format(n=900 + n))
    with_them.for_unit(UNIT).reserve(reserved=True)
    text = "".join((*SEEN_BY_ALL, HIDDEN)) + "ABC 903"
    terms = np.unique(segment.codes(segment.points(text)))
    characters = np.unique(segment.characters(segment.points(text)))
    told = []
    for archive in (with_them, without):
        view = archive.reader(Reader(OTHER))
        with view.connections.seeing(view.reader) as db:
            counted = candidates.own(db).statistics
            told.append(
                (
                    counted.total,
                    counted.average_length,
                    counted.frequencies(terms).tolist(),
                    counted.usual_frequencies(terms).tolist(),
                    counted.character_frequencies(characters).tolist(),
                )
            )
    assert told[0] == told[1]
