#!/usr/bin/env bash
# Starts a PostgreSQL of its own below the data folder and the service on it; both end together.
# For trying the PostgreSQL form on one machine: docs/operations.md has the one for an office.
set -euo pipefail
data=${1:?数据目录} port=${2:-8000}
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1 || true)
if [ -z "$bin" ]; then
  echo "未安装 PostgreSQL：Debian、Ubuntu 用 apt-get install postgresql，再运行一次。" >&2
  exit 1
fi
mkdir -p "$data"
data=$(cd "$data" && pwd)
# The socket's path may have 107 bytes, a data folder's more.
run=$(mktemp -d /tmp/drafting-postgres-XXXXXX)
place=$data/postgresql
as=()
if [ "$(id -u)" -eq 0 ]; then
  # As root PostgreSQL refuses to run: Debian's package has made an account for it.
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
  chown postgres "$run"
  # The account must reach the folder, whoever may look into it.
  chmod o+x "$data"
fi
if [ ! -e "$place/PG_VERSION" ]; then
  mkdir -p "$place"
  [ "$(id -u)" -ne 0 ] || chown postgres "$place"
  (cd / && "${as[@]}" "$bin/initdb" -D "$place" -U postgres -A peer -E UTF8 --locale=C >/dev/null)
  # Only who reaches the socket comes in, and that is the owner of its folder.
  printf 'local all all trust\n' > "$place/pg_hba.conf"
fi
(cd / && exec "${as[@]}" "$bin/postgres" -D "$place" -k "$run" -c listen_addresses= \
  -c max_connections=200) > "$data/postgresql.log" 2>&1 &
server=$!
ended() {
  kill -INT "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  rm -rf "$run"
}
trap ended EXIT
for _ in $(seq 300); do
  "$bin/pg_isready" -q -h "$run" -U postgres && break
  kill -0 "$server" 2>/dev/null || { echo "PostgreSQL 没有启动，见 $data/postgresql.log。" >&2; exit 1; }
  sleep 0.1
done
"$bin/psql" -q -h "$run" -U postgres -tc "SELECT 1 FROM pg_database WHERE datname = 'drafting'" |
  grep -q 1 || "$bin/createdb" -h "$run" -U postgres -T template0 -E UTF8 --locale=C drafting
config=$run/config.toml
[ ! -e "$data/config.toml" ] || cp "$data/config.toml" "$config"
# Whatever else the folder's own configuration says holds.
.venv/bin/python - "$data" "$config" "postgresql:///drafting?host=$run&user=postgres" <<'EOF'
import sys
from pathlib import Path

from storage.configuration import switch_database

folder, config, url = sys.argv[1:]
switch_database(Path(folder), Path(config), url)
EOF
echo "启动后另开一个终端可以检查：.venv/bin/drafting --data $data doctor --config $config" >&2
.venv/bin/drafting --data "$data" serve --port "$port" --with-samples --config "$config"
