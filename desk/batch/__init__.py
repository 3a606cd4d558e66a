"""Registers many items at once: a ledger with its papers, or several papers, become matters.

Uploaded files (:class:`casework.batches.Batches`) are read in the background (:mod:`.work`) and
give a plan (:mod:`.planning`); the ticked lines become matters once confirmed.
"""
