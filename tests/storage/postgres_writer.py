"""A process of writers on one PostgreSQL database, for test_postgres_writers.py.

Each thread saves answers, registers matters, gives numbers out and writes the log, and says on
standard output what was acknowledged: nothing said there may be lacking afterwards.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from casework import Casework, Conflict
from casework.procedure import numbers
from drafting.model import Answer, Draft, Proposal, Suggestion
from drafting.profile import load_profile
from storage import database
from storage.log import audit

PROFILE = load_profile("default")
PROPOSAL = Proposal(
    suggestions=(Suggestion("一、", "增设停车泊位"), Suggestion("二、", "加强巡查"))
)
YEAR = 2026
Tell = Callable[..., None]


def main(url: str, folder: str, first: int, threads: int, rounds: int) -> None:
    """Run ``threads`` writers, numbered from ``first`` on."""
    database.url_of = lambda _: url
    said = threading.Lock()

    def tell(*words: object) -> None:
        with said:
            print(*words, flush=True)

    def write(number: int) -> None:
        with Casework.open(Path(folder), audit.Actor(f"甲{number}", "测试")) as casework:
            matters = [one.id for one in casework.matters()]
            for turn in range(rounds):
                at, words = matters[(number + turn) % len(matters)], f"{number}-{turn}"
                _note(casework, words, tell)
                _save(casework, at, words, tell)
                _register(casework, words, tell)

    workers = [threading.Thread(target=write, args=(first + n,)) for n in range(threads)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()


def _note(casework: Casework, words: str, tell: Tell) -> None:
    number = casework.run(audit.write, "测试", who=casework.actor.who, where="测试", what=words)
    tell("log", number, words)


def _save(casework: Casework, at: int, words: str, tell: Tell) -> None:
    while True:
        found = casework.matter(at)
        assert found is not None
        answers: tuple[Answer, ...] = found.draft.answers
        changed = replace(answers[0], done=f"{answers[0].done}\n{words}")
        draft: Draft = replace(found.draft, answers=(changed, *answers[1:]))
        try:
            version = casework.save_draft(at, draft, found.version, author=casework.actor.who)
        except Conflict:
            continue
        tell("saved", at, version, words)
        return


def _register(casework: Casework, words: str, tell: Tell) -> None:
    matter = casework.create_matter(PROPOSAL, author=words)
    found = casework.matter(matter)
    assert found is not None
    text = numbers.give(casework.db, PROFILE, found.draft, matter=matter, round=1, year=YEAR)
    tell("number", matter, text)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5]))
