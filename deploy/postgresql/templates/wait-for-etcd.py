#!/usr/bin/python3
"""Wait up to 40 seconds until this node's etcd knows the version of its cluster.

Patroni 3.0 asks once which interface to speak; told 3.0 by an etcd that is still finding the
others, it speaks one that the cluster then no longer has, and never leads.
"""

import json
import ssl
import time
import urllib.request

TLS = "/etc/drafting-tls"
END = time.monotonic() + 40

context = ssl.create_default_context(cafile=f"{TLS}/ca.crt")
context.load_cert_chain(f"{TLS}/node.crt", f"{TLS}/node.key")
while time.monotonic() < END:
    try:
        with urllib.request.urlopen(
            "https://127.0.0.1:2379/version", timeout=2, context=context
        ) as answer:
            found = json.load(answer)["etcdcluster"].split(".")
        if [int(part) for part in found[:2]] >= [3, 4]:
            break
    except (OSError, ValueError):
        pass
    time.sleep(0.5)
