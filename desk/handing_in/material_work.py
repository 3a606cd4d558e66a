"""The background work on materials: scans and photographs are looked at for a 密级.

Until then a file is nobody's to open, and no backup has it; one that bears a 密级 is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from casework import Casework, jobs
from casework.matters import materials
from casework.matters.materials import Material
from desk.handing_in.materials import looked_at
from desk.jobs.nouns import Hold, Kind, Need, any_number
from drafting.errors import UserError
from storage import originals
from storage.configuration import Configuration
from storage.log import audit
from storage.originals import Unreachable
from storage.originals.places import waiting

PLACE = "办理材料"
"""Where the log says that a material was looked at."""


class MaterialWork:
    """The work on the materials of one data folder, as :class:`desk.jobs.nouns.Doing`."""

    def __init__(self, folder: Path, _: Configuration) -> None:
        """Open the matters."""
        self._kept, self._aside = originals.of(folder), originals.waiting(folder)
        self._casework = Casework.open(folder)

    def do(self, hold: Hold) -> str:
        """Look at the material; return why it was refused."""
        found = self._waiting(hold.key)
        if found is None:
            return ""
        try:
            content = self._aside.get(found.digest)
            note = looked_at(content, found.name)
            self._kept.put(content)
        except Unreachable:
            raise  # It says nothing of the file, which goes on waiting.
        except UserError as error:
            if hold.is_held():
                self.refuse(hold.key, error.message)
            return error.message
        if self._casework.run(materials.settle, found.id, "", note):
            self._drop(found)
        return ""

    def refuse(self, key: str, why: str) -> None:
        """Say in the matter's list why it was not taken; its file goes."""
        found = self._waiting(key)
        if found is None:
            return
        self._casework.actor = audit.Actor(found.author or audit.NOBODY, PLACE)
        with self._casework.transaction():
            if not self._casework.run(materials.settle, found.id, "没有收", why):
                return
            what = f"提案 {found.matter}"
            self._casework.log("存放材料", what, result="拒绝", detail=f"{found.name}：{why}")
        self._drop(found)

    def close(self) -> None:
        """Close the matters."""
        self._casework.close()

    def _waiting(self, key: str) -> Material | None:
        return self._casework.run(materials.waiting, int(key))

    def _drop(self, found: Material) -> None:
        if found.digest not in self._casework.run(waiting):
            self._aside.delete(found.digest)


def _needs(casework: Casework, _folder: Path, _chosen: Configuration) -> Iterator[Need]:
    for number, author in casework.run(materials.all_waiting):
        yield Need(str(number), author)


KIND = Kind(jobs.MATERIAL, "识别材料", MaterialWork, _needs, any_number)
