"""Benchmarks: each measures the product beside an alternative in the same run.

Absolute times drift with the machine; the ratios are what counts. ``make bench`` runs all, ``python
-m bench NAME...`` some.
"""
