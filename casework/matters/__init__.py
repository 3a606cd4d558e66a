"""Matters in hand: their drafts with every version, opinions, batches, and what people decided."""
