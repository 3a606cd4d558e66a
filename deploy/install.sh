#!/bin/sh
# Install the bundle beside this script, or upgrade to it. No network is asked for, no compiler and,
# where the bundle brings an interpreter, none of the system's Python.
# The former version stays beside the new one, with a backup of the data as it left it: rollback.sh.
set -eu
# Whatever root's own mask is: the service runs under another user and must read what is installed.
umask 022
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
PYTHON=
KEEP=no

usage() {
  say "用法：sh install.sh [--prefix 程序目录] [--data 数据目录] [--python python3] [--no-service]"
  say "默认：程序 $PREFIX，数据 $DATA；--no-service 只装程序，不建系统用户和服务（不需要 root）。"
  say "--python：不用包里带的 Python 解释器，改用系统的（3.11 或更高版本）。"
  exit 2
}
read_options "$@"

find_python() {
  # The system's own first: another one in root's path may stand where nobody else can read.
  for one in ${PYTHON:-/usr/bin/python3 python3 python3.13 python3.12 python3.11}; do
    if command -v "$one" >/dev/null 2>&1 &&
      "$one" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$one"
      return
    fi
  done
  fail "需要 Python 3.11 或更高版本（Debian 软件包 python3），或者换用带解释器的安装包。"
}

# The service answers on its own address; one that is started again and again does not.
service_answers() {
  waited=0
  while [ $waited -lt 300 ]; do
    "$place/bin/python" "$here/answers.py" --running "$DATA" && return 0
    if systemctl is-failed --quiet "$UNIT" ||
      [ "$(systemctl show -p NRestarts "$UNIT" | cut -d= -f2)" -ge 3 ]; then
      return 1
    fi
    sleep 2
    waited=$((waited + 2))
  done
  say "服务还没有应答（数据多时升级数据格式要几分钟），请看 journalctl -u drafting。"
}

check_machine "$here/MACHINE"
if [ "$SERVICE" = yes ]; then
  [ "$(id -u)" = 0 ] || fail "安装服务需要 root；只装程序请加 --no-service。"
  command -v systemctl >/dev/null 2>&1 || fail "这台机器没有 systemd，请加 --no-service 安装。"
fi
(cd "$here" && sha256sum --quiet -c SHA256SUMS) || fail "安装包不完整，请重新拷贝。"
brought="$here/interpreter.tar.gz"
if [ -n "$PYTHON" ] || [ ! -e "$brought" ]; then
  python=$(find_python)
  brought=
fi
version=$(cat "$here/VERSION")
former=$(current_version)
place="$PREFIX/versions/$version"
[ "$former" != "$version" ] || { say "已经是这个版本：$version。"; exit 0; }

mkdir -p "$PREFIX/versions"
rm -rf "$place"
mkdir "$place"
if [ -n "$brought" ]; then
  python="$place/python/bin/python3.11"
  tar -xzf "$brought" --no-same-owner -C "$place"
  "$python" -c 'import ctypes, lzma, sqlite3, ssl, venv' ||
    fail "包里的 Python 解释器在这台机器上运行不了（见上一行），没有安装。"
fi
say "安装 $version 到 $place（$("$python" --version)）……"
# pip comes along as a wheel and runs from it: Debian's python3 alone has none.
"$python" -m venv --without-pip "$place"
pip=$(ls "$here"/wheels/pip-*.whl)
# It checks all others: it is checked first, against the lock.
grep -q "sha256:$(sha256sum < "$pip" | cut -d' ' -f1)" "$here/requirements.lock" ||
  fail "安装包里的 pip 与锁定的不符，没有安装。"
# What this machine's pip is set to is none of our business: not its index, nor its folders.
install() {
  HOME=${HOME:-$place} PIP_CONFIG_FILE=/dev/null "$place/bin/python" "$pip/pip" install -q \
    --isolated --no-cache-dir --no-index --no-deps --disable-pip-version-check \
    --find-links "$here/wheels" "$@"
}
# Each library by the hash in the lock; the program itself by the sums checked above.
install --require-hashes -r "$here/requirements.lock" && install reply-drafting-assistant ||
  fail "程序库没有装成（见上面几行）。用系统的 $("$python" --version) 而安装包里没有适合它的程序库时，请用同一版本的 Python 重做安装包。"
