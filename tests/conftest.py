"""Shared by all tests: the project's root on the path, so that helpers import by name."""

import datetime as dt
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import compiled_once
import laid_once
import laws
import postgres_folders
import postgres_server
from chromium import ARGS, CHROMIUM, be_patient
from days import seconds_to_wait

compiled_once.install()
laid_once.install()
laws.register()

if TYPE_CHECKING:
    from playwright import sync_api as playwright_api


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Let a test that would see midnight, here or in UTC, begin after it."""
    for now in (dt.datetime.now(), dt.datetime.now(dt.UTC)):
        time.sleep(seconds_to_wait(now))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """One process more than there are cores: a fifth of their time they wait, for a browser, an
    office, a service or the disk. ``PYTEST_XDIST_AUTO_NUM_WORKERS`` says otherwise."""
    if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS"):
        return None
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Have the tests that open data folders run on the other engine."""
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="the engine behind each data folder; tests of SQLite's own are left out then",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is of one engine alone; what takes long comes first."""
    if config.getoption("--database") == "postgresql":
        if reason := postgres_server.missing():
            raise pytest.UsageError(reason)
        of_sqlite = pytest.mark.skip(reason="SQLite 专用")
        for item in items:
            if item.get_closest_marker("sqlite"):
                item.add_marker(of_sqlite)
    _long_first(items)


def _long_first(items: list[pytest.Item]) -> None:
    """Order the modules, not what is within each: side by side, a process that is given a long one
    last would be alone with it at the end of the run. Those that load the machine are spread among
    those that wait for a browser or an office."""
    slow = {item.path: None for item in items if item.get_closest_marker("slow")}
    shown = {item.path: None for item in items if _is_shown(item) and item.path not in slow}
    place = {path: at / len(some) for some in (slow, shown) for at, path in enumerate(some)}
    items.sort(key=lambda item: place.get(item.path, 1.0))


def _is_shown(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(mark) for mark in ("browser", "office"))


@pytest.fixture(scope="session")
def postgres(of_this_run: Path) -> Iterator[postgres_server.Server]:
    """A PostgreSQL server of this run's own."""
    if reason := postgres_server.missing():
        pytest.skip(reason)
    with postgres_server.shared(of_this_run) as server:
        yield server


@pytest.fixture(scope="session", autouse=True)
def chosen_database(request: pytest.FixtureRequest) -> Iterator[postgres_folders.Folders | None]:
    """With ``--database=postgresql`` each data folder has a database of its own."""
    if request.config.getoption("--database") == "sqlite":
        yield None
        return
    with postgres_folders.installed(request.getfixturevalue("postgres")) as folders:
        yield folders


@pytest.fixture(autouse=True)
def own_databases(
    chosen_database: postgres_folders.Folders | None, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Drop the databases of a test's own folder behind it: each takes 9 MB."""
    asked = chosen_database is not None and "tmp_path" in request.fixturenames
    place = request.getfixturevalue("tmp_path") if asked else None
    yield
    if chosen_database is not None and place is not None:
        chosen_database.drop_below(place)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A data folder whose configuration has its tables in one engine, and then in the other:
    processes that a test starts find them too."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        chosen = request.getfixturevalue("chosen_database")
        # With --database=postgresql this process has one for the folder already.
        url = chosen.url_of(tmp_path) if chosen else server.fresh(postgres_server.name_of(tmp_path))
        (tmp_path / "config.toml").write_text(f'[database]\nurl = "{url}"\n', "utf-8")
    elif request.config.getoption("--database") == "postgresql":
        pytest.skip("SQLite 专用")
    return tmp_path


@pytest.fixture(scope="session")
def chromium() -> Iterator["playwright_api.Browser"]:
    """A real Chromium, one for all tests of a run; its start takes two seconds.

    There is one driver too: while it runs, Playwright starts no other in the same thread.
    """
    api = pytest.importorskip("playwright.sync_api", reason="未安装 playwright，跳过")
    be_patient(api)
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def of_this_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def fill(pytestconfig: pytest.Config, of_this_run: Path) -> Callable[[Path, str], Path]:
    """Fills a data folder: ``fill(folder)`` with the sample archive, ``fill(folder, "papers")``
    with the same papers as an office's own."""
    from prepared import copied

    cache = getattr(pytestconfig, "cache", None)
    kept = cache.mkdir("prepared") if cache else of_this_run

    def fill_folder(folder: Path, kind: str = "samples") -> Path:
        return copied(kind, folder, kept)

    return fill_folder
