"""The adjustments to a paper's layout by which its pages come out right."""

from __future__ import annotations

from dataclasses import dataclass

from drafting.writing import gbt9704 as gb


@dataclass(frozen=True, slots=True)
class Fit:
    """The measures that may give way (GB/T 9704-2012, 5.2.3, 7.2.4, 7.3.1, 7.3.2, 7.3.5.5).

    ``line_pt`` is the pitch of the text, ``tracking_pt`` what its characters stand closer;
    ``recipients_in_imprint``: 主送 stands in 版记; ``bound``:
    no pitch helps, the last paragraph goes over to the signature's page as a whole;
    ``seal_foot``: the line that keeps 附注 clear of the seal stands, where it would run into it;
    ``room_mm``: the least height of a form's rows to be written in by hand.
    """

    line_pt: float = gb.LINE_PT
    tracking_pt: float = gb.TRACKING_PT
    title_pt: float = gb.SIZE_2_PT
    title_pitch_pt: float = gb.TITLE_PITCH_PT
    mark_at_most_pt: float = gb.MARK_SIZES_PT[0]
    imprint_pitch_pt: float = gb.IMPRINT_LINE_PT
    recipients_in_imprint: bool = False
    bound: bool = False
    seal_foot: bool = True
    room_mm: float = gb.FORM_ROOMS_MM[0]
