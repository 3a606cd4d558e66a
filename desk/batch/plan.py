"""What each line of a batch will become: new, already registered, unclear, or refused, and why.

A pure function: the same readings, matters and choices give the same plan, so it is recomputed for
every view.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from desk.batch import doubts
from desk.batch.known import Known, item_of, registered
from desk.batch.merging import differences, merged
from desk.batch.nouns import (
    NO_PAPER,
    Choices,
    LineOrder,
    PaperReading,
    Plan,
    PlannedLine,
    Reason,
    Side,
    Surroundings,
)
from drafting.intake import for_unit
from drafting.intake.ledger import LedgerItem
from drafting.intake.ledger.matching import Match, PaperCard, match
from drafting.model import Proposal

_MOST_SPARE = 20
"""So many papers are offered to every line without one; more are a list nobody reads."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An item of a ledger in the batch, with the key and the name of its line."""

    key: str
    name: str
    item: LedgerItem


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the batch that could be read."""

    id: int
    name: str
    reading: PaperReading

    @property
    def card(self) -> PaperCard:
        """What it is matched by."""
        return PaperCard(self.id, self.name, self.reading.intake.proposal)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file of the batch that could not be read, and why."""

    id: int
    name: str
    reason: str


def make_plan(
    items: Sequence[LedgerLine],
    papers: Sequence[Paper],
    refused: Sequence[Refused],
    around: Surroundings,
    choices: Choices,
    passed_over: Sequence[str] = (),
) -> Plan:
    """Return what the lines of a batch will be."""
    by_id = {paper.id: paper for paper in papers}
    items, repeats = _each_once(items)
    matches = match([one.item for one in items], [one.card for one in papers])
    fitting = {paper for one in matches for paper in (*one.fits, *one.alike)}
    spare = [one.id for one in papers if one.id not in fitting]
    if len(spare) > _MOST_SPARE:
        spare = []
    lines = [
        _of_item(one, found, by_id, items, spare, choices)
        for one, found in zip(items, matches, strict=True)
    ]
    taken = fitting | {line.paper for line in lines}
    lines += [_of_paper(one, bool(items)) for one in papers if one.id not in taken]
    lines = [
        *_judged(lines, around),
        *repeats,
        *(_of_refused(one) for one in refused),
    ]
    return Plan(
        tuple(_ticked(line, choices) for line in _each_paper_once(lines, choices)),
        tuple(passed_over),
        bool(items),
    )


def _each_once(
    items: Sequence[LedgerLine],
) -> tuple[list[LedgerLine], list[PlannedLine]]:
    """Part the items from those that stand in the ledgers again."""
    known: Known[LedgerLine] = Known()
    firsts, repeats = [], []
    for line in items:
        item = item_of(line.item.proposal)
        found = known.find(item)
        if found is None or found[1] != "same":
            known.add(item, line)
            firsts.append(line)
            continue
        first = found[0]
        reason = Reason("repeated", f"与{first.name}是同一件，只登记一次")
        repeats.append(
            PlannedLine(
                line.key,
                line.name,
                "已登记",
                line.item.proposal,
                LineOrder(line.item),
                (reason,),
                same_as=first.key,
            )
        )
    return firsts, repeats


# ------------------------------------------------------------------ lines as they come


def _of_item(
    line: LedgerLine,
    found: Match,
    papers: Mapping[int, Paper],
    items: Sequence[LedgerLine],
    spare: Sequence[int],
    choices: Choices,
) -> PlannedLine:
    """Return the line of a ledger's item with the paper that fits or was chosen.

    ``spare`` are papers that no item names, offered to the items that have none.
    """
    item = line.item
    reasons = []
    fitting = (*found.fits, *found.alike)
    offered = (*fitting, *(() if found.fits else spare))
    chosen = choices.papers.get(line.key)
    paper = papers.get(chosen) if chosen in offered else None
    if chosen is None:
        alone = len(found.fits) == 1 and not found.shared
        paper = papers[found.fits[0]] if alone else None
        others = [items[place].name for place in found.shared]
        reasons += doubts.of_papers(item, found, [papers[one].name for one in fitting], others)
        if paper is not None:
            reasons += doubts.of_unlike(item, paper.card)
    elif paper is None and not item.text:
        reasons.append(doubts.NOTHING_CHOSEN)
    sides: dict[str, Side] = {
        key.partition(":")[2]: side
        for key, side in choices.sides.items()
        if key.partition(":")[0] == line.key
    }
    intake = merged(item, paper.reading.intake if paper else None, sides)
    return PlannedLine(
        key=line.key,
        name=line.name,
        status="新登记",
        proposal=intake.proposal,
        order=LineOrder(item, sides),
        reasons=tuple(reasons),
        notes=(*item.notes, *doubts.notes_of_paper(paper.reading if paper else None)),
        differs=differences(item, paper.reading.intake.proposal, sides) if paper else (),
        paper=paper.id if paper else None,
        paper_name=paper.name if paper else "",
        offered=tuple((one, papers[one].name) for one in offered),
        must_choose=paper is None and len(fitting) > 0 and chosen is None,
        category=item.category,
    )


