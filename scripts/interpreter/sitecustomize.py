"""Which certificates this system trusts: the bundle's OpenSSL belongs to no distribution."""

import os

STORES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, 统信 UOS
    "/etc/pki/tls/certs/ca-bundle.crt",  # 麒麟 V10, openEuler
)

if not {"SSL_CERT_FILE", "SSL_CERT_DIR"} & os.environ.keys():
    for store in STORES:
        if os.path.exists(store):  # noqa: PTH110 - runs at each start, before anything is imported
            os.environ["SSL_CERT_FILE"] = store
            break
