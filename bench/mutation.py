"""Mutation: how many small faults, put into the code one at a time, the room's tests notice.

``python -m bench.mutation [--room ROOM]… [--most N] [--seed S] [--seconds T] [--lines FILE]``
copies the project to a temporary folder, changes one comparison, operator, constant, text, call or
returned value there and runs those tests of the room that pass the changed line, the quickest
first, until one fails; a change that they all pass is tried on all tests of the room. What no test
notices survives and is listed. Which of a room's changes are tried is drawn by the seed, for each
room by itself. ``--seconds`` bounds a room: what was drawn and not tried by then is said.
``--lines`` adds a line of JSON for each change tried.

Changes that cannot show (a bound of a cache, what a decorator is given, an annotation) are not
made; those of which somebody found out that nothing can show them stand with the reason in
``mutation_equivalents.toml``, are counted apart, and neither drawn nor promised for.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.util
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal, Self

PROJECT = Path(__file__).resolve().parents[1]
MOST = 30
"""Changes tried in a room unless told otherwise."""

PROMISED = 85
"""Per cent of them that the tests must notice."""

_EQUIVALENTS = Path(__file__).with_name("mutation_equivalents.toml")
_RUNNER = Path(__file__).with_name("mutation_runner.py")
_BASELINE_SECONDS = 900.0
# A busy machine is slow by the clock and not by the processor: that is what a run is bound by.
_PROCESSOR_FACTOR, _PROCESSOR_LEAST = 10, 20
_CLOCK_FACTOR = 10
_MARK = "XX"

Kind = Literal["comparison", "logic", "arithmetic", "constant", "text", "call", "return"]
Fate = Literal["noticed", "out of time", "survived"]


@dataclass(frozen=True, slots=True)
class Room:
    """A module and the tests that are to notice a fault in it."""

    module: str
    tests: tuple[str, ...]


ROOMS = {
    "ranking": Room("corpus/index/ranking.py", ("tests/corpus/test_ranking.py",)),
    "recall": Room("corpus/recall.py", ("tests/corpus/test_recall.py",)),
    "evidence": Room(
        "drafting/answering/passages/evidence.py",
        ("tests/answering/test_evidence_order.py", "tests/test_evidence.py"),
    ),
    "engines": Room("drafting/reading/scans/lines.py", ("tests/reading/test_engines.py",)),
    "deadlines": Room("casework/calendar/deadlines.py", ("tests/casework/test_deadlines.py",)),
    "people": Room(
        "casework/people/accounts.py",
        (
            "tests/casework/test_people_accounts.py",
            "tests/casework/test_people.py",
            "tests/casework/test_people_sessions.py",
        ),
    ),
    "passwords": Room(
        "casework/people/passwords.py",
        ("tests/casework/test_passwords.py", "tests/casework/test_people.py"),
    ),
    "progress": Room("drafting/answering/progress.py", ("tests/casework/test_progress.py",)),
    "alike": Room("drafting/language/likeness/alike.py", ("tests/test_alike.py",)),
    "redline": Room("drafting/language/likeness/redline.py", ("tests/test_redline.py",)),
    "judge": Room("drafting/reading/scans/judge.py", ("tests/reading/test_judge.py",)),
    "numbering": Room("drafting/language/numbering.py", ("tests/reading/test_numbering.py",)),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One small fault: its kind, in which function and line, what stood and what stands there now.

    ``lines`` are those of the statement, of which a test that can notice it runs one; none where
    it runs when the module is imported. ``number`` is its place among the module's changes.
    """

    kind: Kind
    within: str
    line: int
    text: str
    before: str
    after: str
    lines: tuple[int, ...]
    number: int


# ------------------------------------------------------------------ the changes

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_NOWHERE: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Site:
    """A node as it is reached: the functions and classes around it, the statement it stands in."""

    node: ast.AST
    within: str = ""
    in_function: bool = False
    lines: tuple[int, ...] = _NOWHERE


