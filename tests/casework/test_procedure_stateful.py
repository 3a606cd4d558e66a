"""Whatever is tried in whatever order: only declared moves are made, and the record tells all."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from laws import tried
from procedure_fakes import ALL, TODAY, given_for, look, matter_of, ready

from casework import Casework
from casework.moving import Hindered, NotYours, Overtaken, offers, take
from casework.procedure import numbers
from casework.procedure.guards import Doer
from casework.procedure.stage import history, stage_of
from casework.procedure.states import FINAL, MOVES, START, STATES
from casework.procedure.turns import is_for
from drafting.errors import UserError

IDS = [move.id for move in MOVES]


class Office(RuleBasedStateMachine):
    """Clerks press buttons as they come, allowed or not, fresh or stale."""

    def __init__(self) -> None:
        super().__init__()
        self._scratch = tempfile.TemporaryDirectory()
        self.casework = Casework.open(Path(self._scratch.name))
        self.matters = [ready(self.casework), ready(self.casework)]
        self.today = TODAY

    def teardown(self) -> None:
        for which in range(len(self.matters)):
            self._to_its_end(which)
        self.casework.close()
        self._scratch.cleanup()

    @rule(
        which=st.sampled_from([0, 1]),
        move=st.sampled_from(IDS),
        roles=st.frozensets(st.sampled_from(ALL)),
        override=st.sampled_from(["", "情况特殊"]),
    )
    def try_any(self, which: int, move: str, roles: frozenset[str], override: str) -> None:
        self._try(which, move, Doer("某人", "", roles, alone=False), override, stale=0)  # type: ignore[arg-type]

    @rule(which=st.sampled_from([0, 1]), pick=st.integers(0, 30), stale=st.sampled_from([0, 0, 1]))
    def try_offered(self, which: int, pick: int, stale: int) -> None:
        now = look(self.casework, self.matters[which], today=self.today)
        found = [one.move.id for one in offers(now)]
        if found:
            self._try(which, found[pick % len(found)], Doer(), "照办", stale=stale)

    @rule(days=st.integers(0, 40))
    def wait(self, days: int) -> None:
        self.today += dt.timedelta(days)

    def _to_its_end(self, which: int) -> None:
        """From wherever it was left, who works alone can bring the matter to its end."""
        matter = self.matters[which]
        self.today += dt.timedelta(60)
        for _ in range(20):
            now = look(self.casework, matter, today=self.today)
            if now.stage.state in FINAL:
                return
            onward = [
                one.move.id
                for one in offers(now)
                if one.is_open and one.move.target and not one.move.back
            ]
            # No way on is only where a change after the signing leads back.
            back = [one.move.id for one in offers(now) if one.move.back]
            self._try(which, (onward or back)[-1], Doer(), "照办", stale=0)
        raise AssertionError(now.stage)

    def _try(self, which: int, move: str, doer: Doer, override: str, *, stale: int) -> None:
        matter = self.matters[which]
        now = look(self.casework, matter, doer, today=self.today)
        declared = next(one for one in MOVES if one.id == move)
        given = given_for(move, override=override)
        expected = now.stage.moves - stale
        try:
            after = take(
                self.casework, move, given, now, expected=expected, file=lambda draft: "档案"
            )
        except (Overtaken, NotYours, Hindered, UserError) as error:
            assert error.message.endswith("。"), error.message
            assert stage_of(self.casework.db, matter) == now.stage
            return
        assert not stale
        assert now.stage.state in declared.sources and is_for(declared, doer)
        assert after.state == (declared.target or now.stage.state)
        assert after.moves == now.stage.moves + 1

    @invariant()
    def the_record_is_whole_and_in_order(self) -> None:
        for matter in self.matters:
            steps, now = history(self.casework.db, matter), stage_of(self.casework.db, matter)
            assert [step.number for step in steps] == list(range(1, now.moves + 1))
            assert now.state in STATES
            places = [START, *(step.target for step in steps)]
            assert [step.source for step in steps] == places[:-1] and places[-1] == now.state
            assert [step.at for step in steps] == sorted(step.at for step in steps)
            for step in steps:
                assert step.source in step.move.sources
                assert step.target == (step.move.target or step.source)

    @invariant()
    def numbers_have_no_gap_and_no_double(self) -> None:
        for year in numbers.years(self.casework.db):
            book = numbers.book(self.casework.db, year)
            assert [one.seq for one in book] == list(range(1, len(book) + 1))
        for matter in self.matters:
            now = stage_of(self.casework.db, matter)
            if now.state in ("征询", "办结", "归档"):
                printed = matter_of(self.casework, matter).draft.doc_no
                assert printed == numbers.of_paper(self.casework.db, matter, now.round) != ""


TestOffice = Office.TestCase
TestOffice.settings = tried(
    12,
    stateful_step_count=30,
    suppress_health_check=list(HealthCheck),
)
