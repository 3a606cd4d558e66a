"""Many items registered at once: the files that came, what each line is to be, what became of it.

A batch is ``reading`` its files, then ``planned`` until somebody confirms it, ``making`` its
matters, ``made``; it may be ``undone``, or ``dropped`` unconfirmed. ``stopped`` waits for somebody
to go on: the disk was full. Each file read and each matter made is one transaction with what is
noted of it, so that a process that is killed leaves nothing half done: whoever goes on finds what
is still waiting.

What was read of a file, and what a line is to be, is JSON of :mod:`desk.batch`; here it is text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from casework import jobs
from casework.matters.batch_rows import (
    Batch,
    BatchLine,
    File,
    FileState,
    Order,
    batch_of,
    file_of,
    line_of,
)
from casework.store import Casework
from drafting.errors import UserError
from storage import transaction
from storage.moments import utc_now
from storage.originals import Kept
from storage.originals.places import waiting
from storage.statements import new_id, upsert

MOST_FILES = 2_000
_ATTEMPTS = 2
_COLUMNS = ("unit", "head", "name", "key", "saved")
_KEPT_DAYS = 30


class Batches:
    """The batches of one data folder, as whoever the log names may see them."""

    def __init__(self, casework: Casework, unit: str | None = None) -> None:
        """``unit`` is whose batches are seen; those of all where it is ``None``."""
        self._casework = casework
        self._db = casework.db
        self._unit = unit

    # ------------------------------------------------------------------ files come in

    def begin(
        self, author: str, unit: str, profile: str, files: Iterable[tuple[str, bytes]]
    ) -> int:
        """Make a batch of ``files`` (name, bytes), to be read; return its number.

        Batches that nobody confirmed within a month are dropped. Raises :class:`UserError` where
        there is no file, or too many.
        """
        now = utc_now()
        kept = self._put(files)
        with transaction(self._db):
            self._drop_old(now)
            made = new_id(
                self._db.execute(
                    "INSERT INTO batches (unit, author, profile, state, created, started)"
                    " VALUES (?, ?, ?, 'reading', ?, ?) RETURNING id",
                    (unit, author, profile, now, now),
                )
            )
            number = made
            names = self._add(number, kept)
            if not names:
                raise UserError("请先选择文件。", field="file")
            shown = "、".join(names[:5]) + (f"等 {len(names)} 个" if len(names) > 5 else "")
            self._casework.log("批量登记", f"批次 {number}", detail=f"收到 {shown}")
            jobs.enqueue(self._db, jobs.BATCH, str(number), author)
        return number

    def _put(self, files: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, str]]:
        """Put the files where they wait to be read, before their rows are; return names and
        digests."""
        store = self._casework.waiting
        return iter([(name, store.put(content)) for name, content in files])

    def _add(self, number: int, files: Iterable[tuple[str, str]]) -> list[str]:
        """Add files (name, digest); the same content twice in a batch counts once. Return the names
        added."""
        rows = self._db.execute("SELECT sha256 FROM batch_files WHERE batch = ?", (number,))
        known = {row["sha256"] for row in rows}
        names = []
        for name, digest in files:
            if digest in known:
                continue
            known.add(digest)
            if len(known) > MOST_FILES:
                raise UserError(f"一次最多登记 {MOST_FILES} 个文件，请分几次。", field="file")
            self._db.execute(
                "INSERT INTO batch_contents (sha256, content) VALUES (?, ?) ON CONFLICT DO NOTHING",
                (digest, b""),
            )
            self._db.execute(
                "INSERT INTO batch_files (batch, name, sha256) VALUES (?, ?, ?)",
                (number, name, digest),
            )
            names.append(name)
        self._db.execute("UPDATE batches SET total = total + ? WHERE id = ?", (len(names), number))
        return names

    # ------------------------------------------------------------------ looking

    def batch(self, number: int) -> Batch | None:
        """Return a batch, or ``None`` where there is none of that number."""
        found = self._batches("b.id = :value", number)
        return found[0] if found else None

    def recent(self, most: int = 5) -> list[Batch]:
        """Return the last batches that can still be seen to, the newest first."""
        return self._batches(
            "b.state != 'dropped' AND b.id > (SELECT max(id) FROM batches) - 200"
            " ORDER BY b.id DESC LIMIT :value",
            most,
        )

    def _batches(self, which: str, value: int) -> list[Batch]:
        rows = self._db.execute(
            "SELECT b.* FROM batches b WHERE (:unit IS NULL OR b.unit = :unit)"  # noqa: S608
            f" AND {which}",
            {"unit": self._unit, "value": value},
        )
        return [batch_of(row) for row in rows]

    def files(self, number: int) -> list[File]:
        """Return the files of a batch in the order of their names, those of zip files too."""
        rows = self._db.execute("SELECT * FROM batch_files WHERE batch = ? ORDER BY id", (number,))
        return [file_of(row) for row in rows]

    def file(self, file_id: int) -> File | None:
        """Return one file, or ``None`` where there is none."""
        row = self._db.execute("SELECT * FROM batch_files WHERE id = ?", (file_id,)).fetchone()
        return file_of(row) if row else None

    def content(self, file_id: int) -> bytes:
        """Return what a file holds. Raises :class:`LookupError` once its batch is done with, and
        :class:`storage.originals.StoreError` where the store does not give it."""
        held, waits = self._held(file_id)
        if not isinstance(held, Kept):
            return held
        store = self._casework.waiting if waits else self._casework.originals
        return store.get(held.digest)

    def as_kept(self, file_id: int) -> bytes | Kept:
        """Return a file that was read as a matter takes it; raises as :meth:`content`."""
        held, waits = self._held(file_id)
        return self.content(file_id) if waits else held

    def _held(self, file_id: int) -> tuple[bytes | Kept, bool]:
        """Return a file as its row has it, and whether it still waits to be read."""
        row = self._db.execute(
            "SELECT c.sha256, c.content, f.state FROM batch_contents c"
            " JOIN batch_files f ON f.sha256 = c.sha256 WHERE f.id = ?",
            (file_id,),
        ).fetchone()
        if row is None:
            raise LookupError(file_id)
        # A former program kept the bytes in the row.
        if row["content"]:
            return bytes(row["content"]), False
        return Kept(str(row["sha256"])), row["state"] == "waiting"

    def lines(self, number: int) -> list[BatchLine]:
        """Return the lines of a confirmed batch."""
        rows = self._db.execute(
            "SELECT * FROM batch_lines WHERE batch = ? ORDER BY place", (number,)
        )
        return [line_of(row) for row in rows]

    # ------------------------------------------------------------------ reading

    def under_way(self) -> list[tuple[int, str]]:
        """Return the batches that are to be worked on, each with whose it is, the first first."""
        rows = self._db.execute(
            "SELECT id, author FROM batches WHERE state IN ('reading', 'making') ORDER BY id"
        ).fetchall()
        return [(row["id"], row["author"]) for row in rows]

    def next_file(self, number: int) -> File | None:
        """Return the next file to be read; one over which the program ended twice is refused."""
        while True:
            row = self._db.execute(
                "SELECT * FROM batch_files WHERE batch = ? AND state = 'waiting' ORDER BY id",
                (number,),
            ).fetchone()
            if row is None:
                return None
            if row["attempts"] < _ATTEMPTS:
                with transaction(self._db):
                    self._db.execute(
                        "UPDATE batch_files SET attempts = attempts + 1 WHERE id = ?", (row["id"],)
                    )
                return file_of(row)
            self.keep_refusal(
                file_of(row), "读这个文件时程序两次中断，没有读成；请另存为 .docx 后再试。"
            )

    def keep_reading(self, file: File, kind: str, reading: str) -> None:
        """Keep what was read of a file, and as what. Raises
        :class:`storage.originals.StoreError`."""
        self._casework.originals.put(self.content(file.id))
        self._read(file, "read", kind, reading, "")
        self._wait_no_more(file.sha256)

    def keep_refusal(self, file: File, reason: str) -> None:
        """Keep why a file could not be read; nothing of its content stays."""
        with transaction(self._db):
            self._read(file, "refused", "", "", reason)
            self._forget_contents(file.batch, file.id)
        self._wait_no_more(file.sha256)

    def spread(self, file: File, files: Iterable[tuple[str, bytes | str]]) -> None:
        """Put in a packed file's place the files within it: name and bytes, or why there are none.

        ``files`` may be read while it is gone through; whatever that raises leaves all as it was.
        """
        store = self._casework.waiting
        found = [
            (name, Kept(store.put(content)) if isinstance(content, bytes) else content)
            for name, content in files
        ]
        with transaction(self._db):
            self._read(file, "spread", "", "", "")
            self._add(file.batch, self._sound(file.batch, found))
            self._forget_contents(file.batch, file.id)
        self._wait_no_more(file.sha256)

    def _sound(
        self, number: int, files: Iterable[tuple[str, Kept | str]]
    ) -> Iterator[tuple[str, str]]:
        """Yield the files that have bytes, by their digest; keep of the others why not."""
        for name, content in files:
            if isinstance(content, Kept):
                yield name, content.digest
                continue
            self._db.execute(
                "INSERT INTO batch_files (batch, name, sha256, state, reason)"
                " VALUES (?, ?, '', 'refused', ?)",
                (number, name, content),
            )

    def _read(self, file: File, state: FileState, kind: str, reading: str, reason: str) -> None:
        with transaction(self._db):
            changed = self._db.execute(
                "UPDATE batch_files SET state = ?, kind = ?, reading = ?, reason = ?"
                " WHERE id = ? AND state = 'waiting'",
                (state, kind, reading, reason, file.id),
            )
            self._db.execute(
                "UPDATE batches SET done = done + ? WHERE id = ?", (changed.rowcount, file.batch)
            )

    def end_reading(self, number: int) -> None:
        """Have the batch wait for whoever confirms it."""
        self._db.execute(
            "UPDATE batches SET state = 'planned' WHERE id = ? AND state = 'reading'", (number,)
        )

    # ------------------------------------------------------------------ choices and columns

    def keep_choices(self, number: int, choices: str) -> None:
        """Keep what was chosen on the page so far."""
        self._db.execute(
            "UPDATE batches SET choices = ? WHERE id = ? AND state = 'planned'", (choices, number)
        )

    def columns(self, unit: str, head: str) -> dict[str, str]:
        """Return ``{column name: key}`` of a head as the unit once said; "" leaves a column out."""
        rows = self._db.execute(
            "SELECT name, key FROM batch_columns WHERE unit = ? AND head = ?", (unit, head)
        )
        return {row["name"]: row["key"] for row in rows}

    def columns_of_any(self, unit: str) -> dict[str, str]:
        """Return ``{column name: key}`` as the unit said last of any head that had the name."""
        rows = self._db.execute(
            "SELECT name, key FROM batch_columns WHERE unit = ? AND key != '' ORDER BY saved",
            (unit,),
        )
        return {row["name"]: row["key"] for row in rows}

    def keep_columns(self, unit: str, head: str, keys: Mapping[str, str]) -> None:
        """Remember what the columns of a head hold, for the next ledger of the unit."""
        now = utc_now()
        with transaction(self._db):
            self._db.executemany(
                upsert("batch_columns", _COLUMNS, key=_COLUMNS[:3]),
                [(unit, head, name, key, now) for name, key in keys.items()],
            )
            self._casework.log("指定台账各列", unit, detail="、".join(keys)[:200])

    # ------------------------------------------------------------------ making

    def confirm(self, number: int, orders: Sequence[Order]) -> None:
        """Have the matters made that ``orders`` name. Raises :class:`UserError` where it is late.

        An order with a reason is left out, and kept with it.
        """
        made = sum(not order.reason for order in orders)
        with transaction(self._db):
            changed = self._db.execute(
                "UPDATE batches SET state = 'making', done = 0, total = ?, started = ?"
                " WHERE id = ? AND state = 'planned'",
                (made, utc_now(), number),
            )
            if not changed.rowcount:
                raise UserError("这一批已经确认过，或者已经撤下。请刷新页面。")
            self._db.executemany(
                "INSERT INTO batch_lines (batch, place, name, plan, file, state, reason)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        number,
                        place,
                        order.name,
                        order.plan,
                        order.file,
                        "left" if order.reason else "waiting",
                        order.reason,
                    )
                    for place, order in enumerate(orders)
                ],
            )
            self._casework.log("确认批量登记", f"批次 {number}", detail=f"登记 {made} 件")
            self._ask_for(number)

    def next_line(self, number: int) -> BatchLine | None:
        """Return the next line of which a matter is to be made."""
        row = self._db.execute(
            "SELECT * FROM batch_lines WHERE batch = ? AND state = 'waiting'"
            " ORDER BY place LIMIT 1",
            (number,),
        ).fetchone()
        return line_of(row) if row else None

    def settle(self, line: BatchLine, make: Callable[[BatchLine], int | str]) -> None:
        """Have ``make`` register a line's matter, once: both that and the note of it, or neither.

        It returns the matter's id, or why none was made.
        """
        with transaction(self._db):
            row = self._db.execute(
                "SELECT state FROM batch_lines WHERE batch = ? AND place = ?",
                (line.batch, line.place),
            ).fetchone()
            if row is None or row["state"] != "waiting":
                return
            made = make(line)
            matter, reason = (made, "") if isinstance(made, int) else (None, made)
            self._db.execute(
                "UPDATE batch_lines SET state = ?, matter = ?, reason = ?"
                " WHERE batch = ? AND place = ?",
                ("left" if reason else "made", matter, reason, line.batch, line.place),
            )
            self._db.execute("UPDATE batches SET done = done + 1 WHERE id = ?", (line.batch,))

    def end_making(self, number: int) -> None:
        """Note that all lines are settled; the bytes of the files go."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE batches SET state = 'made', finished = ? WHERE id = ? AND state = 'making'",
                (utc_now(), number),
            )
            self._forget_contents(number)

    def stop(self, number: int, message: str) -> None:
        """Have a batch wait until somebody goes on with it."""
        with transaction(self._db):
            self._db.execute(
                "UPDATE batches SET state = 'stopped', message = ?"
                " WHERE id = ? AND state IN ('reading', 'making')",
                (message, number),
            )

    def go_on(self, number: int) -> bool:
        """Take up a batch that was stopped; return whether it was."""
        with transaction(self._db):
            confirmed = self._db.execute(
                "SELECT 1 FROM batch_lines WHERE batch = ?", (number,)
            ).fetchone()
            changed = self._db.execute(
                "UPDATE batches SET state = ?, message = '' WHERE id = ? AND state = 'stopped'",
                ("making" if confirmed else "reading", number),
            )
            if changed.rowcount:
                self._ask_for(number)
        return bool(changed.rowcount)

    def _ask_for(self, number: int) -> None:
        row = self._db.execute("SELECT author FROM batches WHERE id = ?", (number,)).fetchone()
        jobs.enqueue(self._db, jobs.BATCH, str(number), row["author"])

    # ------------------------------------------------------------------ taking back

    def drop(self, number: int) -> bool:
        """Put away a batch that was not confirmed; return whether it was there."""
        with transaction(self._db):
            changed = self._db.execute(
                "UPDATE batches SET state = 'dropped', finished = ?"
                " WHERE id = ? AND state IN ('reading', 'planned')",
                (utc_now(), number),
            )
            if changed.rowcount:
                self._forget_contents(number)
                self._casework.log("放弃批量登记", f"批次 {number}")
        if changed.rowcount:
            self._wait_no_more(*(one.sha256 for one in self.files(number) if one.sha256))
        return bool(changed.rowcount)

    def undo(self, number: int) -> tuple[int, int]:
        """Delete the matters of a batch that nobody has worked on; the others stay.

        Returns how many went, and how many stay. Deleted ones can be restored as any matter.
        Raises :class:`UserError` where the batch is not made, or undone already.
        """
        with transaction(self._db):
            changed = self._db.execute(
                "UPDATE batches SET state = 'undone', finished = ? WHERE id = ? AND state = 'made'",
                (utc_now(), number),
            )
            if not changed.rowcount:
                raise UserError("这一批还没有登记完，或者已经撤销。请刷新页面。")
            gone = kept = 0
            for line in self.lines(number):
                if line.matter is None or line.state != "made":
                    continue
                reason = self._worked_on(line.matter, number)
                if not reason:
                    self._casework.delete(line.matter)
                gone, kept = gone + (not reason), kept + bool(reason)
                self._db.execute(
                    "UPDATE batch_lines SET state = ?, reason = ? WHERE batch = ? AND place = ?",
                    ("kept" if reason else "removed", reason, number, line.place),
                )
            said = f"删除 {gone} 件，保留 {kept} 件"
            self._casework.log("撤销批量登记", f"批次 {number}", detail=said)
        return gone, kept

    def _worked_on(self, matter: int, number: int) -> str:
        """Say why a matter stays when its batch is undone; "" where nobody has worked on it."""
        row = self._db.execute(
            "SELECT m.version, m.confirmed, m.deleted, b.unit, s.moves,"
            " (SELECT group_concat(unit, '、') FROM handling WHERE matter = m.id) AS units"
            " FROM matters m JOIN batches b ON b.id = :batch"
            " LEFT JOIN stages s ON s.matter = m.id WHERE m.id = :matter",
            {"matter": matter, "batch": number},
        ).fetchone()
        if row["deleted"]:
            return "已由他人删除"
        if row["moves"]:
            return "已经开始办理"
        if row["version"] > 1 or row["confirmed"]:
            return "已经核对或修改"
        if row["units"] != row["unit"]:
            return "已经分给别的单位"
        return ""

    # ------------------------------------------------------------------ within

    def _drop_old(self, now: str) -> None:
        since = (dt.datetime.fromisoformat(now) - dt.timedelta(days=_KEPT_DAYS)).isoformat()
        rows = self._db.execute(
            "SELECT id FROM batches WHERE state = 'planned' AND created < ?", (since,)
        ).fetchall()
        for row in rows:
            self.drop(row["id"])

    def _wait_no_more(self, *digests: str) -> None:
        """Delete files that were looked at, unless somebody else's still waits."""
        if not self._db.in_transaction:
            for digest in set(digests) - waiting(self._db):
                self._casework.waiting.delete(digest)

    def _forget_contents(self, number: int, file_id: int | None = None) -> None:
        """Delete the bytes of a batch's files, or of one, that no other file needs."""
        self._db.execute(
            "DELETE FROM batch_contents WHERE sha256 IN (SELECT sha256 FROM batch_files"
            " WHERE batch = :batch AND (:file IS NULL OR id = :file)) AND sha256 NOT IN"
            " (SELECT f.sha256 FROM batch_files f JOIN batches b ON b.id = f.batch"
            " WHERE b.state NOT IN ('made', 'undone', 'dropped')"
            " AND f.state IN ('waiting', 'read'))",
            {"batch": number, "file": file_id},
        )
