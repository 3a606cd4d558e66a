#!/usr/bin/env bash
# The OpenID provider of the tests (npm's oidc-provider, by its lock file) into .venv. Node itself
# comes with playwright; without npm the tests that need the provider skip.
set -eu
cd "$(dirname "$0")/.."

if ! command -v npm >/dev/null 2>&1; then
  echo "没有 npm：不装测试用的统一身份认证平台，相应测试会跳过。"
  exit 0
fi
home=.venv/oidc-provider
mkdir -p "$home"
cp tests/web/real_provider/package.json tests/web/real_provider/package-lock.json "$home/"
(cd "$home" && npm ci --ignore-scripts --no-audit --no-fund --silent) ||
  echo "测试用的统一身份认证平台没有装上，相应测试会跳过。"
