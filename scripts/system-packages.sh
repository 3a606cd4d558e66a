#!/usr/bin/env bash
# What the browser and rendering tests need from the system. As root on Debian or Ubuntu it is
# installed; elsewhere the tests that need it skip, and this script says what is missing.
set -u

packages=(
  chromium libreoffice-writer-nogui poppler-utils fontconfig tesseract-ocr tesseract-ocr-chi-sim
  fonts-noto-cjk fonts-lxgw-wenkai fonts-arphic-gkai00mp fonts-arphic-gbsn00lp fonts-liberation
)

if ! command -v dpkg-query >/dev/null 2>&1; then
  echo "系统软件：非 Debian/Ubuntu，跳过安装。缺 Chromium、LibreOffice、poppler 或字体时，相应测试会跳过。"
  exit 0
fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
  echo "系统软件：缺 ${missing[*]}；非 root 用户不能安装，相应测试会跳过。"
  exit 0
fi

echo "系统软件：安装 ${missing[*]} …"
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; }; then
  echo "系统软件：安装未成功，相应测试会跳过。"
fi
exit 0
