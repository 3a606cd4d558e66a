"""Mutation: how many small faults, put into the code one at a time, the room's tests notice.

``python -m bench.mutation [ROOM ...] [--most N] [--seed S]`` copies the project to a temporary
folder, changes one comparison, constant, operator or returned value there and runs the tests of
that room until the first fails. A change that no test notices survives and is listed. Which of a
room's changes are tried is drawn by the seed. Changes that cannot show (a bound of a cache, what a
decorator is given, an annotation) are not made.
"""

from __future__ import annotations

import argparse
import ast
import copy
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
MOST = 30
"""Changes tried in a room unless told otherwise."""

PROMISED = 85
"""Per cent of them that the tests must notice."""


@dataclass(frozen=True, slots=True)
class Room:
    """A module and the tests that are to notice a fault in it."""

    module: str
    tests: tuple[str, ...]


ROOMS = {
    "ranking": Room(
        "corpus/index/ranking.py", ("tests/corpus/test_ranking.py", "tests/corpus/test_search.py")
    ),
    "recall": Room("corpus/index/recall.py", ("tests/corpus/test_recall.py",)),
    "evidence": Room("drafting/answering/evidence.py", ("tests/test_evidence.py",)),
    "engines": Room("drafting/reading/scans/lines.py", ("tests/reading/test_engines.py",)),
    "deadlines": Room("casework/calendar/deadlines.py", ("tests/casework/test_deadlines.py",)),
    "people": Room(
        "casework/people/accounts.py",
        ("tests/casework/test_people.py", "tests/casework/test_people_sessions.py"),
    ),
    "passwords": Room("casework/people/passwords.py", ("tests/casework/test_people.py",)),
    "progress": Room("drafting/answering/progress.py", ("tests/casework/test_progress.py",)),
    "alike": Room("drafting/language/alike.py", ("tests/test_alike.py",)),
    "redline": Room("drafting/language/redline.py", ("tests/test_redline.py",)),
    "judge": Room("drafting/reading/scans/judge.py", ("tests/reading/test_scans.py",)),
    "numbering": Room("drafting/language/numbering.py", ("tests/reading/test_numbering.py",)),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One small fault: where it is, what stood there, what stands there now."""

    line: int
    before: str
    after: str
    source: str


# ------------------------------------------------------------------ the changes

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
}  # fmt: skip


def changes(source: str) -> list[Change]:
    """Return every change of a module's ``source``, in the order of its text."""
    tree = ast.parse(source)
    found = []
    for node, alter in _sites(tree):
        before = ast.unparse(node)
        kept = copy.copy(node.__dict__)
        alter()
        after = ast.unparse(node)
        line = getattr(node, "lineno", 0)
        if after != before:
            found.append(Change(line, before, after, ast.unparse(tree)))
        node.__dict__.clear()
        node.__dict__.update(kept)
    return sorted(found, key=lambda change: (change.line, change.before, change.after))


def _sites(tree: ast.AST) -> Iterator[tuple[ast.AST, Callable[[], None]]]:
    """Yield each node that can be changed, with what changes it in place."""
    for node in _judged(tree):
        if isinstance(node, ast.Compare):
            swapped = [_SWAPPED.get(type(node.ops[0]), type(node.ops[0]))(), *node.ops[1:]]
            yield node, lambda node=node, ops=swapped: setattr(node, "ops", ops)
        elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in _SWAPPED:
            other = _SWAPPED[type(node.op)]()
            yield node, lambda node=node, op=other: setattr(node, "op", op)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield (
                node,
                lambda node=node: setattr(node, "operand", ast.UnaryOp(ast.Not(), node.operand)),
            )
        elif isinstance(node, ast.Return) and not _is_none(node.value):
            yield node, lambda node=node: setattr(node, "value", ast.Constant(None))
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float):
            yield node, lambda node=node: setattr(node, "value", _other(node.value))


def _judged(node: ast.AST) -> Iterator[ast.AST]:
    """Walk what a test can notice: no decorators, no annotations, no import for types."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("decorator_list", "annotation", "returns", "type_comment"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _judged(child)


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _other(value: bool | int | float) -> bool | int | float:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else value * 1.5 + (value == 0)


# ------------------------------------------------------------------ the tests


def survivors(room: Room, chosen: Sequence[Change], copies: Sequence[Path]) -> list[Change]:
    """Return those of ``chosen`` that the room's tests do not notice; each copy is one worker.

    Raises :class:`RuntimeError` where the tests fail without any change.
    """
    started = time.monotonic()
    if _fails(copies[0], room.tests, 900):
        raise RuntimeError(f"the tests of {room.module} fail by themselves")
    limit = 5 * (time.monotonic() - started) + 20
    free = list(copies)

    def notice(change: Change) -> bool:
        project = free.pop()
        module = project / room.module
        whole = module.read_bytes()
        module.write_text(change.source, "utf-8")
        try:
            return _fails(project, room.tests, limit)
        finally:
            module.write_bytes(whole)
            free.append(project)

    with ThreadPoolExecutor(len(copies)) as pool:
        noticed = list(pool.map(notice, chosen))
    return [change for change, seen in zip(chosen, noticed, strict=True) if not seen]


def _fails(project: Path, tests: Sequence[str], limit: float) -> bool:
    """Whether a test fails, or is not done in time."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    # A fault must be noticed at every run: the searches for cases begin alike.
    command += ["-m", "not browser and not office and not slow", "--hypothesis-seed=0"]
    environment = {**os.environ, "PYTHONPATH": str(project)}
    try:
        done = subprocess.run(
            command, cwd=project, env=environment, timeout=limit, capture_output=True, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def _copied(folder: Path) -> Path:
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


def main(arguments: Sequence[str] = ()) -> int:
    """Print a line a room and each survivor; return 1 where fewer are noticed than promised."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutation", description=__doc__)
    parser.add_argument("rooms", nargs="*", choices=[[], *ROOMS])
    parser.add_argument("--most", type=int, default=MOST)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(list(arguments))
    tried = left = 0
    with tempfile.TemporaryDirectory(prefix="drafting-mutation-") as folder:
        copies = [_copied(Path(folder) / str(number)) for number in range(os.cpu_count() or 1)]
        for name in asked.rooms or ROOMS:
            room = ROOMS[name]
            every = changes((PROJECT / room.module).read_text("utf-8"))
            chosen = random.Random(asked.seed).sample(every, min(asked.most, len(every)))
            alive = survivors(room, chosen, copies)
            tried, left = tried + len(chosen), left + len(alive)
            share = 100 * (1 - len(alive) / len(chosen))
            print(f"{name}: {len(chosen) - len(alive)} of {len(chosen)} ({share:.0f} %)")
            for change in sorted(alive, key=lambda one: one.line):
                print(f"  {room.module}:{change.line}  {change.before}  →  {change.after}")
            sys.stdout.flush()
    share = 100 * (1 - left / max(tried, 1))
    print(f"all: {tried - left} of {tried} ({share:.1f} %), promised {PROMISED} %")
    return 0 if share >= PROMISED else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
