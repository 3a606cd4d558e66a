"""The paper and the file laid over each other: one order of lines, in which every change can be
made or not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from drafting.returning.aligning import Link
from drafting.returning.nouns import LineKind
from drafting.returning.placing import Entry
from drafting.returning.sheet import same_words

Role = Literal["stay", "go", "come"]


@dataclass(frozen=True, slots=True)
class Item:
    """A place in the order. ``change`` is the number of the change that is made here, or -1.

    ``stay``: lines of ours that stay here, as theirs once the change is made; ``go``: lines of
    ours that stand here until it is made; ``come``: lines of theirs that stand here from then on.
    """

    link: Link
    role: Role
    change: int = -1


def laid_over(links: Sequence[Link], change_of: Sequence[int]) -> list[Item]:
    """Return the order; ``change_of`` is the number of the change of each link, or -1."""
    items: list[Item] = []
    sources: list[Item] = []
    for link, change in zip(links, change_of, strict=True):
        if link.moved:
            items.append(Item(link, "come", change))
            sources.append(Item(link, "go", change))
        elif link.ours and link.theirs:
            items.append(Item(link, "stay", change))
        else:
            items.append(Item(link, "go" if link.ours else "come", change))
    for source in sorted(sources, key=lambda one: one.link.ours):
        items.insert(_place_of(items, source.link.ours[0]), source)
    return items


def _place_of(items: Sequence[Item], ours: int) -> int:
    """Behind the last item that holds a line of ours before this one."""
    behind = (
        at
        for at, one in enumerate(items)
        if one.role != "come" and one.link.ours and one.link.ours[-1] < ours
    )
    return max(behind, default=-1) + 1


def with_changes(
    items: Sequence[Item],
    ours: Sequence[str],
    theirs: Sequence[str],
    kinds: Sequence[LineKind],
    chosen: Collection[int],
) -> Iterator[Entry]:
    """Yield the lines of the paper with the changes ``chosen`` made."""
    for item in items:
        made = item.change in chosen
        if item.role != "come" and not made:
            yield from (Entry(ours[one], one, kind=kinds[one]) for one in item.link.ours)
        elif item.role != "go" and made:
            yield from _made(item.link, ours, theirs, kinds)


def _made(
    link: Link, ours: Sequence[str], theirs: Sequence[str], kinds: Sequence[LineKind]
) -> Iterator[Entry]:
    if link.moved and len(link.ours) == 1 == len(link.theirs):
        (mine,), (other,) = link.ours, link.theirs
        if same_words(ours[mine], theirs[other]):
            yield Entry(ours[mine], mine, moved=True, kind=kinds[mine])
            return
    for number, one in enumerate(link.theirs):
        first = link.ours[0] if link.ours and not number else None
        yield Entry(theirs[one], first, one, link.moved, kinds[len(ours) + one])
