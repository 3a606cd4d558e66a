"""Text beside the signature: which adjustment brings it there with the least harm to the eye.

Neither the signature nor 版记 may stand alone on a page, and 7.3.5.5 names the means: line and
character spacing (GB/T 9704-2012). A typist weighs them against what else would be seen: a hole at
the foot of a page, a page with one sentence. So each layout has a cost, in lines of text about, and
the cheapest is taken. 此页无正文 is never printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise, product

from drafting.writing import gbt9704 as gb
from drafting.writing.typesetting.fit import Fit
from drafting.writing.typesetting.layout import Layout

_PITCH_COSTS = {22: 0.0, 23: 2.0, 21: 2.0, 24: 5.0, 20: 5.0}
"""What it costs to have so many lines on a page."""
_CLOSER, _LOOSER, _TIGHTER_IMPRINT, _NO_SEAL_FOOT = 5.0, 3.0, 2.0, 2.5
_HOLE_FREE, _HOLE_LINE = 2, 2.0
"""So many empty lines at a page's foot nobody sees; what each further one costs."""
_FEW_LINES = {1: 4.0, 2: 2.0}
"""What it costs to have so few lines of text beside the signature."""
_PAGE_SAVED, _ONE_PAGE = -2.0, -8.0


def in_company(layout: Layout) -> bool:
    """Whether signature and 版记 each stand on a page with text before them."""
    tail = layout.tail_pages()
    if tail:
        alone = layout.text_rows(layout.pages[tail[0]]) < gb.LEAST_TEXT_LINES
        if tail[-1] != tail[0] or (alone and not layout.behind_turned(tail[0])):
            return False
    last = len(layout.pages) - 1
    return any(row.item >= 0 for row in layout.pages[-1]) or layout.behind_turned(last)


def best(
    natural: Layout, attempt: Callable[[Fit], Layout], suits: Callable[[Layout], bool]
) -> Layout | None:
    """Return the layout of the least cost that ``suits``, ``None`` where none does.

    ``natural`` is the one that does not; ``attempt`` lays out with a fit.
    """
    found: Layout | None = None
    least = float("inf")
    pages = len(natural.pages)
    saving = _PAGE_SAVED + (_ONE_PAGE if pages == 2 else 0.0)
    for cost, fit in _fits(natural):
        if cost + saving >= least:
            break
        # Where the text stays beside the signature by itself, nothing need go over with it.
        layout = attempt(fit)
        if not in_company(layout):
            layout = attempt(replace(fit, bound=True))
        if not (in_company(layout) and layout.fits and suits(layout)):
            continue
        total = cost + _seen(layout)
        if len(layout.pages) < pages:
            total += _PAGE_SAVED + (_ONE_PAGE if len(layout.pages) == 1 else 0.0)
        if total < least:
            found, least = layout, total
    return found


def told(fit: Fit) -> str:
    """Say what gave way."""
    changes = []
    lines = int(gb.mm_to_pt(gb.TEXT_HEIGHT_MM) / fit.line_pt)
    if lines != gb.LINES_PER_PAGE:
        changes.append(f"行距已调整为{fit.line_pt:g}磅（每面{lines}行）")
    if fit.tracking_pt < gb.TRACKING_PT:
        changes.append(f"字距已紧缩为每行{gb.MORE_CHARS_PER_LINE}字")
    if fit.tracking_pt > gb.TRACKING_PT:
        changes.append(f"字距已放宽为每行{gb.FEWER_CHARS_PER_LINE}字")
    if fit.imprint_pitch_pt == gb.TIGHT_IMPRINT_LINES_PT[0]:
        changes.append(f"版记行距已改为{fit.imprint_pitch_pt:g}磅")
    if not fit.seal_foot:
        changes.append("附注紧接成文日期，不再为印章空一行")
    if not changes:
        changes.append("末段已随署名移至下一面")
    return f"署名、印章与正文原不在同一面，{'，'.join(changes)}（7.3.5.5）。"


def _fits(natural: Layout) -> Iterator[tuple[float, Fit]]:
    """All fits to be tried with what each changes, the least change first.

    What is to come onto a page fewer is set closer, what is to fill one more looser; both at once
    would be seen.
    """
    usual = natural.fit
    roles = [item.role for item in natural.items]
    feet = {True: 0.0}
    if ("seal-foot", "remark") in pairwise(roles):
        feet[False] = _NO_SEAL_FOOT
    tried: list[tuple[float, Fit]] = []
    for lines, pitch_cost in _PITCH_COSTS.items():
        line_pt = usual.line_pt if lines == gb.LINES_PER_PAGE else gb.pitch_pt(lines)
        wider, narrower = line_pt > usual.line_pt, line_pt < usual.line_pt
        trackings = {usual.tracking_pt: 0.0}
        trackings |= {} if wider else {gb.CLOSE_TRACKING_PT: _CLOSER}
        trackings |= {} if narrower else {gb.LOOSE_TRACKING_PT: _LOOSER}
        imprints = {usual.imprint_pitch_pt: 0.0}
        tighter = gb.TIGHT_IMPRINT_LINES_PT[0]
        if tighter < usual.imprint_pitch_pt and not wider:
            imprints[tighter] = _TIGHTER_IMPRINT
        for tracking_pt, imprint_pt, foot in product(trackings, imprints, feet):
            if wider and not foot:
                continue
            cost = pitch_cost + trackings[tracking_pt] + imprints[imprint_pt] + feet[foot]
            fit = replace(
                usual,
                line_pt=line_pt,
                tracking_pt=tracking_pt,
                imprint_pitch_pt=imprint_pt,
                seal_foot=foot,
            )
            tried.append((cost, fit))
    return iter(sorted(tried, key=lambda one: one[0]))


def _seen(layout: Layout) -> float:
    """What is seen of a layout: holes at the foot of pages, few lines beside the signature."""
    cost = 0.0
    tail = layout.tail_pages()
    if tail:
        cost += _FEW_LINES.get(layout.text_rows(layout.pages[tail[0]]), 0.0)
    for (page, room), (following, _) in pairwise(zip(layout.pages, layout.rooms_pt, strict=True)):
        if following[0].page_break or page[-1].across or following[0].across:
            continue
        left = room - sum(row.height_pt for row in page)
        cost += _HOLE_LINE * max(0.0, left / layout.fit.line_pt - _HOLE_FREE)
    return cost
