"""发文字号: given without gap or double, whoever asks at the same time; a void number stays known.

A number is taken in the transaction of the move 编号: what is rolled back was never given. The
database's own indexes refuse a number twice, and a paper with two, should a program err.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from dataclasses import dataclass

from casework import units
from drafting.errors import UserError
from drafting.language.doc_numbers import MET_WITH_YEAR, typed_doc_no
from drafting.model import Draft
from drafting.profile import Profile, fill
from storage import transaction
from storage.engine import Connection, Row
from storage.moments import moment, utc_now

LONGEST = 60
_YEAR_OF = re.compile(MET_WITH_YEAR)
_SEQ_MAX = 99_999


@dataclass(frozen=True, slots=True)
class Number:
    """A line of the book of numbers; ``seq`` is ``None`` for one that was given elsewhere.

    ``paper`` is empty for the matter's own paper, else names the letter (退办说明, 延期申请).
    ``profile`` and ``unit`` tell whose series it is.
    """

    id: int
    code: str
    year: int
    seq: int | None
    text: str
    matter: int
    given: dt.datetime
    author: str
    void: dt.datetime | None
    void_reason: str
    paper: str = ""
    profile: str = ""
    unit: str = ""


def belong(db: Connection) -> None:
    """Have each number say whose it is; a numbered migration.

    Of those given before, the profile of the matter tells; it was given under that one.
    """
    db.execute("ALTER TABLE numbers ADD COLUMN profile TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE numbers ADD COLUMN unit TEXT NOT NULL DEFAULT ''")
    db.execute("""
        UPDATE numbers SET profile = ifnull((
            SELECT json_extract(v.draft, '$.profile') FROM matters m
            JOIN versions v ON v.matter = m.id AND v.number = m.version
            WHERE m.id = numbers.matter), '')""")


def code_of(profile: Profile, draft: Draft) -> str:
    """Return the 代字 for the paper of ``draft``: by kind where the profile says so."""
    proposal = draft.proposal
    kind = "会办" if proposal.role == "会办" else proposal.matter
    return profile.numbering.codes.get(kind, profile.unit.code)


def printed(profile: Profile, code: str, year: int, seq: int) -> str:
    """Return the number as it is printed, ``青城管函〔2026〕12号``."""
    slots = {"代字": code, "年份": str(year), "序号": str(seq)}
    return fill(profile.numbering.pattern, slots)


def next_seq(db: Connection, profile: Profile, code: str, year: int) -> int:
    """Return the number that is next: after the highest, or a void one where the profile says."""
    rows = db.execute(
        "SELECT seq, min(CASE WHEN void IS NULL THEN 0 ELSE 1 END) AS void FROM numbers"
        " WHERE code = ? AND year = ? AND seq IS NOT NULL GROUP BY seq ORDER BY seq",
        (code, year),
    ).fetchall()
    if profile.numbering.reuse_void:
        for row in rows:
            if row["void"]:
                return int(row["seq"])
    return int(rows[-1]["seq"]) + 1 if rows else 1


def give(
    db: Connection,
    profile: Profile,
    draft: Draft,
    *,
    matter: int,
    round: int,
    year: int,
    typed: str = "",
    author: str = "",
    paper: str = "",
) -> str:
    """Give the paper its number and return it; to be called in the move's transaction.

    ``typed`` is a number given by hand: one of the unit's own form must be the next, or the first
    of its year, where the count begins; one of another form (given by another system) is kept as
    it is. Raises :class:`UserError` for a number that is taken or leaves a gap, for what is no
    number, for the number of another year, and for one of another unit's series.
    """
    code = code_of(profile, draft)
    with transaction(db):
        _check_owner(db, profile, code, typed)
        expected = next_seq(db, profile, code, year)
        text, seq = typed, _seq_of(profile, code, year, typed)
        if not typed:
            if not code:
                raise UserError("单位设置里没有发文机关代字，请填写发文字号。", field="number")
            seq = expected
            text = printed(profile, code, year, seq)
        _check(db, profile, (code, year), text, seq, expected)
        try:
            db.execute(
                "INSERT INTO numbers (code, year, seq, text, matter, round, given, author, paper,"
                " profile, unit) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    code,
                    year,
                    seq,
                    text,
                    matter,
                    round,
                    utc_now(),
                    author,
                    paper,
                    profile.name,
                    profile.unit.name,
                ),
            )
        except sqlite3.IntegrityError as error:
            raise UserError(
                "这份文稿已经有发文字号，或者这个号已被占用。", field="number"
            ) from error
    return text


def withdraw(db: Connection, matter: int, round: int, reason: str) -> str:
    """Make the paper's number void, with the reason; return it, empty where there was none."""
    with transaction(db):
        row = db.execute(
            "UPDATE numbers SET void = ?, void_reason = ?"
            " WHERE matter = ? AND round = ? AND paper = '' AND void IS NULL RETURNING text",
            (utc_now(), reason, matter, round),
        ).fetchone()
    return str(row["text"]) if row else ""


