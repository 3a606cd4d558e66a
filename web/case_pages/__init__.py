"""The pages on which one matter is worked at. So far 核对: what was read beside its original."""
