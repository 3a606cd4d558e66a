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


def test_what_a_wheel_carries_is_listed_within_it(wheels: tuple[Path, str], tmp_path: Path) -> None:
    """Libraries that its makers built into it, shared ones as files, and data of others."""
    folder, _ = wheels
    kept = {"type": "library", "name": "openssl", "version": "4.0", "purl": "pkg:generic/openssl"}
    listed = {
        "components": [
            kept | {"bom-ref": "x", "hashes": [], "licenses": [{"expression": "Apache-2.0"}]},
            {"type": "library", "name": "Seal_Kit", "version": "3"},
            {"type": "library", "name": "cc", "version": "1", "scope": "excluded"},
        ]
    }
    wheel(
        folder, "seal-kit", "3", "License: MIT", LICENSE="Seal.",
        **{"sboms__list.json": json.dumps(listed)},
    )  # fmt: skip
    path, own = (next(folder.glob(f"{name}*")) for name in ("seal_kit", "reply_"))
    with zipfile.ZipFile(path, "a") as made:
        for name in ("seal_kit.libs/libpq-1a2b.so.5.18", "seal_kit/libpdfium.so", "seal_kit/_a.so"):
            made.writestr(name, name)
    with zipfile.ZipFile(own, "a") as made:
        made.writestr("drafting/words.tsv", "甲")
    out = tmp_path / "out"
    (out / "LICENSES").mkdir(parents=True)
    table = out / "LICENSES" / "README.md"
    head = "| in the program | from | licence |\n|---|---|---|\n"
    table.write_text(f"{head}| `drafting/words.tsv` | words of jieba, 0.42 | MIT, `jieba.txt` |\n")
    supply.write(supply.parts(folder), [], out)
    said = json.loads((out / "sbom.cdx.json").read_text("utf-8"))
    within = {one["name"]: one.get("components") for one in said["components"]}

    def file(name: str) -> dict[str, object]:
        digest = hashlib.sha256(name.encode()).hexdigest()
        return {
            "type": "file", "name": name, "hashes": [{"alg": "SHA-256", "content": digest}],
        }  # fmt: skip

    assert within == {
        "ink": None,
        "paper-kit": None,
        "seal-kit": [
            kept | {"hashes": [], "licenses": [{"expression": "Apache-2.0"}]},
            file("seal_kit.libs/libpq-1a2b.so.5.18"),
            file("seal_kit/libpdfium.so"),
        ],
    }
    assert said["metadata"]["component"]["components"] == [
        {
            "type": "data",
            "name": "drafting/words.tsv",
            "description": "words of jieba, 0.42",
            "hashes": [{"alg": "SHA-256", "content": hashlib.sha256("甲".encode()).hexdigest()}],
            "licenses": [{"license": {"name": "MIT, `jieba.txt`"}}],
        }
    ]
    table.write_text(f"{head}| `drafting/gone.tsv` | nowhere | MIT |\n", "utf-8")
    with pytest.raises(supply.SupplyError, match=r"not in the program: drafting/gone\.tsv"):
        supply.write(supply.parts(folder), [], out)


def test_of_all_data_of_others_the_table_says_where_it_is_from() -> None:
    """Each file that is named is there, and each text of a licence is named."""
    table = (PROJECT / "LICENSES" / "README.md").read_text("utf-8")
    rows = [row for row in table.splitlines() if row.startswith("| `")]
    files = [one for row in rows for one in re.findall(r"`([^`]+)`", row.split("|")[1])]
    assert [one for one in files if not (PROJECT / one).is_file()] == []
    texts = {path.name for path in (PROJECT / "LICENSES").glob("*.txt")}
    assert texts == set(re.findall(r"`([a-z0-9-]+\.txt)`", table))


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


def test_each_shared_library_that_a_database_driver_carries_has_its_licence_told() -> None:
    """The wheel brings the licence of the driver alone."""
    said = (PROJECT / "LICENSES" / "psycopg-binary.txt").read_text("utf-8")
    carried = {
        Path(one).name.partition("-")[0]
        for one in metadata.distribution("psycopg-binary").files or ()
        if ".libs/" in str(one)
    }
    assert carried
    assert [one for one in sorted(carried) if not re.search(rf"\b{one}\b", said)] == []


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
