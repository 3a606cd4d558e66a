"""What an official paper says: lines become a document with head, title, recipients, numbered tree, measures and tail."""
