"""What an official paper says: lines → head, title, recipients, numbered tree, measures, tail."""
