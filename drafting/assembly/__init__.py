"""Draft + profile → Reply, by the Jinja2 templates of ``templates/replies``.

One door: :func:`assemble`. Wording stands in the profile, order in the templates, and only what
is language itself (pronouns, nested quotes, numbering, shortening) in this room.
"""

from __future__ import annotations

from drafting.assembly.forms import assemble, default_form

__all__ = ["assemble", "default_form"]
