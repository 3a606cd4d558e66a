"""Backups of a whole data folder, their restoring, and what keeps its databases sound."""
