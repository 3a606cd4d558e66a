"""Which field each placeholder of a template stands for, where its name alone does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from drafting.writing.own_template.fields import BY_KEY, Field, find_field, plain_name

BLANK = "-"
"""A placeholder that is left empty, for somebody to write there by hand."""


@dataclass(frozen=True, slots=True)
class Binding:
    """``fields``: by the placeholder's name a field's key or :data:`BLANK`; ``headings``: by level
    (``1`` to ``4``) the id of the template's style. What is not here goes by its name."""

    fields: Mapping[str, str] = field(default_factory=dict)
    headings: Mapping[str, str] = field(default_factory=dict)

    def field_of(self, name: str) -> Field | None:
        """Return the field that the placeholder stands for; ``None``: left empty, or unknown."""
        key = self.fields.get(plain_name(name), "")
        return BY_KEY.get(key) if key else find_field(name)

    def knows(self, name: str) -> bool:
        """Whether it is known what is to stand at the placeholder, if only nothing."""
        return self.field_of(name) is not None or self.fields.get(plain_name(name)) == BLANK
