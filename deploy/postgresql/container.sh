#!/bin/sh
# What an administrator does on a server by hand (docs/high-availability.md), at a container's start.
# /root/cluster is the folder that fill.py wrote for this one.
set -eu
if [ -e /root/cluster/root/etc/patroni/config.yml ]; then
  [ -e /opt/drafting/current ] || sh /root/bundle/install.sh
  systemctl stop drafting
  sh /root/cluster/install.sh
  install -d -m 755 /etc/nginx/tls
  # Signed by the cluster's own authority: a trial has no other certificate.
  [ -e /etc/nginx/tls/web.crt ] || {
    cp /etc/drafting-tls/node.crt /etc/nginx/tls/web.crt
    cp /etc/drafting-tls/node.key /etc/nginx/tls/web.key
  }
  cp /etc/drafting/database.toml /var/lib/drafting/config.toml
  chown drafting: /var/lib/drafting/config.toml
  chown -R postgres: /var/lib/postgresql
  chown -R etcd: /var/lib/etcd
  systemctl start --no-block etcd pgbackrest patroni pgbouncer haproxy nginx drafting
else
  sh /root/cluster/install.sh
  chown -R postgres: /var/lib/pgbackrest
  systemctl start --no-block pgbackrest
fi
