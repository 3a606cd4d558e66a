"""The pages of cases: registering many at once, checking what was read beside its original."""
