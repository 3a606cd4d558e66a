#!/usr/bin/python3
"""Have etcd be led from another node than the one with the primary.

Where one node has both and dies, etcd first elects a leader, and then all leases begin anew: the
primary is replaced five to seven seconds later than where two nodes had them. Every three seconds
the node that has both gives the lead of etcd to another that is well.
"""

import json
import ssl
import time
import urllib.request

OWN = "https://127.0.0.1:2379"
PATRONI = "https://@ADDRESS@:8008/primary"
TLS = "/etc/drafting-tls"
EVERY = 3

context = ssl.create_default_context(cafile=f"{TLS}/ca.crt")
context.load_cert_chain(f"{TLS}/node.crt", f"{TLS}/node.key")


def asked(url, body=None):
    """Return what is answered, decoded; raises OSError (an answer of 4xx or 5xx too)."""
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(url, data, timeout=3, context=context) as answer:
        return json.load(answer)


def step():
    """Look once; return the member that leads from now on, "" where nothing was to be changed."""
    asked(PATRONI)
    said = asked(f"{OWN}/v3/maintenance/status", {})
    if said["leader"] != said["header"]["member_id"]:
        return ""
    for one in asked(f"{OWN}/v3/cluster/member/list", {})["members"]:
        if one["ID"] == said["leader"] or one.get("isLearner") or not one.get("clientURLs"):
            continue
        try:
            well = asked(f"{one['clientURLs'][0]}/health").get("health") == "true"
        except (OSError, ValueError):
            continue
        if well:
            asked(f"{OWN}/v3/maintenance/transfer-leadership", {"targetID": one["ID"]})
            return one["name"]
    return ""


if __name__ == "__main__":
    while True:
        try:
            if name := step():
                print(f"etcd is led by {name} now", flush=True)
        except (OSError, ValueError, KeyError):
            pass  # No primary here, or nobody to ask: it is looked again.
        time.sleep(EVERY)
