"""Files by their digest: what was put comes back to the letter or is said to be lost."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from s3_fakes import FakeS3, configure, fake_s3, seaweed

from drafting.errors import UserError
from storage import originals
from storage.log import runlog
from storage.originals import Damaged, Missing, Originals, Unreachable
from storage.originals.cleaning import GRACE, Cleaned, State, bring_over, clean, state, sweep
from storage.originals.folder import Folder

DAY = dt.timedelta(days=1)
NONE = frozenset[str]()
Make = Callable[[Path], Originals]


@pytest.fixture(scope="session")
def real_s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with seaweed(tmp_path_factory.mktemp("seaweed")) as endpoint:
        yield endpoint


@pytest.fixture
def fake() -> Iterator[FakeS3]:
    with fake_s3() as running:
        yield running


def prefix(folder: Path) -> str:
    return originals.digest_of(str(folder).encode())[:12]


def s3(folder: Path, endpoint: str, **more: object) -> Originals:
    # The real one is shared: each test has a prefix of its own.
    configure(folder, endpoint, prefix(folder), **more)
    return originals.of(folder)


@pytest.fixture(params=["folder", "fake", "real"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Originals:
    """Each kind of store."""
    if request.param == "folder":
        return originals.of(tmp_path / "data")
    name = "fake" if request.param == "fake" else "real_s3"
    found = request.getfixturevalue(name)
    return s3(tmp_path / "data", found if isinstance(found, str) else found.endpoint)


def test_what_was_put_comes_back_until_it_is_deleted(store: Originals) -> None:
    contents = [b"", b"a", "提案原文".encode(), os.urandom(300_000)]
    digests = [store.put(one) for one in contents]
    assert digests == [hashlib.sha256(one).hexdigest() for one in contents]
    assert [store.get(one) for one in digests] == contents
    assert store.put(contents[2]) == digests[2]
    assert {one.digest: one.size for one in store.listed()} == {
        digest: len(content) for digest, content in zip(digests, contents, strict=True)
    }
    store.delete(digests[1])
    store.delete(digests[1])
    assert [store.exists(one) for one in digests] == [True, False, True, True]
    with pytest.raises(Missing, match="不在了"):
        store.get(digests[1])


def test_several_files_are_put_at_once(store: Originals) -> None:
    contents = [f"第{number}件".encode() for number in range(20)]
    digests = originals.put_all(store, contents)
    assert [store.get(one) for one in digests] == contents


@pytest.mark.parametrize("wrong", ["../../etc/passwd", "", "A" * 64, "0" * 63, "0" * 65])
def test_a_digest_is_no_way_out_of_the_store(store: Originals, wrong: str) -> None:
    for ask in (store.get, store.exists, store.delete):
        with pytest.raises(ValueError, match=r"^" + wrong.replace(".", r"\.")):
            ask(wrong)


def test_what_nobody_names_goes_and_what_somebody_names_stays(store: Originals) -> None:
    named, other = store.put(b"named"), store.put(b"other")
    asked: list[int] = []

    def needed() -> frozenset[str]:
        asked.append(len(list(store.listed())))
        return frozenset({named})

    assert clean(store, needed) == Cleaned()  # Both are young: a row may be still to come.
    assert clean(store, needed, dt.timedelta(0)) == Cleaned(1, 5)
    assert asked == [2, 2, 2, 2]
    assert [one.digest for one in store.listed()] == [named]
    assert clean(store, needed, dt.timedelta(0)) == Cleaned()
    assert not list(store.listed()) or store.get(named) == b"named"
    assert store.put(b"other") == other and store.get(other) == b"other"


def test_a_row_that_comes_while_files_are_listed_wins(store: Originals) -> None:
    digest = store.put(b"x")
    rows = iter([NONE, frozenset({digest})])
    assert clean(store, lambda: next(rows), dt.timedelta(0)) == Cleaned()
    assert store.get(digest) == b"x"


def test_nothing_goes_where_the_rows_cannot_be_read(store: Originals) -> None:
    digest = store.put(b"x")

    def unreadable() -> frozenset[str]:
        raise UserError("读不了")

    with pytest.raises(UserError, match="读不了"):
        clean(store, unreadable, dt.timedelta(0))
    assert store.get(digest) == b"x"


def test_the_state_tells_number_size_and_what_is_not_there(store: Originals) -> None:
    kept, gone = store.put(b"kept"), originals.digest_of(b"gone")
    assert state(store, frozenset({kept, gone})) == State(1, 4, (gone,), (), 1)


def test_a_small_note_stands_beside_the_files(store: Originals) -> None:
    assert store.mark("owner") is None
    store.set_mark("owner", "甲")
    store.set_mark("owner", "乙")
    assert store.mark("owner") == "乙" and list(store.listed()) == []


# ------------------------------------------------------------------ the folder


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["put", "get", "old", "clean", "hurt"]), st.integers(0, 4)),
        max_size=30,
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_done_a_file_is_whole_or_said_to_be_lost(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    """A model beside it: what there is, and how old; every third is named by a row."""
    folder = Folder(tmp_path_factory.mktemp("store"), originals.KEPT)
    contents = [bytes([number]) * (number + 1) for number in range(5)]
    digests = [originals.digest_of(one) for one in contents]
    there: dict[int, str] = {}
    for what, number in steps:
        path = folder.path(digests[number])
        if what == "put":
            assert folder.put(contents[number]) == digests[number]
            there[number] = "young"
        elif what == "old" and number in there:
            os.utime(path, (0, 0))
            there[number] = "hurt" if there[number] == "hurt" else "old"
        elif what == "hurt" and number in there:
            path.write_bytes(b"?" * len(contents[number]))
            there[number] = "hurt"
            os.utime(path)
        elif what == "clean":
            named = frozenset(digests[::3])
            gone = [one for one, age in there.items() if age == "old" and one % 3]
            gone += [
                one
                for one, age in there.items()
                if age == "hurt" and one % 3 and folder.path(digests[one]).stat().st_mtime == 0
            ]
            done = clean(folder, lambda named=named: named)
            assert done == Cleaned(len(gone), sum(len(contents[one]) for one in gone))
            there = {one: age for one, age in there.items() if one not in gone}
        elif number in there and there[number] != "hurt":
            assert folder.get(digests[number]) == contents[number]
        else:
            with pytest.raises(Damaged if number in there else Missing):
                folder.get(digests[number])
    assert {one.digest for one in folder.listed()} == {digests[one] for one in there}
    assert not list(folder.data_folder.glob("files/*/.*"))


def test_a_file_that_lies_is_never_handed_out_and_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Folder(tmp_path, originals.KEPT)
    digest = store.put(b"paper")
    store.path(digest).write_bytes(b"other")
    with pytest.raises(Damaged, match="已损坏"):
        store.get(digest)
    assert [one.getMessage() for one in caplog.records] == ["original damaged"]
    assert store.put(b"paper") == digest and store.get(digest) == b"paper"


def test_who_puts_again_what_is_just_being_cleaned_has_it(tmp_path: Path) -> None:
    store = Folder(tmp_path, originals.KEPT)
    lost: list[str] = []

    def put_and_look(number: int) -> None:
        for _ in range(150):
            digest = store.put(b"the same")
            if not store.exists(digest):
                lost.append(digest)

    def old_and_clean() -> None:
        for _ in range(150):
            for one in list(store.listed()):
                store.discard(one.digest, DAY)

    store.put(b"the same")
    os.utime(store.path(originals.digest_of(b"the same")), (0, 0))
    threads = [threading.Thread(target=put_and_look, args=(one,)) for one in range(3)]
    threads.append(threading.Thread(target=old_and_clean))
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert lost == []


def test_what_a_killed_process_left_goes(tmp_path: Path) -> None:
    store, waiting = originals.of(tmp_path), originals.waiting(tmp_path)
    kept = store.put(b"kept")
    waits, left = waiting.put(b"waits"), waiting.put(b"left")
    (tmp_path / "files" / "ab").mkdir(exist_ok=True)
    (tmp_path / "files" / "ab" / ".abababab.1234").write_bytes(b"half")
    assert sweep(tmp_path, [waits]) == 2
    assert (store.exists(kept), waiting.exists(waits), waiting.exists(left)) == (True, True, False)


# ------------------------------------------------------------------ an S3 store


def test_what_the_folder_has_is_read_until_it_is_brought_over(tmp_path: Path, fake: FakeS3) -> None:
    folder = Folder(tmp_path / "data", originals.KEPT)
    former = [folder.put(f"件{number}".encode()) for number in range(4)]
    store = s3(tmp_path / "data", fake.endpoint)
    new = store.put(b"new")
    assert [store.get(one) for one in former] == [f"件{n}".encode() for n in range(4)]
    assert list(fake.objects) == [f"{prefix(tmp_path / 'data')}/files/{new[:2]}/{new}"]
    assert bring_over(folder, store, most=3).count == 3
    assert bring_over(folder, store).count == 1
    assert list(folder.listed()) == [] and bring_over(folder, store) == Cleaned()
    assert state(store, frozenset(former)) == State(5, 3 + 4 * 4, (), (), 4)


@pytest.mark.parametrize(
    ("mode", "said", "error"),
    [
        ("lies", "校验值不符", Damaged),
        ("cut", "半途断了", Unreachable),
        ("drips", "太慢", Unreachable),
        ("403", "拒绝访问，请管理员检查密钥和权限", Unreachable),
        ("500", "对象存储出错（500）", Unreachable),
        ("503", "对象存储忙", Unreachable),
        ("no bucket", "没有配置的存储桶", Unreachable),
        ("redirect", "要求转到别的地址，没有照办", Unreachable),
        ("slow", "1 秒没有应答", Unreachable),
        ("drops", "连接断了|连不上", Unreachable),
    ],
)
def test_what_a_bad_store_gives_is_not_handed_out(
    tmp_path: Path,
    fake: FakeS3,
    mode: str,
    said: str,
    error: type[Exception],
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = s3(tmp_path / "data", fake.endpoint, seconds=1, tries=2)
    digest = store.put(b"a paper of some length")
    with fake_s3() as other:
        fake.elsewhere, fake.mode = other.endpoint, mode
        with pytest.raises(error, match=said):
            store.get(digest)
        assert other.asked == []
    asked = [verb for verb, _ in fake.asked]
    assert asked.count("GET") <= 4
    assert caplog.records and "not-a-real-secret" not in "".join(
        runlog.JsonLines().format(one) for one in caplog.records
    )
    fake.mode = ""
    assert store.get(digest) == b"a paper of some length"


@pytest.mark.parametrize(
    "mode", ["403", "500", "503", "no bucket", "redirect", "slow", "drops", "forgets"]
)
def test_what_a_bad_store_does_not_keep_is_said(tmp_path: Path, fake: FakeS3, mode: str) -> None:
    store = s3(tmp_path / "data", fake.endpoint, seconds=1, tries=1)
    with fake_s3() as other:
        fake.elsewhere, fake.mode = other.endpoint, mode
        with pytest.raises(Unreachable) as error:
            store.put(b"paper")
        assert other.asked == []
    assert "\u4e00" <= error.value.message[0] <= "\u9fff"
    fake.mode = ""
    assert store.get(store.put(b"paper")) == b"paper"


def test_a_store_that_is_down_is_said(tmp_path: Path) -> None:
    with fake_s3() as gone:
        endpoint = gone.endpoint
    store = s3(tmp_path / "data", endpoint, seconds=1, tries=1)
    for ask in (lambda: store.put(b"x"), lambda: list(store.listed()), lambda: store.get("0" * 64)):
        with pytest.raises(Unreachable, match="连不上对象存储"):
            ask()


def test_what_several_machines_do_at_once_loses_nothing(tmp_path: Path, fake: FakeS3) -> None:
    """A put and its row come between the cleaner's looks: it is aside, is read, and comes back."""
    store = s3(tmp_path / "data", fake.endpoint)
    digest = store.put(b"the same")
    fake.put_days_ago(2)
    assert clean(store, lambda: NONE) == Cleaned(1, 8)
    # Another machine had put it just before it went, and its row comes now.
    assert list(store.listed()) == [] and store.get(digest) == b"the same"
    assert state(store, frozenset({digest})).missing == ()
    assert clean(store, lambda: frozenset({digest})) == Cleaned()
    assert [one.digest for one in store.listed()] == [digest]
    assert list(fake.objects) == [f"{prefix(tmp_path / 'data')}/files/{digest[:2]}/{digest}"]
    # Without a row it is gone a day later for good.
    fake.put_days_ago(2)
    clean(store, lambda: NONE)
    assert fake.objects and clean(store, lambda: NONE) == Cleaned() and fake.objects
    fake.put_days_ago(2)
    clean(store, lambda: NONE)
    assert fake.objects == {}


