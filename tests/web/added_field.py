"""A pytest plugin: this program with one more field of an answer, as one who adds it writes it.

Loaded before anything of the product (``-p added_field``), it adds two lines to the source of
``drafting/model/drafts.py`` as that is read. :mod:`field_journey` follows the field from there.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType, ModuleType

NAME = "drafting.model.drafts"
ADDED = (
    (
        '    reason: str = ""\n    evidence:',
        '    reason: str = ""\n    difficulty: str = ""\n    evidence:',
    ),
    (
        '    AnswerField("heading", "另拟的标题", "line", 200, "whole", "within"),\n)',
        '    AnswerField("heading", "另拟的标题", "line", 200, "whole", "within"),\n'
        '    AnswerField("difficulty", "存在困难", limit=60),\n)',
    ),
)
"""The field in the dataclass, and its line in the table: all that adding one takes."""


class _Loader(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        text = self.get_data(self.path).decode()
        for before, after in ADDED:
            assert text.count(before) == 1, before
            text = text.replace(before, after)
        return compile(text, self.path, "exec", dont_inherit=True)


class _Finder:
    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != NAME:
            return None
        found = PathFinder.find_spec(name, path)
        assert found is not None and found.origin is not None
        return spec_from_file_location(name, found.origin, loader=_Loader(name, found.origin))


assert NAME not in sys.modules
sys.meta_path.insert(0, _Finder)  # type: ignore[arg-type]