def changes(source: str) -> list[Change]:
    """Return every change of a module's ``source``, in the order of its text."""
    found = []
    written = source.splitlines()
    for number, (site, kind, alter) in enumerate(_alterations(ast.parse(source))):
        node = site.node
        before = ast.unparse(node)
        kept = copy.copy(node.__dict__)
        alter()
        after = ast.unparse(node)
        node.__dict__.clear()
        node.__dict__.update(kept)
        if after != before:
            line = getattr(node, "lineno", 0)
            lines = site.lines if site.in_function else _NOWHERE
            text = written[line - 1].strip()
            found.append(Change(kind, site.within, line, text, before, after, lines, number))
    return sorted(found, key=lambda change: (change.line, change.before, change.after))


def changed(source: str, change: Change) -> str:
    """Return ``source`` with ``change`` made, which is one of its :func:`changes`."""
    tree = ast.parse(source)
    _, _, alter = next(islice(_alterations(tree), change.number, None))
    alter()
    return ast.unparse(tree)


def _alterations(tree: ast.AST) -> Iterator[tuple[_Site, Kind, Callable[[], None]]]:
    """Yield where and how ``tree`` can be changed in place."""
    for site in _judged(_Site(tree)):
        for kind, alter in _of_node(site.node):
            yield site, kind, alter


def _of_node(node: ast.AST) -> Iterator[tuple[Kind, Callable[[], None]]]:
    """Yield how ``node`` can be changed in place."""
    if isinstance(node, ast.Compare):
        swapped = [_SWAPPED.get(type(node.ops[0]), type(node.ops[0]))(), *node.ops[1:]]
        yield "comparison", lambda: setattr(node, "ops", swapped)
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in _SWAPPED:
        kind: Kind = "logic" if isinstance(node, ast.BoolOp) else "arithmetic"
        other = _SWAPPED[type(node.op)]()
        yield kind, lambda: setattr(node, "op", other)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        negated = ast.UnaryOp(ast.Not(), node.operand)
        yield "logic", lambda: setattr(node, "operand", negated)
    elif isinstance(node, ast.Return) and not _is_none(node.value):
        yield "return", lambda: setattr(node, "value", ast.Constant(None))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "call", lambda: setattr(node, "value", ast.Constant(None))
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
        number = _other(node.value)
        yield "constant", lambda: setattr(node, "value", number)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = f"{_MARK}{node.value}{_MARK}"
        yield "text", lambda: setattr(node, "value", text)


