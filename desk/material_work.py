"""The background work on materials: scans and photographs are looked at for a 密级.

Until then a file is nobody's to open, and no backup has it; one that bears a 密级 is deleted. A
service that was killed goes on at its next start, or when somebody opens the matter's materials.
"""

from __future__ import annotations

from pathlib import Path

from casework import Casework
from casework.matters import materials
from casework.matters.materials import Material
from desk.going_on import go_on
from desk.materials import looked_at
from drafting.errors import UserError
from storage import audit, originals
from storage.background import Threads
from storage.originals import Unreachable
from storage.originals.places import waiting

PLACE = "办理材料"
"""Where the log says that a material was looked at."""
_threads = Threads("materials")


def ensure_running(data_folder: Path) -> None:
    """Start the thread that looks at what waits, where it is not running."""
    _threads.ensure(data_folder, lambda: MaterialWork(data_folder))


def resume(data_folder: Path) -> bool:
    """Go on with what was waiting; return whether there is any."""
    return go_on(data_folder, _waits, ensure_running)


def _waits(casework: Casework) -> bool:
    return casework.run(materials.waiting) is not None


class MaterialWork:
    """The work on the materials of one data folder, as :class:`storage.background.Work`."""

    def __init__(self, data_folder: Path) -> None:
        """Open the matters."""
        self._kept, self._waiting = originals.of(data_folder), originals.waiting(data_folder)
        self._casework = Casework.open(data_folder)

    def step(self) -> bool:
        """Look at the material that waits longest; return whether there was any."""
        found = self._casework.run(materials.waiting)
        if found is None:
            return False
        self._casework.actor = audit.Actor(found.author or audit.NOBODY, PLACE)
        try:
            content = self._waiting.get(found.digest)
            note = looked_at(content, found.name)
            self._kept.put(content)
        except Unreachable:
            raise  # It says nothing of the file, which goes on waiting.
        except UserError as error:
            self._refuse(found, error.message)
        else:
            self._casework.run(materials.settle, found.id, "", note)
        if found.digest not in self._casework.run(waiting):
            self._waiting.delete(found.digest)
        return True

    def waits(self) -> bool:
        """Whether a material waits."""
        return _waits(self._casework)

    def close(self) -> None:
        """Close the matters."""
        self._casework.close()

    def _refuse(self, found: Material, why: str) -> None:
        with self._casework.transaction():
            self._casework.run(materials.settle, found.id, "没有收", why)
            what = f"提案 {found.matter}"
            self._casework.log("存放材料", what, result="拒绝", detail=f"{found.name}：{why}")
