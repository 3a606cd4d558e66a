"""What goes, and what passes on, when an account is removed.

What a person did stays under the name, in moves, versions and the log. What was only his own goes:
texts that he had checked, answers composed anew that waited for his choice, notices and messages,
what he could have undone. What was in his hands waits for the others of the unit. So whoever gets
an account of the same name later inherits nothing.
"""

from __future__ import annotations

from storage.engine import Connection

_OWN = (
    ("checks", "author"),
    ("redrafts", "person"),
    ("notices", "person"),
    ("notice_choices", "person"),
    ("undo_steps", "author"),
)


def leave(db: Connection, name: str) -> str:
    """Take away what was the person's alone, and hand on the rest; return what is to be logged,
    nothing where there was nothing."""
    gone = 0
    for table, column in _OWN:
        gone += db.execute(f"DELETE FROM {table} WHERE {column} = ?", (name,)).rowcount  # noqa: S608
    gone += db.execute("DELETE FROM outbox WHERE person = ? AND state = '等待'", (name,)).rowcount
    freed = db.execute("UPDATE stages SET handler = '' WHERE handler = ?", (name,)).rowcount
    said = []
    if gone:
        said.append(f"删去其本人的校对、通知等 {gone} 项")
    if freed:
        said.append(f"经办的提案 {freed} 件待重新承办")
    return "，".join(said)