def _judged(site: _Site) -> Iterator[_Site]:
    """Walk what a test can notice: no decorators, no annotations, no docstrings, no lists of names
    for types and imports."""
    node = site.node
    yield site
    for name, value in ast.iter_fields(node):
        if name in ("decorator_list", "annotation", "returns", "type_comment"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_silent(child):
                yield from _judged(_inside(site, child, is_body=name in ("body", "orelse")))


def _inside(site: _Site, child: ast.AST, *, is_body: bool) -> _Site:
    node, within, in_function = site.node, site.within, site.in_function
    if is_body and isinstance(node, _FUNCTION | ast.ClassDef):
        within = f"{within}.{node.name}".lstrip(".")
        in_function = in_function or isinstance(node, _FUNCTION)
    lines = site.lines
    if isinstance(child, ast.stmt):
        body = getattr(child, "body", None)  # of a compound statement only the head is its own
        last = body[0].lineno - 1 if body else child.end_lineno or child.lineno
        lines = tuple(range(child.lineno, max(child.lineno, last) + 1))
    elif isinstance(child, ast.expr | ast.pattern) and child.lineno not in lines:
        lines = (*lines, child.lineno)
    return _Site(child, within, in_function, lines)


def _is_silent(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()):  # a docstring, or the three dots of a protocol
            return True
        case ast.Subscript(value=ast.Name(id="Literal")):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
    return False


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _other(value: bool | int | float) -> bool | int | float:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value * 1.5 + (value == 0)


# ------------------------------------------------------------------ what nothing can show


@dataclass(frozen=True, slots=True)
class Equivalent:
    """Changes of a module that nothing can show, and why."""

    module: str
    within: str
    text: str
    before: str
    after: str
    reason: str

    def fits(self, module: str, change: Change) -> bool:
        """Whether ``change`` of ``module`` is one of these."""
        where = (self.module, self.within, self.text) == (module, change.within, change.text)
        return where and (self.before, self.after) == (change.before, change.after)


def equivalents() -> list[Equivalent]:
    """Return the table of changes that nothing can show."""
    table = tomllib.loads(_EQUIVALENTS.read_text("utf-8"))
    return [Equivalent(**one) for one in table.get("equivalent", [])]


def to_be_noticed(
    module: str, source: str, known: Sequence[Equivalent]
) -> tuple[list[Change], int]:
    """Return the changes of a module that can show, and how many are ``known`` not to."""
    every = changes(source)
    shown = [one for one in every if not any(other.fits(module, one) for other in known)]
    return shown, len(every) - len(shown)


# ------------------------------------------------------------------ the tests


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a change; ``by``: the test that noticed it."""

    change: Change
    fate: Fate
    by: str
    seconds: float


class Bench:
    """A room's tests in a copy of the project, run for one change after the other.

    Raises :class:`RuntimeError` where the tests fail without any change.
    """

    def __init__(self, room: Room, project: Path) -> None:
        self._room, self._module = room, project / room.module
        self._worker = subprocess.Popen(
            [sys.executable, "-P", str(_RUNNER)],
            cwd=project,
            env={**os.environ, "PYTHONPATH": str(project), "PYTHONHASHSEED": "0"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        seen = self._run(
            room.tests, limit=_BASELINE_SECONDS, module=str(self._module), keeps_bytecode=True
        )
        if seen["code"]:
            self.close()
            raise RuntimeError(f"the tests of {room.module} fail by themselves: {seen['failed']}")
        Path(importlib.util.cache_from_source(self._module)).unlink(missing_ok=True)
        self._seconds: dict[str, float] = seen["seconds"]
        self._lines = {test: frozenset(lines) for test, lines in seen["lines"].items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker."""
        self._pipe(self._worker.stdin).close()
        self._worker.wait()
        self._pipe(self._worker.stdout).close()

    def tried(self, change: Change) -> Tried:
        """Put ``change`` in, run the tests that pass its lines, then all, and take it out again."""
        started = time.monotonic()
        whole = self._module.read_bytes()
        self._module.write_text(changed(whole.decode(), change), "utf-8")
        try:
            fate, by = self._fate(change)
        finally:
            self._module.write_bytes(whole)
        return Tried(change, fate, by, round(time.monotonic() - started, 2))

    def _fate(self, change: Change) -> tuple[Fate, str]:
        quickest = sorted(self._seconds, key=self._seconds.__getitem__)
        passing = [
            test
            for test in quickest
            if not change.lines or self._lines.get(test, frozenset()).intersection(change.lines)
        ]
        # What a shared fixture ran is told of its first test only: what survives is tried on all.
        for tests in (passing, quickest) if 0 < len(passing) < len(quickest) else (quickest,):
            processor = _PROCESSOR_FACTOR * sum(self._seconds[test] for test in tests)
            processor += _PROCESSOR_LEAST
            seen = self._run(tests, limit=_CLOCK_FACTOR * processor, processor=processor)
            if seen["code"] < 0:
                return "out of time", ""
            if seen["code"]:
                return "noticed", seen["failed"]
        return "survived", ""

    def _run(
        self,
        tests: Sequence[str],
        *,
        limit: float,
        processor: float = 0.0,
        module: str | None = None,
        keeps_bytecode: bool = False,
    ) -> dict[str, Any]:
        asked = {
            "tests": list(tests),
            "limit": limit,
            "processor": processor,
            "module": module,
            "keeps_bytecode": keeps_bytecode,
        }
        print(json.dumps(asked), file=self._pipe(self._worker.stdin), flush=True)
        seen: dict[str, Any] = json.loads(self._pipe(self._worker.stdout).readline())
        return seen

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


def copied(folder: Path) -> Path:
    """Copy what git keeps, and what lies beside it, so that the same tests run."""
    project = folder / "project"
    listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=PROJECT).decode().split("\0")
    for name in filter(None, listed):
        if (PROJECT / name).is_file():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, project / name)
    if (PROJECT.parent / "shared").is_dir():
        (folder / "shared").symlink_to(PROJECT.parent / "shared")
    return project


