#!/usr/bin/env bash
# Debian's source packages of sources.list into DIR, checked by SHA256SUMS: fetch.sh DIR
# Asks the machine's own Debian archive through an apt of its own settings: the system's stay as they are.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
target=$(cd "$1" && pwd)

whole() { (cd "$target" && sha256sum --quiet -c "$here/SHA256SUMS" >/dev/null 2>&1); }
whole && exit 0
command -v apt-get >/dev/null || {
  echo "缺解释器的源码包，这台机器又没有 apt-get：请把 $here/SHA256SUMS 列出的文件放进 $target。" >&2
  exit 1
}
archive=$(apt-get indextargets --format '$(REPO_URI)' | grep -E '/debian/?$' | head -1)
[ -n "$archive" ] || { echo "这台机器没有设置 Debian 软件源，取不到解释器的源码包。" >&2; exit 1; }

apt=$(mktemp -d)
trap 'rm -rf "$apt"' EXIT
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
key=/usr/share/keyrings/debian-archive-keyring.gpg
grep -v '^#' "$here/sources.list" | while read -r suite _; do
  echo "deb-src [signed-by=$key] $archive $suite main"
done | sort -u > "$apt/sources.list"
settings=(-o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
  -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root)
apt-get "${settings[@]}" -qq update
grep -v '^#' "$here/sources.list" | while read -r _ package version _; do
  (cd "$target" && apt-get "${settings[@]}" -qq --download-only source "$package=$version")
done || true
whole || {
  echo "解释器的源码包取不全，或者与记录的校验值不符：" >&2
  (cd "$target" && sha256sum --quiet -c "$here/SHA256SUMS") >&2 || true
  echo "Debian 换了新版本时，在 scripts/interpreter 的 sources.list 和 SHA256SUMS 里换成新版本。" >&2
  exit 1
}
