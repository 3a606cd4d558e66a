"""Where the bytes of packages stand: of one that went with the originals, until the other side has
it; of one that came where files wait, for it may hold what must not stay, until it is taken."""

from __future__ import annotations

from casework import Casework
from casework.systems import packages
from casework.systems.packages import Package
from storage.originals.places import waiting


def content(casework: Casework, package: Package) -> bytes | None:
    """Return the bytes of a package, ``None`` where they are kept no more.

    Raises :class:`storage.originals.StoreError` where the store does not give them.
    """
    file, within = casework.run(packages.held, package.id)
    if not file:
        return within or None
    store = casework.waiting if package.way == "入" else casework.originals
    return store.get(file)


def drop(casework: Casework, package: Package, *, logs: bool = True) -> bool:
    """Forget a package that came and of which nothing was taken; return whether there was one."""
    file, _ = casework.run(packages.held, package.id)
    with casework.transaction():
        done = casework.run(packages.drop, package.id)
        if done and logs:
            casework.log("不收交换包", f"包 {package.id}")
    if done:
        gone(casework, file)
    return done


def gone(casework: Casework, file: str) -> None:
    """Delete the file of a package that waits no more, unless another one is the same."""
    if file and file not in casework.run(waiting):
        casework.waiting.delete(file)
