"""Our SQL, which is SQLite's, as PostgreSQL has it. The one place for what differs.

A statement is cut into tokens, never searched as text, so that what stands in quotes is left
alone. What the two share (``ON CONFLICT``, ``RETURNING``, ``FILTER``, windows, partial indexes)
passes through. A statement whose meaning would silently be another one (``INSERT OR REPLACE``,
``GLOB``, a ``PRAGMA`` that is not known) is refused when it is first seen.

Sources: sqlite.org/lang.html, postgresql.org/docs/15/sql.html.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from storage.engine import Parameters

_TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*)|(?P<text>'(?:[^']|'')*')|(?P<name>"(?:[^"]|"")*"|\[[^\]]*\])
    |(?P<named>:[A-Za-z_]\w*)|(?P<mark>\?)|(?P<word>[A-Za-z_]\w*)|(?P<number>\d+(?:\.\d+)?)
    |(?P<sign><>|!=|==|<=|>=|\|\||::|.)""",
    re.VERBOSE | re.DOTALL,
)
_AFTER_FROM = frozenset("WHERE JOIN LEFT INNER CROSS ON GROUP ORDER LIMIT UNION SET EXCEPT".split())
_NO_COMPARED = frozenset(("NULL", "TRUE", "FALSE", "DISTINCT", "NOT"))
_TYPES = {"INTEGER": "BIGINT", "BLOB": "BYTEA", "REAL": "DOUBLE PRECISION"}
_PACKED = frozenset((("documents", "record"), ("trash", "record")))
"""Columns declared TEXT that hold bytes: SQLite takes either in any column."""
_WHOLE = frozenset(("postings",))
"""Tables whose rows are read by the hundred: out of line, as PostgreSQL puts what has more than two
kilobytes, each would take twice the time."""

SCHEMA = "schema_state"
"""The table of one row that tells the schema's version: SQLite's ``user_version``."""
_PRAGMAS = {
    "user_version": f"SELECT user_version FROM {SCHEMA}",
    "data_version": "SELECT data_version FROM pragma_data_version",
}
_SET_VERSION = re.compile(r"\s*PRAGMA\s+user_version\s*=\s*(\d+)\s*", re.I)
_DEFERRED = re.compile(r"\s*PRAGMA\s+defer_foreign_keys\s*=\s*ON\s*", re.I)
_PRAGMA = re.compile(r"\s*PRAGMA\s+(?:main\.)?(\w+)\s*(?:=\s*\S+\s*)?", re.I)
_SETTINGS = frozenset(
    "query_only temp_store mmap_size secure_delete busy_timeout cache_size wal_autocheckpoint"
    " synchronous foreign_keys recursive_triggers".split()
)
"""What SQLite is told about itself: PostgreSQL has it otherwise, or its administrator sets it."""
NOTHING = "SELECT 1 WHERE false"


_Token = tuple[str, str]
"""Kind and text."""


class Unsupported(ValueError):
    """A statement that cannot be said for PostgreSQL as it stands."""


def prepared(sql: str, schema: str, parameters: Parameters) -> tuple[str, Parameters]:
    """Return a statement and its values as psycopg takes them; ``schema`` is what ``main`` is.

    Whether a value that is handed in is NULL is known here: PostgreSQL could not tell of which
    type it is to be. Raises :class:`Unsupported`.
    """
    tests = _null_tests(sql)
    if not tests:
        return translated(sql, schema), parameters
    if isinstance(parameters, Mapping):
        truths = tuple((parameters[str(key)] is None) != negated for key, negated in tests)
        return translated(sql, schema, truths), parameters
    truths = tuple((parameters[int(key)] is None) != negated for key, negated in tests)
    places = {int(key) for key, _ in tests}
    left = [value for place, value in enumerate(parameters) if place not in places]
    return translated(sql, schema, truths), left


@lru_cache(maxsize=4096)
def _null_tests(sql: str) -> tuple[tuple[str, bool], ...]:
    """Return the values that a statement asks whether they are NULL: name or place, and whether
    it asks for the contrary."""
    return tuple((key, negated) for _, _, key, negated in _tested(_tokens(sql)))


