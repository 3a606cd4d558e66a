"""What an office brings to the reading: its switches, its archive, the names it keeps."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from drafting.answering.passages.evidence import Library
from drafting.errors import UserError
from drafting.model import Severity
from drafting.profile import Profile

NAMES_FILE = "names.toml"


@dataclass(frozen=True, slots=True)
class Archived:
    """A document of the archive as a citation is held against it.

    ``state`` is 现行 or one of :data:`drafting.model.OUT_OF_FORCE`, empty where it has no term.
    """

    title: str
    doc_no: str | None = None
    issuer: str | None = None
    state: str = ""


class FactLibrary(Library, Protocol):
    """What the proofreader asks of an archive besides its passages."""

    def by_title(self, title: str) -> list[Archived]:
        """Return the documents of that title, or that issue what is so titled."""
        ...

    def by_number(self, number: str) -> list[Archived]:
        """Return the documents of that number."""
        ...

    def issuers_of(self, code: str) -> frozenset[str]:
        """Return who issues under a 代字, as far as the archive shows."""
        ...

    def written(self, words: str, most: int) -> int:
        """Return in how many documents ``words`` stand, counted up to ``most``."""
        ...


@dataclass(frozen=True, slots=True)
class Names:
    """Names that an office keeps: leaders with their posts, bodies in full."""

    leaders: Mapping[str, str] = field(default_factory=dict)
    bodies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Office:
    """``off`` and ``severity`` go by the numbers of rules; without an archive no fact is held
    against it, without a profile nobody says whose paper it should be."""

    off: frozenset[str] = frozenset()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    archive: FactLibrary | None = None
    names: Names = Names()
    profile: Profile | None = None


ALONE = Office()
"""A text read by itself: all rules, no archive."""


def load_names(path: Path) -> Names:
    """Read ``names.toml``; no names where there is no such file.

    It has a table ``[leaders]`` (``"姓名" = "职务"``) and a list ``bodies``. Raises
    :class:`UserError` saying what is wrong with it.
    """
    if not path.is_file():
        return Names()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"名单文件 {path.name} 不合 TOML 写法，或不是 UTF-8 编码。") from error
    leaders, bodies = data.get("leaders", {}), data.get("bodies", [])
    if not _all_text(leaders.values() if isinstance(leaders, dict) else None):
        raise UserError(f"名单文件 {path.name} 的 [leaders] 应逐行写作“姓名 = 职务”，都加引号。")
    if not _all_text(bodies if isinstance(bodies, list) else None):
        raise UserError(f"名单文件 {path.name} 的 bodies 应为加引号的机构全称列表。")
    return Names(dict(leaders), tuple(bodies))


def _all_text(values: Any) -> bool:
    return values is not None and all(isinstance(one, str) and one for one in values)
