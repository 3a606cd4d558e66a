"""Whoever reads says who he is: no query shows a unit what another keeps to itself.

Asked of every public method of the reading side, so that a new one is asked too.
"""

from __future__ import annotations

import ast
import datetime as dt
import inspect
import io
import re
import shutil
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest

from corpus import EVERYTHING, Archive, ArchiveView, Reader
from corpus.facts import ArchiveFacts
from corpus.importing import jobs
from corpus.store import sight
from corpus.store.connections import Connections
from corpus.store.listing import Filter
from drafting.model import Kind
from drafting.reading import read_bytes

OWN, OTHER = "青岚区城管局", "青岚区教育局"
TODAY = dt.date(2026, 3, 1)
PLAIN = """关于区政协十届二次会议第{number}号提案的答复
青教函〔2025〕{number}号
王某某委员：
您提出的《关于增设护学岗的提案》收悉，现答复如下：
一、已在三所学校门口增设护学岗{number}处，早晚高峰有人值守。
青岚区教育局
2025年5月{number}日
"""
KEPT = """关于鸂鶒湿地观鸟步道的答复
青藏函〔2025〕77号
李某某委员：
您提出的《关于增设护学岗的提案》收悉，现答复如下：
一、已在鸂鶒湿地建成观鸟步道，护学岗另行安排。
青岚区玳瑁局
2025年5月9日
"""
ROOMS = Path(__file__).resolve().parents[2]

# What is asked for each parameter: words and numbers of the document that is kept, and of others.
ASKED: dict[str, tuple[object, ...]] = {
    "number": (1, 2, 3, 4, 5, "青藏函〔2025〕77号", "青教函〔2025〕11号"),
    "seq": (0, 1),
    "source": ("own.txt", "gone.txt", "nobody.txt"),
    "query": ("鸂鶒湿地", "鸂湿地", "护学岗", "护学冈", "观鸟步道", "青藏函〔2025〕77号", "鸟"),
    "words": ("鸂鶒湿地", "护学岗"),
    "title": ("", "关于鸂鶒湿地的答复"),
    "kinds": ((), (Kind.REPLY,)),
    "limit": (10,),
    "most": (50,),
    "exclude": ((),),
    "distinct": (True, False),
    "newest": (False, True),
    "correct": (True, False),
    "counts": (True,),
    "narrowing": (None,),
    "numbers": ((1, 2, 3, 4, 5),),
    "moment": (dt.datetime(2020, 1, 1, tzinfo=dt.UTC),),
    "wanted": (Filter(), Filter(title="鸂鶒")),
    "page": (0,),
    "start": (0,),
    "today": (TODAY,),
    "code": ("青藏函", "青教函"),
    "hours": (2,),
}
_JOBS: tuple[Callable[..., object], ...] = (
    *(jobs.job, jobs.recent, jobs.failures, jobs.unclear, jobs.columns_of),
)
_MARKS = re.compile("鸂|鶒|玳瑁|藏函|own|gone")


def _fill(folder: Path, *, kept: bool) -> Archive:
    """Three documents of nobody and the other unit; where ``kept``, one of the first unit that is
    its own, one that it deleted, and an import of it that failed."""
    archive = Archive.open(folder)
    for number, source in ((11, "nobody.txt"), (12, "plain.txt")):
        text = PLAIN.format(number=number).encode()
        archive.store(read_bytes(text, source), source)
    other = archive.for_unit(OTHER)
    other.store(read_bytes(PLAIN.format(number=13).encode(), "c.txt"), "other.txt")
    own = archive.for_unit(OWN)
    own.reserve(reserved=True)
    if kept:
        for source in ("own.txt", "gone.txt"):
            own.store(read_bytes(KEPT.encode(), source), source, KEPT.encode())
        assert own.correct(4, {"title": "关于鸂鶒湿地的答复"}) and own.delete(5)
        job = jobs.begin(own, None, "甲", OWN)
        jobs.add_file(own, job, "鸂鶒.docx", io.BytesIO(b"broken"))
        jobs.add_file(own, job, "鸂鶒.csv", io.BytesIO("鸂鶒栏,其他\n甲,乙\n".encode()))
        assert jobs.run(own, job)
    return archive


