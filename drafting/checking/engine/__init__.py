"""The engine of the proofreader: what a rule is, the sheet that it reads, and how rules are run."""
