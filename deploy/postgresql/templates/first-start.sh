#!/bin/sh
# Patroni 建好新集群后运行一次：程序的用户和库。这里的是 SCRAM 校验值，不是密码。
set -eu
psql -v ON_ERROR_STOP=1 -d "$1" <<'SQL'
CREATE ROLE drafting LOGIN PASSWORD '@SCRAM_DRAFTING@' CONNECTION LIMIT @CONNECTIONS@;
CREATE DATABASE drafting OWNER drafting TEMPLATE template0 ENCODING 'UTF8'
  LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';
REVOKE ALL ON DATABASE drafting FROM PUBLIC;
SQL
psql -v ON_ERROR_STOP=1 -d "$1 dbname=drafting" <<'SQL'
ALTER SCHEMA public OWNER TO drafting;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SQL
