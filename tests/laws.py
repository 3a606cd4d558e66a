"""How long the tests of laws search for a case that breaks one.

Two profiles: ``quick``, for ``make test`` and whatever is called by hand, tries a fifth of what
``thorough`` tries, which ``.ci/run`` asks for with ``--hypothesis-profile=thorough``. A test that
needs more or fewer cases than usual says so by :func:`tried`, in the cases of the thorough search.
"""

from __future__ import annotations

from typing import Any

from hypothesis import settings

_USUAL = 100
_FEWEST = 10


def register() -> None:
    """Make both profiles known, the quick one the default."""
    # No test measures time: the machine may be busy with other tests.
    settings.register_profile("thorough", max_examples=_USUAL, deadline=None, print_blob=True)
    settings.register_profile("quick", max_examples=_USUAL // 5, deadline=None, print_blob=True)
    settings.load_profile("quick")


def tried(cases: int, **more: Any) -> settings:
    """Settings of a test that tries ``cases`` in the thorough profile, their share in another."""
    share = cases * settings().max_examples // _USUAL
    return settings(max_examples=max(min(cases, _FEWEST), share), **more)