# ------------------------------------------------------------------ the figures


def drawn(every: Sequence[Change], room: str, seed: int, most: int) -> list[Change]:
    """Return the changes of ``room`` that are tried with ``seed``, in the order of the draw."""
    return random.Random(f"{seed} {room}").sample(list(every), min(most, len(every)))


def _room(
    name: str, asked: argparse.Namespace, project: Path, known: Sequence[Equivalent]
) -> list[Tried]:
    """Try a room's changes and print what became of them."""
    room = ROOMS[name]
    source = (project / room.module).read_text("utf-8")
    every, silent = to_be_noticed(room.module, source, known)
    chosen = drawn(every, name, asked.seed, asked.most)
    done: list[Tried] = []
    with Bench(room, project) as bench:
        until = time.monotonic() + asked.seconds
        for change in chosen:
            if time.monotonic() > until:
                break
            done.append(bench.tried(change))
            if asked.lines:
                _note(asked.lines, name, asked.seed, done[-1])
    alive = [one.change for one in done if one.fate == "survived"]
    share = 100 * (1 - len(alive) / max(1, len(done)))
    rest = f", {len(chosen) - len(done)} drawn and not tried" if len(done) < len(chosen) else ""
    print(
        f"{name}: {len(done) - len(alive)} of {len(done)} ({share:.0f} %); "
        f"{len(every)} changes, {silent} more that nothing can show{rest}"
    )
    for change in sorted(alive, key=lambda one: one.line):
        print(f"  {room.module}:{change.line}  {change.before}  →  {change.after}")
    sys.stdout.flush()
    return done


def _note(path: Path, room: str, seed: int, one: Tried) -> None:
    result = {"fate": one.fate, "by": one.by, "seconds": one.seconds}
    with path.open("a", encoding="utf-8") as lines:
        print(
            json.dumps(
                {"room": room, "seed": seed, **asdict(one.change), **result}, ensure_ascii=False
            ),
            file=lines,
        )


def _print_kinds(done: Sequence[Tried]) -> None:
    tried = Counter(one.change.kind for one in done)
    noticed = Counter(one.change.kind for one in done if one.fate != "survived")
    print(
        "kinds: " + ", ".join(f"{kind} {noticed[kind]} of {tried[kind]}" for kind in sorted(tried))
    )


def main(arguments: Sequence[str] = ()) -> int:
    """Print a line a room and each survivor; return 1 where fewer are noticed than promised."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutation", description=__doc__)
    parser.add_argument("--room", action="append", choices=list(ROOMS))
    parser.add_argument("--most", type=int, default=MOST)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--lines", type=Path)
    asked = parser.parse_args(list(arguments))
    done: list[Tried] = []
    with tempfile.TemporaryDirectory(prefix="drafting-mutation-") as folder:
        project, known = copied(Path(folder)), equivalents()
        for name in asked.room or ROOMS:
            done += _room(name, asked, project, known)
    left = sum(one.fate == "survived" for one in done)
    share = 100 * (1 - left / max(len(done), 1))
    _print_kinds(done)
    print(f"all: {len(done) - left} of {len(done)} ({share:.1f} %), promised {PROMISED} %")
    return 0 if share >= PROMISED else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
