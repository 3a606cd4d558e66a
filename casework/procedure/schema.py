"""The tables of the procedure: where each matter stands, the moves it made, numbers, promises.

Moves are appended only, as the log is: triggers refuse to change or delete one. What was recorded
by an older program (送核稿 and 拟稿) is taken over as moves.
"""

from __future__ import annotations

from storage.engine import Connection


def install(db: Connection) -> None:
    """Make the tables and take the older record over; a numbered migration."""
    _standing(db)
    _numbers(db)
    _promises(db)
    _calendar(db)
    _take_over(db)


def _standing(db: Connection) -> None:
    # A matter without a line stands at the start and has made no move.
    db.execute("""
        CREATE TABLE standing (
            matter INTEGER PRIMARY KEY REFERENCES matters (id),
            state TEXT NOT NULL,
            moves INTEGER NOT NULL,
            round INTEGER NOT NULL DEFAULT 1,
            section TEXT NOT NULL DEFAULT '',
            handler TEXT NOT NULL DEFAULT '',
            entered TEXT NOT NULL,
            signed INTEGER,
            sent TEXT,
            first_sent TEXT,
            finished TEXT,
            source TEXT NOT NULL DEFAULT '',
            satisfaction TEXT NOT NULL DEFAULT '',
            attitude TEXT NOT NULL DEFAULT '',
            feedback TEXT,
            extension TEXT NOT NULL DEFAULT '',
            extension_until TEXT
        )""")
    db.execute("CREATE INDEX standing_by_state ON standing (state, matter)")
    db.execute("""
        CREATE TABLE moves (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matter INTEGER NOT NULL REFERENCES matters (id),
            number INTEGER NOT NULL,
            move TEXT NOT NULL,
            source TEXT NOT NULL,
            target TEXT NOT NULL,
            round INTEGER NOT NULL,
            version INTEGER NOT NULL,
            at TEXT NOT NULL,
            author TEXT NOT NULL,
            opinion TEXT NOT NULL,
            override TEXT NOT NULL,
            details TEXT NOT NULL,
            UNIQUE (matter, number)
        )""")
    for change, done in (("UPDATE", "修改"), ("DELETE", "删除")):
        db.execute(f"""
            CREATE TRIGGER moves_no_{change.lower()} BEFORE {change} ON moves
            BEGIN SELECT RAISE(ABORT, '办理经过不能{done}'); END""")


def _numbers(db: Connection) -> None:
    # No number twice, no paper with two: the database itself refuses, whatever a program does.
    db.execute("""
        CREATE TABLE numbers (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            code TEXT NOT NULL,
            year INTEGER NOT NULL,
            seq INTEGER,
            text TEXT NOT NULL,
            matter INTEGER NOT NULL REFERENCES matters (id),
            round INTEGER NOT NULL,
            given TEXT NOT NULL,
            author TEXT NOT NULL,
            void TEXT,
            void_reason TEXT NOT NULL DEFAULT ''
        )""")
    db.execute("CREATE UNIQUE INDEX numbers_seq ON numbers (code, year, seq) WHERE void IS NULL")
    db.execute("CREATE UNIQUE INDEX numbers_text ON numbers (text) WHERE void IS NULL")
    db.execute("CREATE UNIQUE INDEX numbers_one ON numbers (matter, round) WHERE void IS NULL")
    db.execute("CREATE INDEX numbers_book ON numbers (year, code, seq)")


def _promises(db: Connection) -> None:
    db.execute("""
        CREATE TABLE promises (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            matter INTEGER NOT NULL REFERENCES matters (id),
            round INTEGER NOT NULL,
            text TEXT NOT NULL,
            unit TEXT NOT NULL,
            due_words TEXT NOT NULL,
            due TEXT,
            made TEXT NOT NULL,
            kept TEXT,
            kept_note TEXT NOT NULL DEFAULT '',
            kept_by TEXT NOT NULL DEFAULT '',
            answered TEXT,
            answered_no TEXT NOT NULL DEFAULT '',
            UNIQUE (matter, text)
        )""")
    db.execute("CREATE INDEX promises_open ON promises (due) WHERE answered IS NULL")


def _calendar(db: Connection) -> None:
    # What differs from the shipped table of holidays.
    db.execute("""
        CREATE TABLE holidays (
            day TEXT PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('休', '班', '常')),
            name TEXT NOT NULL,
            author TEXT NOT NULL,
            saved TEXT NOT NULL
        ) WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE digests (
            day TEXT NOT NULL, recipient TEXT NOT NULL, sent TEXT NOT NULL,
            PRIMARY KEY (day, recipient)
        ) WITHOUT ROWID""")


def _take_over(db: Connection) -> None:
    """Confirmed matters stand at 起草; 送核稿 and 拟稿 become moves in their order."""
    known = {"送核稿": ("submit", "起草", "核稿"), "拟稿": ("withdraw", "核稿", "起草")}
    rows = db.execute("SELECT id, created FROM matters WHERE confirmed = 1 ORDER BY id").fetchall()
    for row in rows:
        moves = [("take", "登记", "起草", 1, row["created"], "", "")]
        for stage in db.execute("SELECT * FROM stages WHERE matter = ? ORDER BY id", (row["id"],)):
            move = known[stage["stage"]]
            if move[1] == moves[-1][2]:
                kept = (stage["version"], stage["at"], stage["author"], stage["reason"])
                moves.append((*move, *kept))
        for number, (name, source, target, version, at, author, reason) in enumerate(moves, 1):
            db.execute(
                "INSERT INTO moves (matter, number, move, source, target, round, version, at,"
                " author, opinion, override, details)"
                " VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, '', ?, '{}')",
                (row["id"], number, name, source, target, version, at, author, reason),
            )
        db.execute(
            "INSERT INTO standing (matter, state, moves, entered) VALUES (?, ?, ?, ?)",
            (row["id"], moves[-1][2], len(moves), moves[-1][4]),
        )


def retire(db: Connection) -> None:
    """Drop the older record, which the moves hold now; a later numbered migration."""
    db.execute("DROP TABLE stages")


def letters(db: Connection) -> None:
    """Let a matter have numbers for its letters too (退办, 延期): one series for all papers."""
    db.execute("ALTER TABLE numbers ADD COLUMN paper TEXT NOT NULL DEFAULT ''")
    db.execute("DROP INDEX numbers_one")
    db.execute(
        "CREATE UNIQUE INDEX numbers_one ON numbers (matter, round, paper) WHERE void IS NULL"
    )
