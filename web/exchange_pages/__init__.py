"""The exchange interface for other systems, ``/api/v1/``: matters registered, asked for, answered.

Thin over :mod:`desk.exchange`. ``bodies``: what may be sent; ``reading``: a request read and
refused at its places; ``pages``: the routes; ``description``: the OpenAPI document.
"""