def _tested(tokens: list[_Token]) -> Iterator[tuple[int, int, str, bool]]:
    """Yield where ``? IS [NOT] NULL`` begins and ends, of which value, and whether with NOT."""
    marks = 0
    for place, (kind, text) in enumerate(tokens):
        if kind not in ("mark", "named"):
            continue
        key = str(marks) if kind == "mark" else text[1:]
        marks += kind == "mark"
        test = _next(tokens, place + 1)
        if _word(tokens, test) != "IS":
            continue
        what = _next(tokens, test + 1)
        negated = _word(tokens, what) == "NOT"
        what = _next(tokens, what + 1) if negated else what
        if _word(tokens, what) == "NULL":
            yield place, what + 1, key, negated


@lru_cache(maxsize=4096)
def translated(sql: str, schema: str, truths: tuple[bool, ...] = ()) -> str:
    """Return a statement with psycopg's marks for the values; ``schema`` is what ``main`` is.

    ``truths`` tell of each value that it asks for by ``IS NULL`` whether that holds.
    Raises :class:`Unsupported`.
    """
    if found := _SET_VERSION.fullmatch(sql):
        return f"UPDATE {SCHEMA} SET user_version = {found[1]}"
    if _DEFERRED.fullmatch(sql):
        return "SET CONSTRAINTS ALL DEFERRED"
    if found := _PRAGMA.fullmatch(sql):
        return _pragma(found[1].lower(), sql)
    if sql.lstrip()[:6].upper() == "PRAGMA":
        raise Unsupported(f"no such thing in PostgreSQL: {sql}")
    if sql.strip().upper() == "BEGIN":
        # What is read in it is of one moment, as in SQLite; writing goes by transaction().
        return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    tokens = _tokens(sql)
    for (begin, end, _, _), truth in reversed(list(zip(_tested(tokens), truths, strict=True))):
        tokens[begin:end] = [("word", "true" if truth else "false")]
    kind = _upper(tokens, 0)
    if kind in ("INSERT", "UPDATE") and _upper(tokens, 1) == "OR":
        raise Unsupported(f"to be said otherwise, for both engines: {sql}")
    if kind == "CREATE" and "TRIGGER" in (_upper(tokens, 1), _upper(tokens, 2)):
        raise Unsupported("triggers are made by storage.postgres.laying")
    if kind in ("CREATE", "ALTER"):
        tokens = [*_defined(tokens), *_stored(tokens)]
    return "".join(_said(tokens, schema)).strip()


def _pragma(name: str, sql: str) -> str:
    if name in _PRAGMAS and "=" not in sql:
        return _PRAGMAS[name]
    if name in _SETTINGS:
        return NOTHING
    raise Unsupported(f"no such thing in PostgreSQL: {sql}")


def _tokens(sql: str) -> list[_Token]:
    found = [(str(one.lastgroup), one.group()) for one in _TOKEN.finditer(sql.rstrip().rstrip(";"))]
    # What is written between them says nothing but that there is something between.
    return [(kind, " ") if kind == "space" else (kind, text) for kind, text in found]


def _upper(tokens: list[_Token], place: int) -> str:
    words = (text.upper() for kind, text in tokens if kind != "space")
    return next((one for n, one in enumerate(words) if n == place), "")


def _next(tokens: list[_Token], place: int) -> int:
    """Return where the next token stands that is no space, or the end."""
    while place < len(tokens) and tokens[place][0] == "space":
        place += 1
    return place


def _word(tokens: list[_Token], place: int) -> str:
    return tokens[place][1].upper() if place < len(tokens) else ""


def _closing(tokens: list[_Token], opening: int) -> int:
    """Return where the bracket closes that opens at ``opening``."""
    depth = 0
    for place in range(opening, len(tokens)):
        if tokens[place][0] == "sign":
            depth += {"(": 1, ")": -1}.get(tokens[place][1], 0)
            if depth == 0:
                return place
    raise Unsupported("brackets do not close")


def _arguments(tokens: list[_Token]) -> list[list[_Token]]:
    """Return what stands between commas, brackets within left whole."""
    found: list[list[_Token]] = [[]]
    depth = 0
    for kind, text in tokens:
        if kind == "sign":
            depth += {"(": 1, ")": -1}.get(text, 0)
            if text == "," and depth == 0:
                found.append([])
                continue
        found[-1].append((kind, text))
    return found


# ------------------------------------------------------------------ statements


