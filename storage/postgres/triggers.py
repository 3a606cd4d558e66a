"""SQLite's triggers that refuse a change, as PostgreSQL has them.

Ours are all of one shape: ``CREATE TRIGGER name BEFORE event ON table [WHEN condition] BEGIN SELECT
RAISE(ABORT, 'message'); END``. Each becomes a function and a trigger; whatever refuses DELETE
refuses TRUNCATE too, which SQLite does not have.
"""

from __future__ import annotations

import re

from storage.postgres.dialect import Unsupported, translated

_SHAPE = re.compile(
    r"\s*CREATE\s+TRIGGER\s+(?P<name>\w+)\s+BEFORE\s+(?P<event>UPDATE|INSERT|DELETE)\s+ON\s+"
    r"(?P<table>\w+)\s+(?:WHEN\s+(?P<when>.+?)\s+)?BEGIN\s+SELECT\s+RAISE\s*\(\s*ABORT\s*,\s*"
    r"'(?P<message>[^']*)'\s*\)\s*;\s*END\s*;?\s*",
    re.IGNORECASE | re.DOTALL,
)


_DROPPED = re.compile(r"\s*DROP\s+TRIGGER\s+(?:IF\s+EXISTS\s+)?(\w+)\s*", re.IGNORECASE)


def is_trigger(sql: str) -> bool:
    """Whether a statement makes a trigger, or takes one away."""
    return sql.lstrip()[:14].upper() == "CREATE TRIGGER" or _DROPPED.fullmatch(sql) is not None


def trigger(sql: str, schema: str) -> str:
    """Return the statements that make the same trigger in PostgreSQL.

    Raises :class:`Unsupported` for one of another shape.
    """
    if dropped := _DROPPED.fullmatch(sql):
        # The trigger goes with the function that it runs.
        return (
            f'DROP FUNCTION IF EXISTS "{dropped[1]}" CASCADE;'
            f'DROP FUNCTION IF EXISTS "{dropped[1]}_whole" CASCADE'
        )
    found = _SHAPE.fullmatch(sql)
    if found is None:
        raise Unsupported(f"a trigger of another shape: {sql}")
    name, table, event = found["name"], found["table"], found["event"].upper()
    when = found["when"] or "1 = 1"
    condition = translated(f"SELECT {when}", schema).removeprefix("SELECT ").replace("%%", "%")
    goes_on = "OLD" if event == "DELETE" else "NEW"
    refused = (
        f"RAISE EXCEPTION '{found['message']}' USING ERRCODE = 'integrity_constraint_violation'"
    )
    made = [
        f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql'
        f' SET search_path = "{schema}" AS $body$ BEGIN IF {condition} THEN {refused}; END IF;'
        f" RETURN {goes_on}; END $body$",
        f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}"'
        f' FOR EACH ROW EXECUTE FUNCTION "{name}"()',
    ]
    if event == "DELETE":
        made += [
            f'CREATE FUNCTION "{name}_whole"() RETURNS trigger LANGUAGE plpgsql AS $body$'
            f" BEGIN {refused}; END $body$",
            f'CREATE TRIGGER "{name}_whole" BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT'
            f' EXECUTE FUNCTION "{name}_whole"()',
        ]
    return ";\n".join(made)
