#!/usr/bin/env bash
# What the browser, rendering and database tests need from the system. As root on Debian or Ubuntu it is
# installed; elsewhere the tests that need it skip, and this script says what is missing.
set -u

packages=(
  chromium libreoffice-writer-nogui poppler-utils fontconfig tesseract-ocr tesseract-ocr-chi-sim
  postgresql fonts-noto-cjk fonts-lxgw-wenkai fonts-arphic-gkai00mp fonts-arphic-gbsn00lp fonts-liberation
)

if ! command -v dpkg-query >/dev/null 2>&1; then
  echo "系统软件：非 Debian/Ubuntu，跳过安装。缺 Chromium、LibreOffice、poppler 或字体时，相应测试会跳过。"
  exit 0
fi

# The same engine without a window: browser tests take 60 % less time. Not every release has it.
shell=chromium-headless-shell

installed() {
  dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q 'install ok installed'
}

offered() {
  apt-cache show "$1" >/dev/null 2>&1
}

missing=()
for package in "${packages[@]}"; do
  installed "$package" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  installed "$shell" && exit 0
  [ "$(id -u)" -eq 0 ] && offered "$shell" || exit 0
fi

if [ "$(id -u)" -ne 0 ]; then
  echo "系统软件：缺 ${missing[*]}；非 root 用户不能安装，相应测试会跳过。"
  exit 0
fi

# Of PostgreSQL the tests need the programs: no server is to be set up and started by it.
if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
  mkdir -p /etc/postgresql-common
  echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
fi
apt-get update -qq
offered "$shell" && missing+=("$shell")
echo "系统软件：安装 ${missing[*]} …"
export DEBIAN_FRONTEND=noninteractive
if ! apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; then
  echo "系统软件：安装未成功，相应测试会跳过。"
fi
exit 0
