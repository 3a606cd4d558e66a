"""The pages of cases: registering many at once."""
