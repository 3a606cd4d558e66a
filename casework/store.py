"""The living matters in SQLite. Every save makes a version; nothing is overwritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar

from casework import happening, noticing
from casework.matters import cohandling, handling, opinions, phrases, proofing, registered
from casework.matters.drafts import readings, typed, versions
from casework.matters.drafts.redrafts import Redrafts
from casework.matters.drafts.saving import as_worded, joined, place_now, with_answer
from casework.matters.drafts.thinning import thin
from casework.matters.proofing import Proofing
from casework.matters.rows import ALL, ONE, summary, summed, whole, with_opinions
from casework.matters.tables import batches as batch_tables
from casework.migrations import STEPS
from casework.nouns import (
    Conflict,
    CoOpinion,
    Matter,
    Person,
    Phrase,
    Saved,
    Summary,
    Typed,
    Version,
)
from casework.people.accounts import People
from casework.procedure import stage
from casework.procedure.events import EventName
from casework.procedure.states import OUT
from drafting.errors import UserError
from drafting.intake.nouns import Intake
from drafting.model import Answer, Draft, Proposal
from drafting.model.identity import aligned
from storage import connect, migrate, originals, transaction
from storage.engine import Connection
from storage.log import audit
from storage.moments import utc_now
from storage.originals import Kept, Originals
from storage.statements import new_id

FILE_NAME = "casework.db"
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")
GONE_OUT = "这份文稿已经印送，不能再改。确需改动的，请在“办理流程”里重新办理。"
_OUT = ", ".join(f"'{state}'" for state in OUT)
_MOVE_ON = f"""
    UPDATE matters SET version = :number, summary = :summary, updated = :now
    WHERE id = :id AND version = :number - 1 AND deleted IS NULL AND (:moving = 1
        OR NOT EXISTS (SELECT 1 FROM stages WHERE matter = :id AND state IN ({_OUT})))"""  # noqa: S608
"""Changes no row where somebody has saved in between, or the paper has gone out."""


class Casework:
    """The matters of one data folder. Not to be shared between threads: open one each."""

    def __init__(self, db: Connection, actor: audit.Actor, folder: Path) -> None:
        """Wrap an open, migrated database; use :meth:`open`."""
        self._db = db
        self.actor = actor
        self._folder = folder

    @classmethod
    def open(cls, data_folder: Path, actor: audit.Actor | None = None) -> Self:
        """Open ``casework.db`` in ``data_folder``, made and migrated as needed.

        Under the name of ``actor`` the log keeps what is done.
        Raises :class:`drafting.errors.UserError` where it is damaged or from a newer program.
        """
        db = connect(data_folder / FILE_NAME)
        try:
            migrate(db, STEPS)
        except BaseException:
            db.close()
            raise
        return cls(db, actor or audit.Actor(), data_folder)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def __enter__(self) -> Self:
        """Return itself; the database is closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the database."""
        self.close()

    @property
    def originals(self) -> Originals:
        """Where the files are kept that rows name by their digest."""
        return originals.of(self._folder)

    @property
    def waiting(self) -> Originals:
        """Where files wait until they were looked at."""
        return originals.waiting(self._folder)

    # ------------------------------------------------------------------ matters

    def create_matter(
        self,
        proposal: Proposal,
        profile_name: str = "default",
        original: tuple[str, bytes | Kept] | None = None,
        *,
        author: str = "",
        unit: str = "",
        reading: Intake | None = None,
    ) -> int:
        """Take in ``proposal`` with the file it came from (name, bytes); return the new id.

        ``unit`` is the unit of accounts that handles it, ``reading`` how the proposal was read.
        Raises :class:`drafting.errors.UserError` where the file cannot be kept.
        """
        digest = originals.keep(self.originals, original[1]) if original else ""
        draft = aligned(Draft(proposal=proposal, profile=profile_name))
        now = utc_now()
        with transaction(self._db, "registering"):
            matter_id = new_id(
                self._db.execute(
                    "INSERT INTO matters (version, summary, created, updated) VALUES (1, ?, ?, ?)"
                    " RETURNING id",
                    (summed(draft), now, now),
                )
            )
            handling.begin(self._db, matter_id, unit)
            versions.write(self._db, matter_id, 1, draft, now, author, "登记")
            if original is not None:
                registered.keep(self._db, matter_id, original[0], digest)
            if reading is not None:
                readings.keep(self._db, matter_id, reading)
            self.log("登记提案", f"提案 {matter_id}", detail=proposal.subject or "")
            happening.tell(self._db, ["matter.registered"], matter_id)
        return matter_id

    def matters(self, *, deleted: bool = False) -> list[Summary]:
        """Return the work list: what is due first comes first, what has no date last.

        ``deleted`` lists what was deleted and can be restored instead.
        """
        rows = self._db.execute(
            "SELECT id, summary, confirmed, updated FROM matters "
            " WHERE CASE WHEN deleted IS NULL THEN 0 ELSE 1 END = ?",
            (deleted,),
        )
        found = [summary(row) for row in rows]
        return sorted(found, key=lambda line: (line.due or dt.date.max, line.id))

    def matter(self, matter_id: int) -> Matter | None:
        """Return the matter as it stands, or ``None`` where it is unknown or deleted."""
        row = self._db.execute(ONE, (matter_id,)).fetchone()
        return whole(row) if row else None

    def whole_matters(self) -> Iterator[Matter]:
        """Yield all matters on the list with their drafts, in one look into the database."""
        asked = opinions.by_matter(self._db)
        found = self._db.execute(ALL)
        return (with_opinions(row, asked.get(row["id"], ())) for row in found)

    def count_deleted(self) -> int:
        """Return how many matters were deleted and can be restored."""
        query = "SELECT count(*) FROM matters WHERE deleted IS NOT NULL"
        return int(self._db.execute(query).fetchone()[0])

    def original(self, matter_id: int) -> tuple[str, bytes] | None:
        """Return name and bytes of the file that the matter was registered from, if any.

        Raises :class:`storage.originals.StoreError` where it is gone or damaged.
        """
        found = self.original_as_kept(matter_id)
        content = originals.load(self.originals, found[1]) if found else None
        return (found[0], content) if found and content is not None else None

    def original_as_kept(self, matter_id: int) -> tuple[str, bytes | Kept] | None:
        """Return name and file as :meth:`create_matter` takes them for another matter."""
        return registered.of_matter(self._db, matter_id)

    def original_name(self, matter_id: int) -> str:
        """Return the name of that file, "" where there is none; the file itself is not read."""
        return registered.name_of(self._db, matter_id)

    def reading(self, matter_id: int) -> Intake | None:
        """Return how the matter was read when it was registered, where that was kept."""
        return readings.of_matter(self._db, matter_id)

    def save_draft(
        self,
        matter_id: int,
        draft: Draft,
        expected_version: int,
        *,
        author: str = "",
        note: str = "",
        moving: bool = False,
    ) -> int:
        """Save ``draft`` as the next version and return its number.

        A draft equal to what stands makes no new version. ``moving``: as part of a move of the
        procedure, which alone may change a paper that has gone out. Raises :class:`Conflict` where
        the matter is no longer at ``expected_version``, :class:`LookupError` for an unknown
        matter, :class:`UserError` for a paper that has gone out.
        """
        with transaction(self._db, f"matter {matter_id}"):
            current = self._current(matter_id)
            if opinions.untold(current.draft) == opinions.untold(draft):
                return current.version
            if current.version != expected_version:
                raise Conflict(current, draft)
            return self._save(current, draft, author, note, moving=moving).version

    def save_answer(
        self,
        matter_id: int,
        place: int,
        answer: Answer,
        expected_version: int,
        *,
        base: str = "",
        author: str = "",
        note: str = "",
        seen: Matter | None = None,
        thins: bool = True,
    ) -> Saved:
        """Save the answer to suggestion ``place`` (from 0); say what stands after it.

        ``base`` is the :func:`answer_mark` of the answer that was changed, so that it is known
        even where its version has been thinned out. Where others have saved since but left this
        answer alone, both changes stand, and the answer is found where its suggestion has moved
        to; where they changed other lines of it, the two are merged. Raises :class:`Conflict`
        where both changed the same lines, :class:`LookupError` for an unknown matter or place.

        ``seen`` is the matter as it was just read: where nobody has saved since, it is not read
        again. ``thins``: old autosaves are thinned out too; a press that is waited for leaves
        that to the next save.
        """
        change = (place, answer, base)
        (saved,) = self.save_answers(
            matter_id,
            [change],
            expected_version,
            author=author,
            note=note,
            seen=seen,
            thins=thins,
        )
        return saved

    def save_answers(
        self,
        matter_id: int,
        changes: Sequence[tuple[int, Answer, str]],
        expected_version: int,
        *,
        author: str = "",
        note: str = "",
        seen: Matter | None = None,
        thins: bool = True,
    ) -> list[Saved]:
        """Save several answers (place, answer, base) as one version, each as :meth:`save_answer`.

        All of them or, where it raises, none.
        """
        with transaction(self._db, f"matter {matter_id}"):
            if seen is not None and seen.version == expected_version:
                try:
                    return self._save_answers(seen, changes, expected_version, author, note, thins)
                except _Overtaken:
                    """Nothing is written yet: it goes on as for whoever comes later."""
            current = self._current(matter_id)
            return self._save_answers(current, changes, expected_version, author, note, thins)

    def _save_answers(
        self,
        current: Matter,
        changes: Sequence[tuple[int, Answer, str]],
        expected_version: int,
        author: str,
        note: str,
        thins: bool,
    ) -> list[Saved]:
        now = aligned(current.draft).answers
        moved = current.version != expected_version
        was = self.version(current.id, expected_version) if moved else None
        draft, placed = current.draft, []
        for place, answer, base in changes:
            if moved:
                place = place_now(place, answer, now)
            answer = as_worded(answer, now, place)
            if not (place < len(now) and now[place] == answer):
                if moved:
                    answer, note = joined(current, was, place, answer, base, note)
                draft = with_answer(draft, place, answer)
            placed.append((place, answer))
        if draft is not current.draft:
            current = self._save(current, draft, author, note, thins=thins)
        return [Saved(current.version, *one, current) for one in placed]

    def confirm_suggestions(
        self, matter_id: int, draft: Draft, expected_version: int, *, author: str = ""
    ) -> int:
        """Save ``draft`` and mark its suggestions as checked: they are the contract from now on.

        Raises as :meth:`save_draft` does, and :class:`UserError` where the list is another unit's.
        """
        with transaction(self._db):
            cohandling.check_own_list(self._db, matter_id)
            version = self.save_draft(
                matter_id, draft, expected_version, author=author, note="核对建议"
            )
            self._db.execute("UPDATE matters SET confirmed = 1 WHERE id = ?", (matter_id,))
            self.log("核对建议", f"提案 {matter_id}", detail=f"第{version}版")
            happening.tell(self._db, ["matter.confirmed"], matter_id)
            if begun := stage.begin(self._db, matter_id, version, _time(utc_now()), author):
                happening.of_move(self._db, matter_id, begun)
        return version

    def delete(self, matter_id: int, person: Person | None = None) -> bool:
        """Take the matter off the list; nothing is destroyed. Return whether it was there.

        ``person`` is who asks, where that is to be checked: only the unit that owns the matter may;
        nobody while another unit waits for it, or works at it.
        Raises :class:`drafting.errors.UserError`.
        """
        self._check_owner(matter_id, person)
        cohandling.check_deletable(self._db, matter_id)
        statement = "UPDATE matters SET deleted = ? WHERE id = ? AND deleted IS NULL"
        return self._mark("删除提案", statement, utc_now(), matter_id, "matter.deleted")

    def restore(self, matter_id: int, person: Person | None = None) -> bool:
        """Undo :meth:`delete`, under the same rule. Return whether the matter had been deleted."""
        self._check_owner(matter_id, person)
        statement = "UPDATE matters SET deleted = ? WHERE id = ? AND deleted IS NOT NULL"
        return self._mark("恢复提案", statement, None, matter_id, "matter.restored")

    # ------------------------------------------------------------------ history

    def versions(self, matter_id: int) -> list[Version]:
        """Return the history of a matter, newest first."""
        return versions.listed(self._db, matter_id)

    def version(self, matter_id: int, number: int) -> Draft | None:
        """Return the draft as saved under ``number``, if there is such a version."""
        return versions.draft_of(self._db, matter_id, number)

    def name_version(self, matter_id: int, number: int, note: str) -> bool:
        """Give a version a name, so that it is never thinned out. Return whether it is there."""
        with transaction(self._db):
            named = versions.name(self._db, matter_id, number, note)
            if named:
                self.log("命名版本", f"提案 {matter_id}", detail=f"第{number}版：{note}")
        return named

    def typed(self, matter_id: int) -> Mapping[str, Typed]:
        """Return who brought each particular into the draft and when, by its words."""
        return typed.listed(self._db, matter_id)

    # ------------------------------------------------------------------ 会办意见

    def keep_co_units(self, matter_id: int, units: Sequence[str]) -> None:
        """Have a line for the opinion of each of ``units``."""
        opinions.keep_units(self._db, matter_id, units)

    def co_opinions(self, matter_id: int) -> list[CoOpinion]:
        """Return what is asked of the 会办 units and what they answered."""
        return opinions.listed(self._db, matter_id)

    def co_opinion(self, matter_id: int, opinion_id: int) -> CoOpinion | None:
        """Return one line, where it belongs to the matter."""
        return opinions.one(self._db, matter_id, opinion_id)

    def co_opinion_file(self, opinion_id: int) -> tuple[str, bytes] | None:
        """Return name and bytes of the file received, if any."""
        found = opinions.original(self._db, opinion_id)
        content = originals.load(self.originals, found[1]) if found else None
        return (found[0], content) if found and content is not None else None

    def ask_opinion(
        self, line: CoOpinion, asked: dt.date | None, due: dt.date | None, by: str = ""
    ) -> None:
        """Record that the unit was asked, as :func:`casework.matters.opinions.ask` does."""
        with transaction(self._db):
            opinions.ask(self._db, line.id, asked, due, by)
            said = f"{line.unit}：{asked}，期限{due or '未定'}" if asked else line.unit
            action = "征求会办意见" if asked else "撤销征求记录"
            self.log(action, f"会办意见 {line.id}", detail=said)
            event: EventName = "opinion.asked" if asked else "opinion.withdrawn"
            happening.of_opinion(self._db, line.id, event)

    def share_opinion(self, opinion_id: int, about: Sequence[str]) -> None:
        """Keep which suggestions are put before the unit."""
        opinions.share(self._db, opinion_id, about)

    def receive_opinion(
        self, opinion_id: int, day: dt.date, text: str, original: tuple[str, bytes]
    ) -> None:
        """Keep what the unit answered, with the file (name, bytes) that it came in."""
        digest = self.originals.put(original[1])
        with transaction(self._db):
            opinions.receive(self._db, opinion_id, day, text, original[0], digest)
            self.log("收到会办意见", f"会办意见 {opinion_id}", detail=original[0])
            noticing.of_opinion(self._db, opinion_id, self.actor.who)
            happening.of_opinion(self._db, opinion_id, "opinion.received")

    def late_opinions(self, today: dt.date) -> dict[int, int]:
        """Return for each matter how many opinions are overdue."""
        return opinions.late(self._db, today)

    # ------------------------------------------------------------------ 重新生成

    @property
    def redrafts(self) -> Redrafts:
        """The answers composed anew that wait for somebody's choice."""
        return Redrafts(self._db)

    # ------------------------------------------------------------------ 校对

    @property
    def proofing(self) -> Proofing:
        """What people decide about the proofreader's findings."""
        return Proofing(self._db, self.actor, lambda: self.originals)

    # ------------------------------------------------------------------ 常用语

    def add_phrase(self, text: str, *, author: str = "", unit: str = "") -> int:
        """Keep a phrase of ``unit``; rules and errors as :func:`casework.matters.phrases.add`."""
        with transaction(self._db):
            number = phrases.add(self._db, text, utc_now(), author, unit)
            self.log("增加常用语", f"常用语 {number}", detail=unit)
        return number

    def phrases(self, unit: str | None = None) -> list[Phrase]:
        """Return the phrases of ``unit``, the newest first; of all units without one."""
        return phrases.listed(self._db, unit)

    def remove_phrase(self, phrase_id: int, unit: str | None = None) -> str | None:
        """Delete a phrase of ``unit`` (of any without one); return its words.

        ``None`` where it was not there.
        """
        with transaction(self._db):
            words = phrases.remove(self._db, phrase_id, unit)
            if words is not None:
                self.log("删除常用语", f"常用语 {phrase_id}", detail=words)
        return words

    # ------------------------------------------------------------------ people

    @property
    def people(self) -> People:
        """The accounts, how they come in, and their sessions."""
        return People(self._db, self.actor)

    # ------------------------------------------------------------------ units, log

    @property
    def db(self) -> Connection:
        """The open database, for the other modules of this room."""
        return self._db

    def run(
        self,
        query: Callable[Concatenate[Connection, _Asked], _Answer],
        *args: _Asked.args,
        **kwargs: _Asked.kwargs,
    ) -> _Answer:
        """Return what a query of this room or of :mod:`storage` finds or does here: those outside
        name it and hand it no connection."""
        return query(self._db, *args, **kwargs)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all that is done in the block one write: all of it or nothing."""
        with transaction(self._db):
            yield

    def state(self) -> int:
        """Return a number that is another one once somebody else has written."""
        return int(self._db.execute("PRAGMA data_version").fetchone()[0])

    def count_without_unit(self) -> int:
        """Return how many matters belong to the unit of no name."""
        row = self._db.execute("SELECT count(*) FROM handling WHERE unit = ''").fetchone()
        return int(row[0])

    def hand_over(self, unit: str) -> int:
        """Give ``unit`` what is the unit of no name's: matters, phrases, batches, and what is not
        to be reported again; return how many matters there were."""
        with transaction(self._db):
            phrases.hand_over(self._db, unit)
            batch_tables.hand_over(self._db, unit)
            proofing.hand_over(self._db, unit)
            moved = handling.hand_over(self._db, unit)
            self.log("归口", unit, detail=f"提案 {moved} 件")
        return moved

    def units_of(self, matter_id: int) -> frozenset[str]:
        """Return the units that handle the matter; none where it is unknown."""
        return handling.units_of(self._db, matter_id)

    def assign_units(self, matter_id: int, units: Collection[str], person: Person) -> None:
        """Have ``person`` choose the units that handle the matter; only 督办 can hand it away,
        only its owner takes an added unit out again.

        Raises :class:`drafting.errors.UserError`.
        """
        with transaction(self._db):
            handling.check_choice(self._db, matter_id, units, person)
            self.set_units(matter_id, units)

    def set_units(self, matter_id: int, units: Collection[str]) -> None:
        """Have the matter handled by ``units`` from now on (分办)."""
        with transaction(self._db):
            new = set(units) - self.units_of(matter_id)
            handling.set_units(self._db, matter_id, units)
            self.log("分办", f"提案 {matter_id}", detail="、".join(sorted(units)))
            noticing.of_units(self._db, self.people.listed(), new, matter_id, self.actor.who)

    def log(self, action: str, what: str = "", *, result: str = "成功", detail: str = "") -> None:
        """Write an action of :attr:`actor` into the log, within the transaction under way."""
        who, where = self.actor.who, self.actor.where
        audit.write(self._db, action, who=who, where=where, what=what, result=result, detail=detail)

    # ------------------------------------------------------------------ within

    def _check_owner(self, matter_id: int, person: Person | None) -> None:
        if person is None or handling.owns(self._db, matter_id, person):
            return
        owners = "、".join(sorted(handling.owners_of(self._db, matter_id)))
        if owners:
            raise UserError(handling.NOT_DELETED.format(owners=owners))

    def _current(self, matter_id: int) -> Matter:
        found = self.matter(matter_id)
        if found is None:
            raise LookupError(matter_id)
        return found

    def _save(
        self,
        current: Matter,
        draft: Draft,
        author: str,
        note: str,
        *,
        moving: bool = False,
        thins: bool = True,
    ) -> Matter:
        """Write ``draft`` as the next version; return the matter as it stands then."""
        number, now = current.version + 1, utc_now()
        # The record of the day, not the one that the page was made with.
        draft = replace(draft, co_opinions=current.draft.co_opinions)
        values = {"id": current.id, "number": number, "summary": summed(draft), "now": now}
        moved_on = self._db.execute(_MOVE_ON, {**values, "moving": moving})
        if not moved_on.rowcount:
            if stage.stage_of(self._db, current.id).state in OUT and not moving:
                raise UserError(GONE_OUT)
            raise _Overtaken
        versions.write(self._db, current.id, number, draft, now, author, note)
        typed.note(self._db, current.id, current.draft, draft, now, author)
        if thins:
            thin(self._db, current.id, _time(now))
        said = f"第{number}版" + (f"：{note}" if note else "")
        self.log("保存文稿", f"提案 {current.id}", detail=said)
        return replace(current, draft=draft, version=number, updated=_time(now))

    def _mark(
        self, action: str, statement: str, value: str | None, matter_id: int, event: EventName
    ) -> bool:
        with transaction(self._db):
            done = bool(self._db.execute(statement, (value, matter_id)).rowcount)
            if done:
                self.log(action, f"提案 {matter_id}")
                happening.tell(self._db, [event], matter_id)
        return done


class _Overtaken(Exception):
    """Somebody saved after the matter was read."""


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
