"""What every application of a test process would compile again, kept: templates and addresses.

Most tests of the pages make an application of their own, and two thirds of their time went into
turning the same templates and the same hundred address rules into code. Both are kept by what
they are made of (the template's text, the rule's parts), so a changed one is compiled anew.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class _Templates(BytecodeCache):
    """Compiled templates by name and text."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key, bucket.checksum] = bucket.code


def _builders(compile_builder: Callable[..., Any]) -> Callable[..., Any]:
    kept: dict[object, Any] = {}

    @functools.wraps(compile_builder)
    def once(rule: Any, append_unknown: bool = True) -> Any:
        if rule.defaults:  # their values go through the rule's converters
            return compile_builder(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    return once


def install() -> None:
    """Keep them for the rest of this process."""
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Templates()}
    # Werkzeug offers no place for this; without the method it is merely slower.
    compile_builder = getattr(Rule, "_compile_builder", None)
    if compile_builder is not None:
        Rule._compile_builder = _builders(compile_builder)
