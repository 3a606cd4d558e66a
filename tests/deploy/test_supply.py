"""What a bundle says of itself: its components by hash, the licence of each, nothing unnamed."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from shared_data import PROJECT

from tools import supply


def wheel(folder: Path, name: str, version: str, about: str, **texts: str) -> str:
    """Make a wheel and return its hash."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    inside = f"{name.replace('-', '_')}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(f"{inside}/METADATA", f"Name: {name}\nVersion: {version}\n{about}\n")
        made.writestr(f"{inside}/WHEEL", "Wheel-Version: 1.0\n")
        for one, text in texts.items():
            made.writestr(f"{inside}/{one.replace('__', '/')}", text)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def wheels(tmp_path: Path) -> tuple[Path, str]:
    """The program and two libraries, with the lock that names these."""
    folder = tmp_path / "wheels"
    wheel(folder, supply.OWN, "0.1.0", "License-Expression: MIT\nRequires-Dist: Paper.Kit>=1")
    kit = wheel(
        folder, "paper-kit", "1.2", "License: BSD\nRequires-Dist: ink (>=2); extra == 'x'",
        licenses__LICENSE="Do what is fair.",
    )  # fmt: skip
    ink = wheel(
        folder, "ink", "2.0", "Classifier: License :: OSI Approved :: MIT License", COPYING="Free."
    )
    lock = "".join(
        f"{name} \\\n    --hash=sha256:{digest}\n"
        for name, digest in (("ink==2.0", ink), ("paper-kit==1.2", kit))
    )
    return folder, lock


def test_the_list_names_each_part_by_hash_licence_and_need(
    wheels: tuple[Path, str], tmp_path: Path
) -> None:
    folder, lock = wheels
    found = supply.parts(folder)
    supply.check(found, lock)
    supply.write(found, [], tmp_path)
    made = json.loads((tmp_path / "sbom.cdx.json").read_text("utf-8"))
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", made["serialNumber"])
    assert made["metadata"]["component"]["purl"] == f"pkg:pypi/{supply.OWN}@0.1.0"
    hashes = re.findall(r"sha256:(\w+)", lock)
    assert made["components"] == [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "hashes": [{"alg": "SHA-256", "content": digest}],
            "licenses": [{"license": {"name": licence}}],
        }
        for name, version, digest, licence in (
            ("ink", "2.0", hashes[0], "MIT License"),
            ("paper-kit", "1.2", hashes[1], "BSD"),
        )
    ]
    assert {one["ref"]: one["dependsOn"] for one in made["dependencies"]} == {
        "pkg:pypi/ink@2.0": [],
        "pkg:pypi/paper-kit@1.2": ["pkg:pypi/ink@2.0"],
        f"pkg:pypi/{supply.OWN}@0.1.0": ["pkg:pypi/paper-kit@1.2"],
    }
    texts = tmp_path / "LICENSES" / "libraries"
    assert (texts / "paper-kit" / "LICENSE").read_text("utf-8") == "Do what is fair."
    assert (texts / "ink" / "COPYING").read_text("utf-8") == "Free."
    assert "| ink | 2.0 | MIT License | `ink/` |" in (texts / "README.md").read_text("utf-8")
    again = json.dumps(supply.sbom(supply.parts(folder), []))
    assert again == json.dumps(made)


def archive(path: Path, files: dict[str, str]) -> Path:
    """Make an interpreter's archive of texts."""
    with tarfile.open(path, "w:gz") as made:
        for name, text in files.items():
            member = tarfile.TarInfo(f"python/{name}")
            member.size = len(text.encode("utf-8"))
            made.addfile(member, io.BytesIO(text.encode("utf-8")))
    return path


