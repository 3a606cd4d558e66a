"""What the pages of the project name is there: paths, modules that are run, links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from shared_data import PROJECT

ROOMS = (
    *("bench", "casework", "corpus", "deploy", "desk", "docs", "drafting", "LICENSES", "scripts"),
    *("service", "storage", "templates", "tests", "tools", "web"),
)
PAGES = sorted(
    [
        *PROJECT.glob("*.md"),
        *(
            page
            for room in ("docs", "tools", "LICENSES")
            for page in (PROJECT / room).rglob("*.md")
        ),
    ]
)
OURS = {
    path.relative_to(PROJECT).as_posix()
    for room in ROOMS
    for path in (PROJECT / room).rglob("*")
    if path.suffix != ".pyc" and path.name != "__pycache__"
}


def named(page: Path) -> set[str]:
    """Return the paths and modules' files in code marks, as far as they are of this project."""
    marked = re.findall(r"`([\w./-]+)`", page.read_text("utf-8"))
    return {
        one.rstrip("/")
        for one in marked
        if one.split("/")[0] in ROOMS or (one.endswith(".py") and not one.startswith("../"))
    }


def is_there(name: str) -> bool:
    """Whether a path stands in the project; a file's bare name, in whichever room."""
    if "/" in name:
        return name in OURS
    return name in ROOMS or any(one.endswith(f"/{name}") for one in OURS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    assert sorted(one for one in named(page) if not is_there(one)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_every_module_that_a_page_runs_exists(page: Path) -> None:
    for name in re.findall(r"python -m ([a-z_.]+)", page.read_text("utf-8")):
        room = name.split(".")[0]
        if room in ROOMS:
            path = name.replace(".", "/")
            assert {f"{path}.py", f"{path}/__main__.py", f"{path}/__init__.py"} & OURS, name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_every_link_within_the_project_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [one for one in targets if not (page.parent / one).exists()] == []


def test_every_command_of_make_that_a_page_names_exists() -> None:
    made = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text("utf-8"), re.M))
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    assert set(re.findall(r"`make ([a-z-]+)", text)) - made == set()


def test_the_table_of_rooms_names_every_room_of_the_product() -> None:
    page = (PROJECT / "docs" / "architecture.md").read_text("utf-8")
    rooms = {
        path.parent.relative_to(PROJECT).as_posix()
        for room in ("casework", "corpus", "desk", "drafting", "service", "storage", "web")
        for path in [*(PROJECT / room).glob("__init__.py"), *(PROJECT / room).glob("*/__init__.py")]
    }
    desk = {room for room in rooms if room.startswith("desk/")}
    assert {room for room in rooms - desk if f"`{room}/`" not in page} == set()