@pytest.fixture(scope="module")
def with_kept(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return _fill(tmp_path_factory.mktemp("with"), kept=True)


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return _fill(tmp_path_factory.mktemp("without"), kept=False)


def _queries() -> dict[str, Callable[..., object]]:
    """All that can be asked of the reading side, by name; each takes the view first."""
    found: dict[str, Callable[..., object]] = {
        name: method
        for name, method in inspect.getmembers(ArchiveView, inspect.isfunction)
        if not name.startswith("_")
    }
    found |= {f"jobs.{query.__name__}": query for query in _JOBS}
    return found


def _calls(query: Callable[..., object]) -> Iterator[dict[str, object]]:
    names = list(inspect.signature(query).parameters)[1:]
    for values in product(*(ASKED[name] for name in names)):
        yield dict(zip(names, values, strict=True))


def _said(archive: Archive, reader: Reader, query: Callable[..., object]) -> list[str]:
    """What a query says to everything that is asked; how well it fits is left out.

    How rare a word is, and so its weight, is told of all documents: of the words of a question,
    which are given back in the order of their weights, the order is left out too.
    """
    view = archive.reader(reader)
    answers = [query(view, **asked) for asked in _calls(query) if _fits(query, asked)]
    said = [repr(sorted(one) if query is ArchiveView.words else one) for one in answers]  # type: ignore[call-overload]
    return [re.sub(r"(score|held)=[\d.]+|imported=.*?tzinfo=.*?\)", "", one) for one in said]


def _fits(query: Callable[..., object], asked: dict[str, object]) -> bool:
    """Whether a number is one: documents have whole ones, papers such as 青教函〔2025〕11号."""
    wanted = str if query is ArchiveView.numbered else int
    return isinstance(asked.get("number", wanted()), wanted)


# One tells the state of the archive, in the other what all others find is of one moment.
@pytest.mark.parametrize("name", sorted(_queries().keys() - {"state", "one_moment"}))
def test_no_query_shows_what_another_unit_keeps(
    with_kept: Archive, without: Archive, name: str
) -> None:
    query = _queries()[name]
    for reader in (Reader(OTHER), Reader("")):
        said = _said(with_kept, reader, query)
        assert said == _said(without, reader, query)
        if name != "words":  # which gives back what it was asked, as does what is left out
            others = re.sub(r"left_out=\([^)]*\)", "", "".join(said))
            assert not _MARKS.search(others)


def test_the_unit_itself_and_who_sees_everything_are_shown_it(
    with_kept: Archive, without: Archive
) -> None:
    for reader in (Reader(OWN), EVERYTHING):
        telling = {
            name
            for name, query in _queries().items()
            if _said(with_kept, reader, query) != _said(without, reader, query)
        }
        # A law that holds of nothing says nothing: all but these are seen to tell of it. It is no
        # policy and no version of another, and the samples are not loaded.
        assert set(_queries()) - telling == {"has_samples", "judged", "variants", "words"}


def test_a_version_of_a_document_is_not_counted_or_named(tmp_path: Path) -> None:
    archive = _fill(tmp_path, kept=True)
    archive.store(read_bytes(KEPT.encode(), "a.txt"), "again.txt")
    (number,) = (
        one.id for one in archive.own_reader().listed(Filter()) if one.source == "again.txt"
    )
    assert [one.source for one in archive.reader(Reader(OWN)).variants(number)] == ["own.txt"]
    view = archive.reader(Reader(OTHER))
    assert view.variants(number) == []
    assert {one.variants for one in view.search("鸂鶒湿地") if one.document == number} == {0}
    assert {one.variants for one in view.listed(Filter()) if one.id == number} == {0}


def test_what_is_remembered_for_one_reader_is_not_told_another(with_kept: Archive) -> None:
    asked = "鸂鶒湿地观鸟步道"
    assert with_kept.reader(Reader(OWN)).passages(asked)
    assert with_kept.reader(Reader(OTHER)).passages(asked) == []
    states = {with_kept.reader(who).state() for who in (Reader(OWN), EVERYTHING)}
    assert len(states) == 1 and with_kept.reader(Reader(OTHER)).state() not in states


def test_a_change_of_what_a_unit_keeps_is_seen_at_once(tmp_path: Path) -> None:
    archive = _fill(tmp_path, kept=True)
    view = archive.reader(Reader(OTHER))
    counted = [view.count()]
    archive.for_unit(OWN).reserve(reserved=False)
    counted.append(view.count())
    archive.for_unit(OWN).reserve(reserved=True)
    assert [*counted, view.count()] == [3, 4, 3]


@pytest.mark.sqlite
def test_a_query_without_a_reader_and_of_an_unnamed_table_shows_nothing(tmp_path: Path) -> None:
    archive = _fill(tmp_path / "a", kept=True)
    archive.db.execute("CREATE TABLE diary (text TEXT)")
    archive.db.execute("INSERT INTO diary VALUES ('鸂鶒')")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    connections = Connections(tmp_path / "b" / "archive.db")
    tables = [
        row[0]
        for row in archive.db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        if not row[0].startswith("sqlite_")
    ]
    nobody = connections._reading()
    shown = {one for one in tables if nobody.execute(f"SELECT 1 FROM {one}").fetchone()}  # noqa: S608
    assert shown == set()
    with connections.seeing(EVERYTHING) as db:
        shown = {one for one in tables if db.execute(f"SELECT 1 FROM {one}").fetchone()}  # noqa: S608
        with pytest.raises(Exception, match="readonly"):
            db.execute("DELETE FROM main.documents")
    closed = {"_sqlite_migrations", "diary", "journal", "log", "origins", "owners", "reserved"}
    closed.add("kept")
    assert shown.isdisjoint(closed) and "documents" in shown
    assert set(sight._SHOWN) == set(tables) - closed


def test_one_reader_does_not_read_within_another(with_kept: Archive) -> None:
    view = with_kept.reader(Reader(OWN))
    with (
        view.connections.seeing(view.reader),
        pytest.raises(RuntimeError),
        view.connections.seeing(EVERYTHING),
    ):
        pass
    assert view.count() == 4


def test_the_writing_side_and_the_proofreader_ask_nothing_of_their_own() -> None:
    public = {name for name in dir(Archive) if not name.startswith("_")}
    assert public == {
        # The ways in, the log, and what keeps one unit from another's documents when it writes.
        *("open", "close", "path", "db", "reader", "own_reader", "for_unit", "for_all"),
        *("logged", "ask_log", "source_for", "may_change", "holds_other", "is_reserved"),
        "is_kept_from",
        *("store", "put", "remove", "correct", "delete", "undelete", "empty_trash"),
        *("reserve", "clear_failures", "rename_unit", "originals", "arrange_index"),
        "rest",
    }
    assert "seeing" not in inspect.getsource(ArchiveFacts)


def test_only_the_log_is_asked_of_the_writing_side(with_kept: Archive) -> None:
    with pytest.raises(TypeError):
        with_kept.ask_log(sight.hidden)


# ------------------------------------------------------------------ held over the source


def _trees(*rooms: str) -> Iterator[tuple[str, ast.Module]]:
    for room in rooms:
        for path in sorted((ROOMS / room).rglob("*.py")):
            yield path.relative_to(ROOMS).as_posix(), ast.parse(path.read_text("utf-8"))


def test_pages_and_use_cases_touch_no_connection() -> None:
    touching = {
        f"{name}:{node.lineno}"
        for name, tree in _trees("web", "desk", "drafting")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"db", "_db", "execute", "seeing"}
    }
    assert touching == set()


