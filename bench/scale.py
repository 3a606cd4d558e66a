"""What an office of another size needs, computed from measured slopes; nothing is run.

``scale.toml`` holds the slopes, the offices, what each resource may come to, and kinds of machines;
``BENCH_SCALE`` names another file. For each office: requests, cores, memory, disk, network, log,
backup, and in which order the limits are reached when its load grows.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("scale.toml")
NODES = 3
LEFT = 2
"""Nodes on which all must be done while one is away."""
POOL = 24
"""Connections of one web process: three of each of its eight threads (storage/postgres)."""
_MILLION, _MB, _GB = 1e6, 1e6, 1e9
_DAY_PEAK = 4.0
"""The busiest hour has four times the mean of 24 hours."""

Table = dict[str, Any]


@dataclass(frozen=True)
class Demand:
    """How much of one resource is asked for, and what it may come to.

    ``by_machine``: a larger machine would have more of it; else the limit is a mark of the product.
    """

    what: str
    value: float
    unit: str
    limit: float = 0.0
    by_machine: bool = False

    @property
    def share(self) -> float:
        """Return how near the limit it is; 1 is there."""
        return self.value / self.limit if self.limit else 0.0


@dataclass(frozen=True)
class Plan:
    """What one office needs; ``machine`` is the smallest that does, or the largest there is."""

    office: Table
    machine: Table
    demands: Sequence[Demand]

    def __getitem__(self, what: str) -> float:
        """Return a demand's value by its name."""
        return next(one.value for one in self.demands if one.what == what)

    @property
    def fits(self) -> bool:
        """Return whether the machine has enough of all that machines have."""
        return all(one.share <= 1 for one in self.demands if one.by_machine)

    def breaking(self) -> list[Demand]:
        """Return what has a limit, the nearest to it first."""
        return sorted((one for one in self.demands if one.limit), key=lambda one: -one.share)


def main() -> None:
    """Print the table of all offices, and what breaks first in each."""
    given = tomllib.loads(Path(os.environ.get("BENCH_SCALE", SOURCE)).read_text("utf-8"))
    plans = [smallest(given, office) for office in given["office"]]
    print("\n## scale: three nodes, one of which may be away\n")
    print(f"| | {' | '.join(plan.office['name'] for plan in plans)} |")
    print(f"|---|{'---|' * len(plans)}")
    for place, first in enumerate(plans[0].demands):
        cells = [_shown(plan.demands[place]) for plan in plans]
        print(f"| {first.what} | {' | '.join(cells)} |")
    kinds = [f"{plan.machine['name']}{'' if plan.fits else ', not enough'}" for plan in plans]
    print(f"| machines (three of a kind) | {' | '.join(kinds)} |")
    prices = [f"{plan.machine['price'] * (NODES + 0.5):.0f}" for plan in plans]
    print(f"| 万元, with the backup's | {' | '.join(prices)} |")
    for plan in plans:
        print(f"\n{plan.office['name']}: limits in the order in which growing load reaches them")
        for one in plan.breaking()[:5]:
            reached = f"reached at ×{1 / one.share:.1f}"
            print(f"- {one.what}: {_shown(one)} of {one.limit:,.0f}; {reached}")


def smallest(given: Table, office: Table) -> Plan:
    """Return the plan with the first kind of machine that is enough, else with the last."""
    plans = [plan_of(given, office, machine) for machine in given["machine"]]
    return next((plan for plan in plans if plan.fits), plans[-1])


