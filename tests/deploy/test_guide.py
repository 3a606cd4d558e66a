"""The user's guide: every picture is there, small, and drawn by the script."""

import re

from shared_data import PROJECT

DOCS = PROJECT / "docs"


def test_the_pictures_of_the_guide_are_those_that_the_script_draws() -> None:
    named = re.findall(r"\]\((images/guide-[a-z]+\.png)\)", (DOCS / "guide.md").read_text("utf-8"))
    scripts = PROJECT / "scripts"
    drawn = re.findall(
        r'^    \("([a-z]+)", ', (scripts / "guide_pictures.py").read_text("utf-8"), re.M
    )
    desks = (scripts / "desk_pictures.py").read_text("utf-8")
    drawn += re.findall(r'_picture\(\w+, "([a-z]+)"\)', desks)
    assert sorted(named) == sorted(f"images/guide-{name}.png" for name in drawn)
    sizes = {name: (DOCS / name).stat().st_size for name in named}
    assert {name: size for name, size in sizes.items() if size > 100 * 1024} == {}


def test_the_pages_that_the_manuals_point_to_are_there() -> None:
    for page in ("guide.md", "operations.md"):
        targets = re.findall(r"\]\(([a-z]+\.md)\)", (DOCS / page).read_text("utf-8"))
        assert [name for name in targets if not (DOCS / name).exists()] == []
