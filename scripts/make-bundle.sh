#!/usr/bin/env bash
# An archive that installs without any network: the program, every library as a wheel, pip itself,
# the install script, units and the manual. `make bundle`; for other machines:
#   BUNDLE_PYTHONS="3.11 3.13"   which Python versions the servers have (Debian 12: 3.11, 13: 3.13)
#   BUNDLE_MACHINE=aarch64       which processor (default: this one's)
#   BUNDLE_DIR=DIR               where the archive goes (default: dist)
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-.venv/bin/python}
pythons=${BUNDLE_PYTHONS:-$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')}
machine=${BUNDLE_MACHINE:-$(uname -m)}
target=${BUNDLE_DIR:-dist}
version=$("$python" -c 'from drafting import __version__; print(__version__)')
# Two bundles of one version must be told apart when they stand side by side on the server.
stamp=$(git log -1 --format=%cd-%h --date=format:%Y%m%d 2>/dev/null || date +%Y%m%d)
name="drafting-$version-$stamp-linux-$machine"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bundle="$scratch/$name"
mkdir -p "$bundle/wheels" "$scratch/source" "$target"

# Built from a copy: setuptools leaves its own folders beside what it builds.
tar --exclude=__pycache__ --exclude=packed.bin -cf - pyproject.toml README.md LICENSE LICENSES \
  drafting corpus casework desk service storage templates web | tar -xf - -C "$scratch/source"
pip() { "$python" -m pip "$1" -q --disable-pip-version-check "${@:2}"; }
pip wheel --no-deps --no-build-isolation -w "$bundle/wheels" "$scratch/source"
for one in $pythons; do
  pip download --no-deps --only-binary=:all: --require-hashes \
    --python-version "$one" --implementation cp \
    --platform "manylinux2014_$machine" --platform "manylinux_2_17_$machine" \
    --platform "manylinux_2_27_$machine" --platform "manylinux_2_28_$machine" \
    -d "$bundle/wheels" -r requirements.lock
done

cp requirements.lock README.md CHANGELOG.md LICENSE "$bundle/"
cp -r LICENSES "$bundle/LICENSES"
cp -r deploy/. "$bundle/"
cp -r docs "$bundle/docs"
# What is in it and under which licences; refused where a wheel is none of the lock's.
"$python" -m tools.supply "$bundle/wheels" requirements.lock "$bundle"
echo "$version-$stamp" > "$bundle/VERSION"
(cd "$bundle" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum > SHA256SUMS)

tar -C "$scratch" --owner=0 --group=0 --numeric-owner -czf "$target/.$name.part" "$name"
mv "$target/.$name.part" "$target/$name.tar.gz"
# Outside of the bundle: who changes what is in it changes the sums in it too.
(cd "$target" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
cp "$bundle/sbom.cdx.json" "$target/$name.cdx.json"
echo "校验值：$(cut -d' ' -f1 "$target/$name.tar.gz.sha256")（请由另一条途径告诉安装的人）"
echo "离线安装包：$target/$name.tar.gz（$(du -h "$target/$name.tar.gz" | cut -f1)，Python $pythons）"
