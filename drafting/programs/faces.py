"""The faces that are installed on this machine, as fontconfig names them."""

from __future__ import annotations

from functools import lru_cache

from drafting.programs.running import TooSlow, find_program, run_program

_SECONDS = 10.0
_MEMORY_MB = 512


@lru_cache(maxsize=1)
def installed_faces() -> frozenset[str] | None:
    """Return all names of all faces; ``None`` where this machine cannot tell.

    Asked once: who installs a face restarts the service.
    """
    program = find_program("fc-list")
    if program is None:
        return None
    command = [program, "--format", "%{family}\\n"]
    try:
        told = run_program(command, timeout=_SECONDS, memory_mb=_MEMORY_MB).output
    except TooSlow:
        return None
    lines = told.decode("utf-8", "replace").splitlines()
    return frozenset(name.strip() for line in lines for name in line.split(","))