def test_only_who_is_in_force_looks_past_the_reader() -> None:
    past = {
        name
        for name, tree in _trees("corpus")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"(?:FROM|JOIN) main\.", node.value)
    }
    assert past == {"corpus/store/sight.py", "corpus/store/validity.py"}


_OF_REQUEST = {"request", "g", "session", "current_app", "stores", "url_for"}


def _asks_the_request(tree: ast.Module) -> set[str]:
    """The functions of a module that look at the request, themselves or by another of them."""
    names = {
        node.name: {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    }
    # An annotation such as stores.Moment names a type and looks at nothing.
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            body = {
                one.id for part in node.body for one in ast.walk(part) if isinstance(one, ast.Name)
            }
            names[node.name] = body
    found = {name for name, used in names.items() if used & _OF_REQUEST}
    while more := {name for name, used in names.items() if used & found} - found:
        found |= more
    return found


def _is_cached(node: ast.FunctionDef) -> bool:
    return any(re.search(r"cache", ast.unparse(one)) for one in node.decorator_list)


def test_no_cached_function_looks_at_the_request() -> None:
    cached = {
        (name, node.name): node.name in _asks_the_request(tree)
        for name, tree in _trees("web", "desk", "service")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and _is_cached(node)
    }
    assert {where for where, asks in cached.items() if asks} == set()
    assert ("web/case_pages/side.py", "_ledger") in cached
    asking = "def f():\n    return g.user\n@lru_cache\ndef kept():\n    return f()\n"
    assert _asks_the_request(ast.parse(asking)) == {"f", "kept"}
