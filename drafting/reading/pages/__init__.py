"""Printed pages of any format: characters at places become lines, tables and paragraphs."""