# The first text is checked three times as fast with the tables laid out; it is without them, too.
"$place/bin/python" -m drafting.checking.spelling || say "校对表没有预先排好，首次校对会慢一点。"
"$place/bin/drafting" --help >/dev/null || fail "程序装好了但运行不了。"
cp "$here/common.sh" "$here/rollback.sh" "$here/uninstall.sh" "$here/answers.py" "$place/"
# Where SELinux is on: files that were copied have the marks of the place they came from.
if command -v restorecon >/dev/null 2>&1; then restorecon -R "$PREFIX" 2>/dev/null || true; fi

if [ "$SERVICE" = yes ] && ! id drafting >/dev/null 2>&1; then
  useradd --system --home-dir "$DATA" --shell /usr/sbin/nologin drafting
fi
mkdir -p "$DATA"
chmod 750 "$DATA"
[ "$SERVICE" = no ] || chown drafting: "$DATA"
# Before the running version is stopped: its place and its Python must be open to that user, too,
# and it must serve a page here, on a folder of its own.
as_owner "$place/bin/drafting" --help >/dev/null ||
  fail "系统用户 $(stat -c %U "$DATA") 运行不了 $place/bin/drafting：请看 $python 和 $PREFIX 是否人人可读；可用 --python 另指 Python。"
as_owner "$place/bin/python" "$place/answers.py" --trial "$place/bin/drafting" ||
  fail "新版本在这台机器上启动不了（见上面几行）。$([ -z "$former" ] || say "仍在使用 $former。")"

stop_service
if [ -n "$former" ] && { [ -e "$DATA/casework.db" ] || [ -e "$DATA/archive.db" ]; }; then
  saved="$DATA/backups/before-$version.zip"
  say "备份升级前的数据：$saved"
  # 1: written, and originals that were lost before are lacking, which the new version lacks too.
  as_owner "$PREFIX/current/bin/drafting" --data "$DATA" backup "$saved" || [ $? -eq 1 ] ||
    { start_service; fail "备份没有成功，仍在使用 $former。"; }
  printf '%s\n%s\n' "$former" "$saved" > "$place/former"
fi
if [ ! -e "$DATA/config.toml" ]; then
  as_owner "$place/bin/drafting" --data "$DATA" config > "$PREFIX/.config"
  mv "$PREFIX/.config" "$DATA/config.toml"
  chmod 640 "$DATA/config.toml"
  [ "$SERVICE" = no ] || chown drafting: "$DATA/config.toml"
fi
switch_to "$version"

if [ "$SERVICE" = yes ]; then
  for unit in drafting.service drafting-work@.service drafting-backup.service \
    drafting-backup.timer; do
    sed -e "s|@PREFIX@|$PREFIX|g" -e "s|@DATA@|$DATA|g" "$here/$unit" > "/etc/systemd/system/$unit"
  done
  systemctl daemon-reload
  systemctl enable "$UNIT"
  if ! { systemctl start "$UNIT" && service_answers; }; then
    [ -e "$place/former" ] || fail "服务没有启动成，请看 journalctl -u drafting。"
    say "新版本没有启动成，退回 $former……"
    sh "$place/rollback.sh" --prefix "$PREFIX" --data "$DATA" ||
      fail "也没有退回成，请看 journalctl -u drafting。"
    fail "新版本没有启动成（见 journalctl -u drafting），已退回 $former 和升级前的数据。"
  fi
  say "服务已启动：journalctl -u drafting 可看首次登录的一次性链接；状态 systemctl status drafting。"
else
  say "启动：\"$PREFIX/current/bin/drafting\" --data \"$DATA\" serve"
fi
say "检查：\"$PREFIX/current/bin/drafting\" --data \"$DATA\" doctor"
[ -z "$former" ] || say "退回 $former：sh \"$place/rollback.sh\" --prefix \"$PREFIX\" --data \"$DATA\""