def test_age_is_told_by_the_clock_of_the_store(tmp_path: Path, fake: FakeS3) -> None:
    store = s3(tmp_path / "data", fake.endpoint)
    digest = store.put(b"x")
    assert not store.discard(digest, GRACE)
    fake.put_days_ago(1.1)
    store.put(b"x")  # Put again it is young.
    assert not store.discard(digest, GRACE)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key_file": ""}, "没有写对象存储的密钥文件"),
        ({"key_file": "nothing"}, "读不出密钥文件"),
        ({"key_file": "config.toml"}, "密钥文件应有两行"),
        ({"endpoint": ""}, "没有写对象存储的地址"),
        ({"endpoint": "http://192.0.2.1.invalid"}, "查不到对象存储的地址"),
        ({"endpoint": "http://8.8.8.8"}, "须用 https"),
        ({"ca_file": "nothing.pem", "endpoint": "https://127.0.0.1:1"}, "读不出证书文件"),
    ],
)
def test_what_the_configuration_lacks_is_said(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    configure(tmp_path, "http://127.0.0.1:1", **change)
    (tmp_path / "config.toml").chmod(0o600)
    with pytest.raises(UserError, match=said):
        originals.of(tmp_path).put(b"x")


@pytest.mark.skipif(os.name == "nt", reason="Windows 没有这种权限位")
def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    configure(tmp_path, "http://127.0.0.1:1")
    (tmp_path / "s3.key").chmod(0o644)
    with pytest.raises(UserError, match="别的用户也能读"):
        originals.of(tmp_path).put(b"x")
