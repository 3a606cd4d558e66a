"""The page 核对: what was read beside its original, the form, its buttons and their undo."""
