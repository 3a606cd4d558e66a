"""Policies: measures with who answers for them, tasks, grants, how long they are in force."""
