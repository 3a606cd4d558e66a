"""A unit's habits, read from TOML: names, titles, openings, classes, 抄送, deadlines, looks.

Nothing operative is uniform nationwide, so whatever differs by place is data here and never a
branch elsewhere. The sentences are Jinja2 patterns with Chinese slots (``{{案号}}``), which a
clerk can read; each field names the slots that it knows, and a profile that uses another one is
refused when it is loaded, not when a reply is due. Every key is explained in ``docs/profile.md``.
"""

from drafting.profile.loading import list_profiles, load_profile, own_profiles
from drafting.profile.nouns import (
    ClassRule,
    CopiesKey,
    Profile,
)
from drafting.profile.patterns import fill
from drafting.profile.terms import add_months, class_code, due_date

__all__ = [
    "ClassRule",
    "CopiesKey",
    "Profile",
    "add_months",
    "class_code",
    "due_date",
    "fill",
    "list_profiles",
    "load_profile",
    "own_profiles",
]
