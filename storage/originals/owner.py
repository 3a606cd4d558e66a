"""Whose the files of a store are: clean-up deletes nothing that another installation may need.

Each database has a mark of its own since it was made; the store has the marks of those whose files
it holds. A database that was lost and made anew, another data folder, or a second installation on
the same prefix has other marks: what it does not name is not for it to delete.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from drafting.errors import UserError
from storage.engine import Connection
from storage.originals.nouns import Originals

_MARK = "owner"
_ASKED = {
    "casework.db": "SELECT id FROM originals_owner",
    "archive.db": "SELECT value FROM settings WHERE name = 'originals_owner'",
}
ANOTHER = (
    "存放原件的地方登记的是另一个{what}（可能移走后新建过，或者与另一套系统共用了同一处），没有清理。"
    "确认里面没有别处要用的原件，用 drafting originals clean --adopt 改归本系统。"
)
_NAMES = {"casework.db": "办件数据库", "archive.db": "档案数据库"}


def mark_of(db: Connection, name: str) -> str:
    """Return the mark of the database called ``name``."""
    row = db.execute(_ASKED[name]).fetchone()
    return str(row[0]) if row else ""


def claim(store: Originals, marks: Mapping[str, str], *, adopt: bool = False) -> None:
    """Have the store hold the files of the databases with ``marks``, by their names.

    Raises :class:`UserError` where it holds another one's, unless they are to be ``adopt``ed.
    """
    known = _known(store)
    if not adopt and (other := other_than(known, marks)):
        raise UserError(ANOTHER.format(what=_NAMES[other]))
    if known != {**known, **marks}:
        store.set_mark(_MARK, json.dumps({**known, **marks}, sort_keys=True))


def other_than(known: Mapping[str, str], marks: Mapping[str, str]) -> str:
    """Return the database for which the store holds another one's files, "" where there is none."""
    return next((name for name, mark in marks.items() if known.get(name, mark) != mark), "")


def _known(store: Originals) -> dict[str, str]:
    said = store.mark(_MARK)
    if said is None:
        return {}
    try:
        found = json.loads(said)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise UserError("存放原件的地方的归属标记（owner）读不懂，没有清理，请管理员检查。")
    return {str(name): str(mark) for name, mark in found.items()}
