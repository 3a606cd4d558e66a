#!/usr/bin/env bash
# An archive that installs without any network: the program, an interpreter of its own, every library
# as a wheel, pip itself, the install script, units and the manual. `make bundle`; for other machines:
#   ARCH=aarch64                 which processor (default: this one's): x86_64 or aarch64
#   INTERPRETER=own              own: CPython 3.11 for any Linux with glibc 2.28, built on first use
#                                (scripts/interpreter); system: none, the server's own Python is used
#   BUNDLE_PYTHONS="3.11 3.13"   with INTERPRETER=system: which Pythons the servers have (Debian 12:
#                                3.11, 13: 3.13; default: this one's)
#   BUNDLE_DIR=DIR               where the archive goes (default: dist)
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-.venv/bin/python}
machine=${ARCH:-$(uname -m)}
interpreter=${INTERPRETER:-own}
case $machine in
x86_64 | aarch64) ;;
*) echo "只做 x86_64 和 aarch64 的安装包，没有 $machine 的。" >&2; exit 1 ;;
esac
case $interpreter in
own) pythons=3.11 ;;
system) pythons=${BUNDLE_PYTHONS:-$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')} ;;
*) echo "INTERPRETER 写 own（自带解释器）或 system（用服务器的 Python），不是 $interpreter。" >&2; exit 1 ;;
esac
target=${BUNDLE_DIR:-dist}
version=$("$python" -c 'from drafting import __version__; print(__version__)')
# Two bundles of one version must be told apart when they stand side by side on the server.
stamp=$(git log -1 --format=%cd-%h --date=format:%Y%m%d 2>/dev/null || date +%Y%m%d)
name="drafting-$version-$stamp-linux-$machine"
[ "$interpreter" = own ] || name="$name-python${pythons// /-}"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
bundle="$scratch/$name"
mkdir -p "$bundle/wheels" "$scratch/source" "$target"

# Built from a copy: setuptools leaves its own folders beside what it builds.
tar --exclude=__pycache__ --exclude=packed.bin -cf - pyproject.toml README.md LICENSE LICENSES \
  drafting corpus casework desk service storage templates web | tar -xf - -C "$scratch/source"
pip() { "$python" -m pip "$1" -q --disable-pip-version-check "${@:2}"; }
pip wheel --no-deps --no-build-isolation -w "$bundle/wheels" "$scratch/source"
# Every platform that a server with glibc 2.28 can load: what tools/wheels.py looks for, too.
mapfile -t platforms < <("$python" -c '
import sys
from tools.wheels import platforms
print(*(f"--platform={one}" for one in platforms(sys.argv[1])), sep="\n")' "$machine")
for one in $pythons; do
  pip download --no-deps --only-binary=:all: --require-hashes \
    --python-version "$one" --implementation cp "${platforms[@]}" \
    -d "$bundle/wheels" -r requirements.lock
done
brought=()
if [ "$interpreter" = own ]; then
  # Kept by what it is made of: the next bundle takes the same one.
  digest=$(cat scripts/interpreter/* | sha256sum | cut -c1-16)
  kept="build/interpreter/python-3.11-$digest-linux-$machine.tar.gz"
  [ -e "$kept" ] || PYTHON="$python" bash scripts/interpreter/build.sh "$machine" "$kept"
  cp "$kept" "$bundle/interpreter.tar.gz"
  brought=("$bundle/interpreter.tar.gz")
fi
# Nothing in it asks for another processor or a newer system than the bundle is for.
"$python" -m tools.elf --machine "$machine" --glibc 2.28 "$bundle/wheels" "${brought[@]}"
echo "$machine 2.28" > "$bundle/MACHINE"

cp requirements.lock README.md CHANGELOG.md LICENSE "$bundle/"
cp -r LICENSES "$bundle/LICENSES"
cp -r deploy/. "$bundle/"
cp -r docs "$bundle/docs"
# What is in it and under which licences; refused where a wheel is none of the lock's.
"$python" -m tools.supply "$bundle/wheels" requirements.lock "$bundle" "${brought[@]}"
echo "$version-$stamp" > "$bundle/VERSION"
(cd "$bundle" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum > SHA256SUMS)

tar -C "$scratch" --owner=0 --group=0 --numeric-owner -czf "$target/.$name.part" "$name"
mv "$target/.$name.part" "$target/$name.tar.gz"
# Outside of the bundle: who changes what is in it changes the sums in it too.
(cd "$target" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
cp "$bundle/sbom.cdx.json" "$target/$name.cdx.json"
echo "校验值：$(cut -d' ' -f1 "$target/$name.tar.gz.sha256")（请由另一条途径告诉安装的人）"
echo "离线安装包：$target/$name.tar.gz（$(du -h "$target/$name.tar.gz" | cut -f1)，$machine，Python $pythons）"
