"""Benchmarks: each prints figures beside a peer that a user could use instead, in one run.

Absolute times drift with the machine; the ratios are the point. ``make bench`` runs all,
``python -m bench NAME...`` some.
"""