def _said(tokens: list[_Token], schema: str) -> Iterator[str]:
    """Yield the statement's parts as PostgreSQL has them."""
    place = 0
    while place < len(tokens):
        kind, text = tokens[place]
        after = _next(tokens, place + 1)
        if kind == "word" and _word(tokens, after) == "(" and text.lower() in _FUNCTIONS:
            end = _closing(tokens, after)
            inside = ["".join(_said(one, schema)) for one in _arguments(tokens[after + 1 : end])]
            yield _FUNCTIONS[text.lower()](text, inside)
            place = end + 1
        elif kind == "word" and text.upper() in ("FROM", "JOIN") and _word(tokens, after) == "(":
            yield f"{text} "
            place = after
            if _word(tokens, _next(tokens, after + 1)) == "SELECT":
                end = _closing(tokens, after)
                yield "(" + "".join(_said(tokens[after + 1 : end], schema)) + ")"
                yield _alias(tokens, end + 1)
                place = end + 1
        elif kind == "word" and text.upper() in ("IN", "NOT") and (end := _empty(tokens, place)):
            # Nothing between the brackets: SQLite takes it for an empty list.
            yield "= ANY('{}')" if text.upper() == "IN" else "<> ALL('{}')"
            place = end
        elif kind == "word" and text.upper() == "IS":
            said, place = _compared(tokens, after)
            yield said
        else:
            yield _single(tokens, place, schema)
            place += 1


def _empty(tokens: list[_Token], place: int) -> int:
    """Return where ``IN ()`` or ``NOT IN ()`` ends that begins at ``place``; 0 where none does."""
    if _word(tokens, place) == "NOT":
        place = _next(tokens, place + 1)
    opening = _next(tokens, place + 1)
    closing = _next(tokens, opening + 1)
    there = [_word(tokens, one) for one in (place, opening, closing)]
    return closing + 1 if there == ["IN", "(", ")"] else 0


def _single(tokens: list[_Token], place: int, schema: str) -> str:
    kind, text = tokens[place]
    if kind == "mark":
        return "%s"
    if kind == "named":
        return f"%({text[1:]})s"
    if kind == "name":
        return '"' + text[1:-1].replace("%", "%%") + '"' if text[0] == "[" else text
    if kind == "word":
        return _plain_word(tokens, place, schema)
    if text == "==":
        return "="
    return text.replace("%", "%%")


def _plain_word(tokens: list[_Token], place: int, schema: str) -> str:
    text = tokens[place][1]
    upper = text.upper()
    if upper in ("MAIN", "TEMP") and _word(tokens, place + 1) == ".":
        return f'"{schema}"' if upper == "MAIN" else "pg_temp"
    if upper == "LIKE":
        # SQLite's takes small and capital letters of ASCII for one.
        return "ILIKE"
    if upper in ("GLOB", "MATCH", "ROWID"):
        raise Unsupported(f"{upper} is SQLite's own")
    if upper in _TYPES and _before(tokens, place) == "AS":
        return _TYPES[upper]
    return text


def _before(tokens: list[_Token], place: int) -> str:
    return next((text.upper() for kind, text in tokens[:place][::-1] if kind != "space"), "")


def _alias(tokens: list[_Token], place: int) -> str:
    """Return a name for a query in brackets that has none: PostgreSQL 15 demands one."""
    after = _next(tokens, place)
    follows = tokens[after] if after < len(tokens) else ("", "")
    if follows[0] in ("word", "name") and follows[1].upper() not in _AFTER_FROM:
        return ""
    return f" AS unnamed_{place}"


def _compared(tokens: list[_Token], place: int) -> tuple[str, int]:
    """Return what stands for IS, and where it goes on: SQLite compares any two values by it."""
    negated = _word(tokens, place) == "NOT"
    what = _next(tokens, place + 1) if negated else place
    if _word(tokens, what) in _NO_COMPARED:
        return "IS ", place
    return ("IS DISTINCT FROM " if negated else "IS NOT DISTINCT FROM "), what


_Function = Callable[[str, list[str]], str]


def _named(name: str) -> _Function:
    return lambda _, inside: f"{name}({','.join(inside)})"


def _of_several(aggregate: str, several: str) -> _Function:
    return lambda _, inside: f"{aggregate if len(inside) == 1 else several}({','.join(inside)})"


def _joined(_: str, inside: list[str]) -> str:
    between = inside[1] if len(inside) > 1 else "','"
    return f"string_agg(({inside[0]})::text, {between})"


def _extracted(_: str, inside: list[str]) -> str:
    path = inside[1].strip().strip("'")
    if not re.fullmatch(r"\$(?:\.\w+)+", path):
        raise Unsupported(f"not a plain path in JSON: {path}")
    return f"(({inside[0]})::json #>> '{{{path[2:].replace('.', ',')}}}')"


