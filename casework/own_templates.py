"""The Word templates of an office's own: every version of each, by profile and form.

A version names its file by the digest under which it stands in the data folder; nothing is ever
changed or deleted. The one that holds is the newest that was adopted; one without a file says that
none holds any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from drafting.model import Form
from storage import transaction
from storage.engine import Connection, Row
from storage.moments import utc_now


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """One version of a template: its file, what its placeholders stand for, and whose it is.

    ``fields`` and ``headings`` are those of :class:`drafting.writing.own_template.Binding`.
    ``adopted``: papers are made with it; ``digest`` is "" where from then on none was to be used.
    """

    profile: str
    form: Form
    number: int
    file_name: str
    digest: str
    adopted: bool
    saved: dt.datetime
    author: str = ""
    note: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)


def install(db: Connection) -> None:
    """Make the table; a step of the schema."""
    db.execute("""
        CREATE TABLE own_templates (
            profile TEXT NOT NULL,
            form TEXT NOT NULL,
            number INTEGER NOT NULL,
            file_name TEXT NOT NULL,
            digest TEXT NOT NULL,
            fields TEXT NOT NULL DEFAULT '{}',
            headings TEXT NOT NULL DEFAULT '{}',
            adopted INTEGER NOT NULL DEFAULT 0,
            saved TEXT NOT NULL,
            author TEXT NOT NULL DEFAULT '',
            note TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (profile, form, number)
        ) WITHOUT ROWID""")


def versions(db: Connection, profile: str, form: Form) -> list[TemplateVersion]:
    """Return all versions of one template, the newest first."""
    rows = db.execute(
        "SELECT * FROM own_templates WHERE profile = ? AND form = ? ORDER BY number DESC",
        (profile, form),
    )
    return [_version(row) for row in rows]


def version(db: Connection, profile: str, form: Form, number: int) -> TemplateVersion | None:
    """Return one version."""
    row = db.execute(
        "SELECT * FROM own_templates WHERE profile = ? AND form = ? AND number = ?",
        (profile, form, number),
    ).fetchone()
    return _version(row) if row else None


def in_force(db: Connection, profile: str, form: Form) -> TemplateVersion | None:
    """Return the version with which papers are made; ``None`` where there is none."""
    row = db.execute(
        "SELECT * FROM own_templates WHERE profile = ? AND form = ? AND adopted = 1"
        " ORDER BY number DESC LIMIT 1",
        (profile, form),
    ).fetchone()
    return _version(row) if row and row["digest"] else None


def all_in_force(db: Connection, profile: str) -> dict[Form, TemplateVersion]:
    """Return :func:`in_force` of each form that has one."""
    rows = db.execute("SELECT DISTINCT form FROM own_templates WHERE profile = ?", (profile,))
    found = {row["form"]: in_force(db, profile, row["form"]) for row in rows.fetchall()}
    return {form: one for form, one in found.items() if one is not None}


def newest(db: Connection, profile: str) -> dict[Form, TemplateVersion]:
    """Return the newest version of each template of a profile, adopted or not."""
    rows = db.execute(
        "SELECT * FROM own_templates AS one WHERE profile = ? AND number ="
        " (SELECT max(number) FROM own_templates WHERE profile = one.profile AND form = one.form)"
        " ORDER BY form",
        (profile,),
    )
    return {row["form"]: _version(row) for row in rows}


def add(db: Connection, made: TemplateVersion) -> int:
    """Keep ``made`` as the next version of its template and return its number."""
    with transaction(db):
        (last,) = db.execute(
            "SELECT ifnull(max(number), 0) FROM own_templates WHERE profile = ? AND form = ?",
            (made.profile, made.form),
        ).fetchone()
        db.execute(
            "INSERT INTO own_templates"
            " (profile, form, number, file_name, digest, fields, headings, adopted, saved, author,"
            " note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(made.profile, made.form, last + 1, made.file_name, made.digest),
                msgspec.json.encode(dict(made.fields)).decode(),
                msgspec.json.encode(dict(made.headings)).decode(),
                *(int(made.adopted), utc_now(), made.author, made.note),
            ),
        )
    return int(last) + 1


def digests(db: Connection) -> list[str]:
    """Return the digests of all files of templates."""
    rows = db.execute("SELECT DISTINCT digest FROM own_templates WHERE digest != ''")
    return [row["digest"] for row in rows]


def _version(row: Row) -> TemplateVersion:
    return TemplateVersion(
        row["profile"],
        row["form"],
        row["number"],
        row["file_name"],
        row["digest"],
        bool(row["adopted"]),
        dt.datetime.fromisoformat(row["saved"]),
        row["author"],
        row["note"],
        msgspec.json.decode(row["fields"]),
        msgspec.json.decode(row["headings"]),
    )