def plan_of(given: Table, office: Table, machine: Table) -> Plan:
    """Return what ``office`` needs on nodes that are each a ``machine``."""
    limits = given["limits"]
    requests = office["clerks"] * office["active"] * office["requests_minute"] / 60
    request_ms = _mean(given["mix"], given["processor_ms"])
    matters_day = office["clerks"] * office["matters_year"] / office["days"]
    first_ms = given["processor_ms"]["register"] + given["processor_ms"]["first draft"]
    registering = matters_day * first_ms / 1000 * _DAY_PEAK / 86400
    web_cores = requests * request_ms / 1000 + registering
    database_cores = requests * given["database"]["processor_ms"] / 1000
    # A process fills about one core; two at least, so that one may be slow.
    processes = max(2.0, -(-web_cores / limits["processor"] // LEFT))
    seen = office["documents"] * office["seen"] / _MILLION
    # Whoever asks next may be of any unit: the dictionaries of all are mapped.
    millions = office["documents"] / _MILLION
    process_mb = given["search"]["base_mb"] + given["search"]["million_mb"] * millions
    shared_gb = given["search"]["shared_mb"] * millions / 1000
    connections = processes * POOL * NODES
    database_gb = _database_gb(given["database"], office)
    log_day = _log_day(given["database"], office, matters_day)
    log_peak = log_day / 86400 * _DAY_PEAK
    cache_gb = max(4.0, _read_gb(given["database"], office)) + connections * 0.01
    recovery = given["recovery"]
    demands = (
        Demand("requests a second, busiest hour", requests, "/s"),
        Demand("processor time of a request", request_ms, "ms"),
        Demand("cores for pages, each of two nodes", web_cores / LEFT, "", 0),
        Demand("cores for the database, one node", database_cores, ""),
        Demand("cores, the primary's node", web_cores / LEFT + database_cores, "",
               machine["cores"] * limits["processor"], True),
        Demand("web processes a node", processes, ""),
        Demand("memory of a web process", process_mb, "MB", limits["process_mb"]),
        Demand("of which the database's cache and connections", cache_gb, "GB"),
        Demand("of which the index, mapped by all processes", shared_gb, "GB"),
        Demand("memory of a node", processes * process_mb / 1000 + cache_gb + shared_gb, "GB",
               machine["memory_gb"] * limits["memory"], True),
        Demand("connections to the database", connections, "", limits["connections"]),
        Demand("search, a whole proposal, p50", given["search"]["base_ms"]
               + given["search"]["million_ms"] * seen, "ms", limits["search_ms"]),
        Demand("database at the end", database_gb, "GB", machine["disk_gb"] * limits["disk"], True),
        Demand("of which the archive",
               office["documents"] * given["database"]["document_bytes"] / _GB, "GB"),
        Demand("log (WAL) a day", log_day / 1000, "GB"),
        Demand("log, busiest hour", log_peak, "MB/s", limits["log_mb_s"]),
        Demand("network to two standbys and the backup", log_peak * 3, "MB/s",
               machine["network_mb_s"] * limits["network"], True),
        Demand("full backup", database_gb * 1000 / recovery["backup_mb_s"]
               / recovery["backup_processes"] / 3600, "h", limits["backup_hours"]),
        Demand("restore from the backup",
               database_gb * 1000 / recovery["restore_mb_s"] / 3600, "h"),
        Demand("repository, four weeks", database_gb * 0.4 * 4 + log_day / 1000 * 0.3 * 28, "GB"),
    )  # fmt: skip
    return Plan(office, machine, demands)


def _mean(mix: Table, costs: Table) -> float:
    return float(sum(many * costs[kind] for kind, many in mix.items()) / sum(mix.values()))


def _database_gb(slopes: Table, office: Table) -> float:
    matters = office["clerks"] * office["matters_year"] * office["years"]
    kept = slopes["matter_bytes"] + slopes["versions_kept"] * slopes["save_bytes"]
    return float((office["documents"] * slopes["document_bytes"] + matters * kept) / _GB)


def _read_gb(slopes: Table, office: Table) -> float:
    """Return what must lie in memory so that no page waits for the disk."""
    matters = office["clerks"] * office["matters_year"]
    read = slopes["matter_bytes"] + slopes["versions_read"] * slopes["save_bytes"]
    return float((office["documents"] * slopes["searched_bytes"] + matters * read) / _GB)


def _log_day(slopes: Table, office: Table, matters_day: float) -> float:
    """Return the megabytes of log of a working day, where a fifth of the archive comes a year."""
    saves = office["clerks"] * office["saves_day"]
    documents = office["documents"] / 5 / office["days"]
    whole = (
        saves * slopes["save_log"]
        + matters_day * slopes["matter_log"]
        + documents * slopes["document_log"]
    )
    return float(whole / _MB)


def _shown(one: Demand) -> str:
    digits = 0 if one.value >= 100 else 1 if one.value >= 1 else 2
    return f"{one.value:,.{digits}f} {one.unit}".strip()
