#!/bin/sh
# Put what fill.py wrote for this machine in its place; run again after each change. It starts
# nothing: the order of starting is in the manual (docs/high-availability.md).
set -eu
umask 077
here=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" = 0 ] || { echo "需要 root。" >&2; exit 2; }
missing=
while read -r mode owner path; do
  id "$owner" >/dev/null 2>&1 || case " $missing " in *" $owner "*) ;; *) missing="$missing $owner" ;; esac
done < "$here/files"
[ -z "$missing" ] || { echo "没有完成：这台机器上还没有系统用户$missing，请先照手册装软件包和程序。" >&2; exit 2; }
while read -r mode owner path; do
  folder=$(dirname "$path")
  [ -d "$folder" ] || install -d -m 755 "$folder"
  install -o "$owner" -g "$(id -gn "$owner")" -m "$mode" "$here/root$path" "$path.new"
  mv -T "$path.new" "$path"
done < "$here/files"
[ ! -d /run/systemd/system ] || systemctl daemon-reload
echo "装好了 $(wc -l < "$here/files") 个文件。"