def test_the_interpreter_and_what_it_was_built_from_are_listed(
    wheels: tuple[Path, str], tmp_path: Path
) -> None:
    folder, _ = wheels
    adder, ink = "a" * 64, "b" * 64
    brought = supply.interpreter(
        archive(
            tmp_path / "interpreter.tar.gz",
            {
                "PARTS.tsv": f"adder3.1\t3.1-2\tPSF-2.0\tpkg:deb/debian/adder3.1@3.1-2\t{adder}\n"
                f"inkwell\t2.0\tMIT\tpkg:deb/debian/inkwell@2.0\t{ink}\n",
                "licenses/adder3.1/LICENSE": "Use it.",
                "licenses/inkwell/copyright": "Use that.",
                "lib/os.py": "",
            },
        )
    )
    supply.write(supply.parts(folder), brought, tmp_path)
    made = json.loads((tmp_path / "sbom.cdx.json").read_text("utf-8"))
    assert made["components"][2:] == [
        {
            "type": kind,
            "bom-ref": f"pkg:deb/debian/{name}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:deb/debian/{name}@{version}",
            "licenses": [{"license": {"name": licence}}],
            "properties": [{"name": "source-sha256", "value": digest}],
        }
        for kind, name, version, licence, digest in (
            ("platform", "adder3.1", "3.1-2", "PSF-2.0", adder),
            ("library", "inkwell", "2.0", "MIT", ink),
        )
    ]
    needed = {one["ref"]: one["dependsOn"] for one in made["dependencies"]}
    assert needed["pkg:deb/debian/adder3.1@3.1-2"] == ["pkg:deb/debian/inkwell@2.0"]
    assert "pkg:deb/debian/adder3.1@3.1-2" in needed[f"pkg:pypi/{supply.OWN}@0.1.0"]
    texts = tmp_path / "LICENSES" / "libraries"
    assert (texts / "adder3.1" / "LICENSE").read_text("utf-8") == "Use it."
    assert (texts / "inkwell" / "copyright").read_text("utf-8") == "Use that."
    bare = supply.interpreter(
        archive(tmp_path / "bare.tar.gz", {"PARTS.tsv": f"adder\t1\tMIT\tpkg:adder\t{adder}\n"})
    )
    with pytest.raises(supply.SupplyError, match=r"no text of the licence: bare.tar.gz:adder"):
        supply.write([], bare, tmp_path)


def test_what_the_lock_does_not_name_or_nobody_licensed_is_refused(
    wheels: tuple[Path, str],
) -> None:
    folder, lock = wheels
    wheel(folder, "stowaway", "1.0", "License: MIT")
    with pytest.raises(supply.SupplyError, match="not in the lock: stowaway"):
        supply.check(supply.parts(folder), lock)
    (folder / "stowaway-1.0-py3-none-any.whl").unlink()
    with pytest.raises(supply.SupplyError, match="not in the bundle: quill"):
        supply.check(supply.parts(folder), f"{lock}quill==1.0 \\\n")
    bare = wheel(folder, "bare", "1.0", "Summary: none")
    with pytest.raises(supply.SupplyError, match="no licence told: bare"):
        supply.check(supply.parts(folder), f"{lock}bare==1.0 \\\n    --hash=sha256:{bare}\n")


def test_a_wheel_without_a_text_of_its_licence_has_it_from_here(
    wheels: tuple[Path, str], tmp_path: Path
) -> None:
    folder, _ = wheels
    wheel(folder, "mute-bird", "1.0", "License: MIT")
    found, out = supply.parts(folder), tmp_path / "out"
    (out / "LICENSES").mkdir(parents=True)
    with pytest.raises(supply.SupplyError, match="no text of the licence: mute_bird"):
        supply.write(found, [], out)
    (out / "LICENSES" / "mute-bird.txt").write_text("Sing.", "utf-8")
    supply.write(found, [], out)
    table = (out / "LICENSES" / "libraries" / "README.md").read_text("utf-8")
    assert "| mute-bird | 1.0 | MIT | `../mute-bird.txt` |" in table


def test_every_library_that_is_shipped_has_a_text_of_its_licence() -> None:
    """Of what is installed here, which is what the lock names."""
    lock = (PROJECT / "requirements.lock").read_text("utf-8")
    bare = []
    for name in re.findall(r"^([a-z0-9][a-z0-9.-]*)==", lock, re.MULTILINE):
        files = metadata.distribution(name).files or ()
        inside = [str(one) for one in files if ".dist-info" in str(one)]
        if not any(supply.is_text(one.partition(".dist-info/")[2]) for one in inside):
            bare.append(name)
    assert [one for one in bare if not (PROJECT / "LICENSES" / f"{one}.txt").exists()] == []
    assert "rjieba" in bare


def test_pip_is_pinned_and_checked_before_it_checks_the_others() -> None:
    lock = (PROJECT / "requirements.lock").read_text("utf-8")
    assert re.search(r"^pip==[\d.]+ \\\n    --hash=sha256:", lock, re.MULTILINE)
    script = (PROJECT / "deploy" / "install.sh").read_text("utf-8")
    checked = script.index('grep -q "sha256:$(sha256sum < "$pip"')
    assert checked < script.index("install --require-hashes")


def test_the_sums_of_a_bundle_stand_outside_of_it() -> None:
    script = (PROJECT / "scripts" / "make-bundle.sh").read_text("utf-8")
    packed = script.index('tar -C "$scratch"')
    assert packed < script.index('sha256sum "$name.tar.gz" > "$name.tar.gz.sha256"')