def _of_paper(paper: Paper, beside_ledger: bool) -> PlannedLine:
    """Return the line of a paper that no ledger names: a matter of its own."""
    proposal = paper.reading.intake.proposal
    return PlannedLine(
        key=f"p{paper.id}",
        name=paper.name,
        status="新登记",
        proposal=proposal,
        order=LineOrder(),
        reasons=tuple(doubts.of_loose_paper(paper.reading, beside_ledger)),
        notes=doubts.notes_of_paper(paper.reading),
        paper=paper.id,
        paper_name=paper.name,
    )


def _of_refused(file: Refused) -> PlannedLine:
    return PlannedLine(
        key=f"f{file.id}",
        name=file.name,
        status="不能登记",
        proposal=Proposal(),
        order=LineOrder(),
        reasons=(Reason("unreadable", file.reason),),
    )


# ------------------------------------------------------------------ judged


def _judged(lines: Sequence[PlannedLine], around: Surroundings) -> Iterator[PlannedLine]:
    """Yield the lines with their status: by what is registered, what stands above, and doubts."""
    known = registered(around.matters)
    above: Known[str] = Known()
    names = {line.key: line for line in lines}
    newest = doubts.newest_sessions(around.matters)
    for line in lines:
        line = replace(line, proposal=for_unit(line.proposal, around.unit_names))
        refusal = doubts.refusal(line)
        if refusal:
            yield replace(line, status="不能登记", reasons=(refusal,))
            continue
        item = item_of(line.proposal)
        found, repeated = known.find(item), above.find(item)
        if found and found[1] == "same":
            yield replace(line, status="已登记", reasons=(), matter=found[0])
            continue
        if repeated and repeated[1] == "same":
            first = names[repeated[0]]
            reason = Reason("repeated", f"与{doubts.short_name(first)}是同一件，只登记一次")
            yield replace(line, status="已登记", reasons=(reason,), same_as=first.key)
            continue
        above.add(item, line.key)
        reasons = [*line.reasons]
        reasons += doubts.of_known(found, repeated and (names[repeated[0]], repeated[1]), around)
        reasons += doubts.of_times(line, newest, around.today)
        reasons += doubts.of_unit(line.proposal, around.unit_names)
        reasons += doubts.of_hidden(line)
        yield replace(
            line,
            status="不明确" if reasons else "新登记",
            reasons=tuple(reasons),
            matter=found[0] if found else None,
        )


def _each_paper_once(lines: Sequence[PlannedLine], choices: Choices) -> Iterator[PlannedLine]:
    """Yield the lines, but where two have the same paper the second must choose again."""
    taken: dict[int, PlannedLine] = {}
    for line in lines:
        if line.paper is None or not line.can_be_ticked:
            yield line
            continue
        first = taken.setdefault(line.paper, line)
        if first is line:
            yield line
            continue
        reason = Reason(
            "paper-twice",
            f"正文“{line.paper_name}”已选给{doubts.short_name(first)}，请另选，或者选“不附正文”",
        )
        yield replace(
            line,
            status="不明确",
            reasons=(*line.reasons, reason),
            must_choose=choices.papers.get(line.key) != NO_PAPER,
        )


def _ticked(line: PlannedLine, choices: Choices) -> PlannedLine:
    if not line.can_be_ticked:
        return line
    if choices.ticked is None:
        return replace(line, ticked=line.status == "新登记")
    return replace(line, ticked=line.key in choices.ticked)
