"""Registering many at once: a ledger with its papers, or several papers, become matters.

Files come in (:class:`casework.batches.Batches`), are read behind the page (:mod:`.work`),
give a plan (:mod:`.planning`), and what is ticked of it becomes matters once confirmed.
"""
