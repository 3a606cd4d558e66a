# What install.sh and rollback.sh share. Only what every Debian has: sh, coreutils, python3.

PREFIX=/opt/drafting
DATA=/var/lib/drafting
SERVICE=yes
UNIT=drafting.service

say() { printf '%s\n' "$*"; }
fail() { printf '没有完成：%s\n' "$*" >&2; exit 2; }

# Run the program as the one who owns the data: what root writes there the service cannot change.
as_owner() {
  owner=$(stat -c %U "$DATA")
  if [ "$(id -u)" = 0 ] && [ "$owner" != root ]; then
    runuser -u "$owner" -- "$@"
  else
    "$@"
  fi
}

stop_service() {
  if [ "$SERVICE" = yes ] && systemctl is-active --quiet "$UNIT"; then
    systemctl stop "$UNIT"
  fi
}

start_service() {
  if [ "$SERVICE" = yes ]; then
    systemctl start "$UNIT"
  fi
}

# One rename: whoever starts the program meets the former version or the new one, never neither.
switch_to() {
  ln -sfn "versions/$1" "$PREFIX/.current"
  mv -T "$PREFIX/.current" "$PREFIX/current"
}

current_version() {
  if [ -L "$PREFIX/current" ]; then basename "$(readlink "$PREFIX/current")"; fi
}

read_options() {
  while [ $# -gt 0 ]; do
    case $1 in
      --prefix) PREFIX=$2; shift 2 ;;
      --data) DATA=$2; shift 2 ;;
      --python) PYTHON=$2; shift 2 ;;
      --no-service) SERVICE=no; shift ;;
      --keep-data) KEEP=yes; shift ;;
      *) usage ;;
    esac
  done
  case $PREFIX$DATA in *[[:space:]]*) fail "目录名里不能有空格。" ;; esac
}
