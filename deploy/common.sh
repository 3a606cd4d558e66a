# What install.sh, rollback.sh and uninstall.sh share. Only what every such system has: sh, coreutils.

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
  PREFIX=$(absolute "$PREFIX")
  DATA=$(absolute "$DATA")
  # Spaces and Chinese are fine; these have a meaning of their own in a unit file or a script.
  case $PREFIX$DATA in
    *[\"\'\`\$\%\\\|\&]* | *"
"*) fail "目录名里不能有引号、换行和 \` \$ % \\ | & 这几个字符。" ;;
  esac
}

absolute() {
  case $1 in /*) printf '%s\n' "$1" ;; *) printf '%s\n' "$PWD/$1" ;; esac
}

processor() {
  case $1 in
    x86_64) say "x86_64（海光、兆芯、Intel、AMD）" ;;
    aarch64) say "aarch64（鲲鹏、飞腾）" ;;
    *) say "$1" ;;
  esac
}

# The C library as it calls itself: "2.28"; nothing where it is another one, or does not tell.
glibc_version() {
  said=$(getconf GNU_LIBC_VERSION 2>/dev/null) || said=
  case $said in
    glibc\ *) ;;
    *) said=$(ldd --version 2>&1 | head -n 1) || said= ;;
  esac
  case $said in
    *glibc* | *GLIBC* | *"GNU libc"*) printf '%s\n' "$said" | grep -oE '[0-9]+\.[0-9]+' | tail -n 1 ;;
  esac
}

# Whether this bundle is for this machine, before anything is touched: MACHINE "aarch64 2.28".
check_machine() {
  read -r wanted oldest < "$1"
  system=$(uname -s)
  [ "$system" = Linux ] || fail "这个安装包是给 Linux 的，这台机器是 $system。"
  machine=$(uname -m)
  case $machine in
    "$wanted") ;;
    x86_64 | aarch64) fail "处理器不符：这个安装包是给 $(processor "$wanted")的，这台机器是 $(processor "$machine")，请换名字里写着 linux-$machine 的安装包。" ;;
    *) fail "处理器不符：这个安装包是给 $(processor "$wanted")的，这台机器是 $machine，没有给它的安装包。" ;;
  esac
  bits=$(getconf LONG_BIT 2>/dev/null) || bits=64
  [ "$bits" = 64 ] || fail "这台机器的系统是 $bits 位的，程序要 64 位的系统。"
  found=$(glibc_version)
  [ -n "$found" ] || fail "看不出这台机器的 glibc 是哪一版（用 musl 的系统不能装）；程序要 glibc $oldest 以上。"
  if [ "${found%%.*}" -lt "${oldest%%.*}" ] ||
    { [ "${found%%.*}" -eq "${oldest%%.*}" ] && [ "${found#*.}" -lt "${oldest#*.}" ]; }; then
    fail "系统太旧：这台机器的 glibc 是 $found，程序要 $oldest 以上（麒麟 V10、统信 20、Debian 10、openEuler 20.03 起）。"
  fi
}
