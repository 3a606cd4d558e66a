"""The kinds of work that pages ask for, each known by the name that its jobs bear."""

from __future__ import annotations

from collections.abc import Mapping

from desk.batch import work
from desk.handing_in import check_work, import_work, material_work
from desk.jobs.nouns import Kind
from desk.local_model import working
from desk.prints import printing

KINDS: Mapping[str, Kind] = {
    one.name: one
    for one in (
        import_work.KIND,
        work.KIND,
        check_work.KIND,
        material_work.KIND,
        working.KIND,
        *printing.WORK,
    )
}