def of_paper(db: Connection, matter: int, round: int) -> str:
    """Return the number in force of the paper; empty where it has none."""
    row = db.execute(
        "SELECT text FROM numbers WHERE matter = ? AND round = ? AND paper = '' AND void IS NULL",
        (matter, round),
    ).fetchone()
    return str(row["text"]) if row else ""


def book(db: Connection, year: int) -> list[Number]:
    """Return the numbers of a year, by 代字 and number; those given elsewhere come last."""
    rows = db.execute(
        "SELECT * FROM numbers WHERE year = ? ORDER BY code, seq IS NULL, seq, id", (year,)
    )
    return [_number(row) for row in rows]


def every(db: Connection) -> list[Number]:
    """Return the numbers of all years, by 代字 and number; those given elsewhere come last."""
    rows = db.execute("SELECT * FROM numbers ORDER BY code, seq IS NULL, seq, id")
    return [_number(row) for row in rows]


def years(db: Connection) -> list[int]:
    """Return the years in which numbers were given, the latest first."""
    rows = db.execute("SELECT DISTINCT year FROM numbers ORDER BY year DESC")
    return [int(row["year"]) for row in rows]


def _seq_of(profile: Profile, code: str, year: int, text: str) -> int | None:
    """Return the sequence number of ``text`` where it is of the unit's own form."""
    if not text or not code:
        return None
    marker = "\0"
    slots = {"代字": code, "年份": str(year), "序号": marker}
    before, _, after = fill(profile.numbering.pattern, slots).partition(marker)
    found = re.fullmatch(re.escape(before) + r"([1-9]\d{0,4})" + re.escape(after), text)
    return int(found[1]) if found else None


def _check_owner(db: Connection, profile: Profile, code: str, typed: str) -> None:
    """A series is the unit's under whose 代字 it was begun: two units that write the same one would
    take each other's numbers. Whose a profile is, is known (:mod:`casework.units`), and not what it
    says: one that bears another unit's name takes nothing. Where neither profile is anybody's, as
    for one user, the name that they say decides."""
    owners = units.owners(db)
    mine = owners.get(profile.name)
    rows = db.execute(
        "SELECT code, profile, unit FROM numbers WHERE id IN"
        " (SELECT max(id) FROM numbers WHERE code != '' AND profile != '' GROUP BY code)"
    )
    for row in rows:
        asked = row["code"] == code if not typed else typed.startswith(f"{row['code']}〔")
        theirs = owners.get(row["profile"])
        same = mine == theirs if mine or theirs else row["unit"] == profile.unit.name
        if asked and row["profile"] != profile.name and not same:
            owner = row["unit"] or "别的单位"
            raise UserError(
                f"代字“{row['code']}”是{owner}编号用的，不能占用。"
                "请核对发文字号和单位设置里的发文机关代字。",
                field="number",
            )


def _check(
    db: Connection,
    profile: Profile,
    series: tuple[str, int],
    text: str,
    seq: int | None,
    expected: int,
) -> None:
    if len(text) > LONGEST:
        raise UserError(f"发文字号不能超过{LONGEST}个字。", field="number")
    taken = db.execute("SELECT 1 FROM numbers WHERE text = ? AND void IS NULL", (text,)).fetchone()
    if taken:
        raise UserError(f"{text}已经用过，请核对。", field="number")
    if seq is None:
        _check_elsewhere(text, series[1])
        return
    if seq > _SEQ_MAX:
        raise UserError("发文字号的序号过大，请核对。", field="number")
    begun = db.execute(
        "SELECT 1 FROM numbers WHERE code = ? AND year = ? AND seq IS NOT NULL", series
    ).fetchone()
    if begun and seq != expected:
        own = printed(profile, *series, expected)
        raise UserError(f"下一个号是{own}，不能跳号、重号；留空即自动取号。", field="number")


def _check_elsewhere(text: str, year: int) -> None:
    """A number given by another system: of what form it is, nobody here says, but it is one, and
    of the year of signing or the one after (carried over the turn of the year)."""
    number = typed_doc_no(text)
    if not number:
        raise UserError(
            f"“{text}”不像发文字号，请写成“青城管函〔{year}〕12号”的样子，或者留空自动取号。",
            field="number",
        )
    found = _YEAR_OF.search(number)
    if found and int(found["year"]) not in (year, year + 1):
        raise UserError(
            f"发文字号的年份是{found['year']}年，成文日期是{year}年，请核对。", field="number"
        )


def _number(row: Row) -> Number:
    return Number(
        row["id"],
        row["code"],
        row["year"],
        row["seq"],
        row["text"],
        row["matter"],
        dt.datetime.fromisoformat(row["given"]),
        row["author"],
        moment(row["void"]),
        row["void_reason"],
        row["paper"],
        row["profile"],
        row["unit"],
    )
