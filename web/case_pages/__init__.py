"""The pages of a matter: registering, checking the card, drafting, procedure.

``confirming`` is the page 核对, which shows what was read beside its original.
"""
