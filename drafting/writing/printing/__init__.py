"""A .docx as PDF, by LibreOffice."""
