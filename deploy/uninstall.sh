#!/bin/sh
# Take the program off this machine: the service, its units and all installed versions. The data
# stays, and so does the system user that owns it; nothing that others installed is touched.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$here/common.sh"
KEEP=no
PYTHON=

usage() {
  say "用法：sh uninstall.sh [--prefix 程序目录] [--data 数据目录] [--no-service]"
  say "卸载程序和服务，数据目录原样留下。"
  exit 2
}
read_options "$@"

now=$(current_version)
[ -n "$now" ] || fail "$PREFIX 里没有安装过程序。"
if [ "$SERVICE" = yes ]; then
  [ "$(id -u)" = 0 ] || fail "卸载服务需要 root；只装了程序请加 --no-service。"
  for unit in drafting-backup.timer "$UNIT"; do
    systemctl disable --now "$unit" 2>/dev/null || true
  done
  for unit in drafting.service drafting-backup.service drafting-backup.timer; do
    rm -f "/etc/systemd/system/$unit"
  done
  systemctl daemon-reload
fi
# Only what install.sh has put there: the folder may hold other things, if somebody chose it so.
rm -rf "$PREFIX/versions" "$PREFIX/current" "$PREFIX/.current"
rmdir "$PREFIX" 2>/dev/null || say "$PREFIX 里还有别的文件，没有删除这个目录。"
say "已卸载 $now。数据在 $DATA，没有动；确认不再需要、并已另存备份以后再自行删除。"
[ "$SERVICE" = no ] || say "系统用户 drafting 也留着（数据归它）；要删除：userdel drafting"
