#!/bin/sh
# Go back to the version before the last upgrade, and to the data as it stood then: a former program
# cannot read what a newer one has written. What was written since is kept beside, not lost.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
KEEP=no
PYTHON=

usage() {
  say "用法：sh rollback.sh [--prefix 程序目录] [--data 数据目录] [--no-service] [--keep-data]"
  say "--keep-data：不恢复升级前的数据（两个版本的数据格式相同时才能用，不同则旧版本会拒绝启动）。"
  exit 2
}
read_options "$@"

now=$(current_version)
[ -n "$now" ] || fail "$PREFIX 里没有安装过程序。"
[ -e "$PREFIX/versions/$now/former" ] || fail "没有可以退回的版本。"
former=$(sed -n 1p "$PREFIX/versions/$now/former")
saved=$(sed -n 2p "$PREFIX/versions/$now/former")
[ -x "$PREFIX/versions/$former/bin/drafting" ] || fail "旧版本 $former 已不在 $PREFIX/versions 里。"

stop_service
if [ "$KEEP" = no ]; then
  as_owner "$PREFIX/versions/$former/bin/drafting" --data "$DATA" restore "$saved" ||
    { start_service; fail "数据没有恢复，仍在使用 $now。"; }
fi
switch_to "$former"
start_service
say "已退回 $former。升级以后写的内容在 $DATA 的 before-restore-日期 文件夹里。"
