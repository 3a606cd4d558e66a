"""Draft + profile → Reply, by the Jinja2 templates of ``templates/replies``.

One door: :func:`assemble`; :func:`form_notes` says what is doubtful about a form.
Wording stands in the profile, order in the templates, and only what is language itself (pronouns,
nested quotes, numbering, shortening) in this room.
"""

from __future__ import annotations

from drafting.assembly.case import ATTACHMENTS_MOST, bare_title
from drafting.assembly.forms import FROM_ANSWERS, assemble, by_rule
from drafting.assembly.suits import FORM_NAMES, default_form, form_notes, main_form

__all__ = [
    "ATTACHMENTS_MOST",
    "FORM_NAMES",
    "FROM_ANSWERS",
    "assemble",
    "bare_title",
    "by_rule",
    "default_form",
    "form_notes",
    "main_form",
]