def _days(_: str, inside: list[str]) -> str:
    at = "now()" if inside[0].strip() == "'now'" else f"({inside[0]})::timestamptz"
    return f"(extract(epoch FROM {at}) / 86400.0)"


_FUNCTIONS: dict[str, _Function] = {
    "ifnull": _named("coalesce"),
    "instr": _named("strpos"),
    "max": _of_several("max", "greatest"),
    "min": _of_several("min", "least"),
    "group_concat": _joined,
    "json_group_array": lambda _, inside: f"coalesce(json_agg({inside[0]})::text, '[]')",
    "json_array": _named("json_build_array"),
    "json": lambda _, inside: f"({inside[0]})::json",
    "json_extract": _extracted,
    "json_each": lambda _, inside: (
        f"json_array_elements_text(({inside[0]})::json) AS json_each(value)"
    ),
    "julianday": _days,
}


# ------------------------------------------------------------------ tables


def _defined(tokens: list[_Token]) -> list[_Token]:
    """Return the definition of a table, column or index with PostgreSQL's types."""
    if "VIEW" in (_upper(tokens, 1), _upper(tokens, 2)):
        return tokens
    table = _table(tokens)
    made: list[_Token] = []
    column = ""
    place, depth = 0, 0
    while place < len(tokens):
        kind, text = tokens[place]
        upper = text.upper()
        if kind == "sign":
            depth += {"(": 1, ")": -1}.get(text, 0)
        if _begins_column(made):
            column = text.strip('"[]')
        if upper == "REFERENCES":
            end = _reference(tokens, place)
            made += [*tokens[place:end], ("word", " DEFERRABLE")]
            place = end
            continue
        if upper == "WITHOUT":
            place = _next(tokens, place + 1) + 1
            continue
        if kind == "word" and upper == "INTEGER" and (end := _key(tokens, place)):
            made.append(("word", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"))
            place = end
            continue
        if kind == "word" and upper == "TEXT" and (table, column) in _PACKED:
            made.append(("word", "BYTEA"))
        elif kind == "word" and upper in _TYPES:
            made.append(("word", _TYPES[upper]))
        else:
            made.append((kind, text))
        place += 1
    return made


def _stored(tokens: list[_Token]) -> list[_Token]:
    """Return what the definition of a table says of how its rows are stored."""
    begins = (_upper(tokens, 0), _upper(tokens, 1))
    if begins != ("CREATE", "TABLE") or _table(tokens) not in _WHOLE:
        return []
    return [("word", " WITH (toast_tuple_target = 8160)")]


def _begins_column(made: list[_Token]) -> bool:
    """Whether the next word is the name of a column: behind a bracket, a comma, or ADD COLUMN."""
    last = next((text.upper() for kind, text in made[::-1] if kind != "space"), "")
    return last in ("(", ",", "COLUMN")


def _table(tokens: list[_Token]) -> str:
    words = [text for kind, text in tokens if kind in ("word", "name")]
    upper = [one.upper() for one in words]
    if "TABLE" not in upper:
        return ""
    rest = words[upper.index("TABLE") + 1 :]
    while rest and rest[0].upper() in ("IF", "NOT", "EXISTS"):
        rest.pop(0)
    return rest[0].strip('"[]') if rest else ""


def _reference(tokens: list[_Token], place: int) -> int:
    """Return where ``REFERENCES table (column) [ON DELETE …]`` ends."""
    end = _closing(tokens, _next(tokens, _next(tokens, place + 1) + 1)) + 1
    if _word(tokens, _next(tokens, end)) == "ON":
        for _ in range(3):  # ON DELETE CASCADE
            end = _next(tokens, end) + 1
    return end


def _key(tokens: list[_Token], place: int) -> int:
    """Return where ``INTEGER PRIMARY KEY [AUTOINCREMENT]`` ends, where it makes its own numbers.

    0 where it is no such thing: a key that is another table's number gets it from there.
    """
    for wanted in ("PRIMARY", "KEY"):
        place = _next(tokens, place + 1)
        if _word(tokens, place) != wanted:
            return 0
    after = _next(tokens, place + 1)
    if _word(tokens, after) == "REFERENCES":
        return 0
    return after + 1 if _word(tokens, after) == "AUTOINCREMENT" else place + 1
