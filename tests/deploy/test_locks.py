"""The lock files: exact versions with the hash of each file, the same in all, from nowhere."""

from __future__ import annotations

import re
import tomllib

import pytest
from shared_data import PROJECT

LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-dev.lock")
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+) \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def lines(name: str) -> list[str]:
    text = (PROJECT / name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]


def pins(name: str) -> dict[str, str]:
    return dict(found.groups() for line in lines(name) if (found := PIN.match(line)))


def wanted(name: str) -> set[str]:
    """Return the names of the distributions that pyproject.toml asks for."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    asked = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-build.lock": project["build-system"]["requires"],
        "requirements-dev.lock": project["project"]["dependencies"]
        + project["project"]["optional-dependencies"]["dev"],
    }[name]
    return {re.split(r"[<>=!~ \[]", one)[0].lower() for one in asked}


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_is_a_pin_or_its_hash(name: str) -> None:
    strange = [line for line in lines(name) if not PIN.match(line) and not HASH.match(line)]
    assert strange == []
    before = zip(lines(name), lines(name)[1:], strict=False)
    assert all(HASH.match(after) for line, after in before if PIN.match(line))


@pytest.mark.parametrize("name", LOCKS)
def test_everything_asked_for_is_pinned(name: str) -> None:
    assert wanted(name) - set(pins(name)) == set()


@pytest.mark.parametrize("name", LOCKS)
def test_no_place_on_the_net_or_on_a_disk_is_named(name: str) -> None:
    text = (PROJECT / name).read_text("utf-8")
    assert re.findall(r"\S*(?:://|(?:^|\s)/\w+|--(?:extra-)?index-url \S)\S*", text) == []


def test_the_tests_run_with_the_versions_that_are_installed_at_an_office() -> None:
    everything = pins("requirements-dev.lock")
    for name in ("requirements.lock", "requirements-build.lock"):
        assert pins(name).items() <= everything.items(), name
