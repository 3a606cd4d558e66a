"""Helpers that the commands share: read drafts and JSONL, write all or nothing, print JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from drafting.errors import UserError
from drafting.model import Draft
from drafting.model.serial import loads_draft, to_plain


def load_draft(path: Path) -> Draft:
    """Read a draft's file. Raises :class:`UserError`."""
    try:
        return loads_draft(path.read_bytes())
    except OSError as error:
        raise UserError("文件打不开，请检查路径和权限。", field=str(path)) from error


def json_lines(path: Path) -> Iterator[tuple[int, object]]:
    """Yield ``(line number, value)``; a line that is no JSON is a mistake of the caller."""
    try:
        with path.open(encoding="utf-8-sig") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, json.loads(line)
    except OSError as error:
        raise UserError("文件打不开，请检查路径和权限。", field=str(path)) from error
    except (ValueError, RecursionError) as error:
        raise UserError(
            "文件不是有效的 JSONL（每行一个 JSON，UTF-8 编码）。", field=str(path)
        ) from error


def write(path: Path, content: bytes) -> None:
    """Write all or nothing: a full disk must not leave half a document under its name."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise UserError(f"“{path}”写不进去：磁盘已满、没有权限或文件正被打开。") from error


def plain(value: object) -> Any:
    """Return a noun as plain dicts and lists."""
    return to_plain(value)


def print_json(value: object) -> None:
    """Print a result as indented JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1))


def print_line(value: object) -> None:
    """Print a result as a line of JSONL."""
    click.echo(json.dumps(value, ensure_ascii=False))
