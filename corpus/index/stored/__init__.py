"""The inverted index as it is kept: postings, dictionaries, segments and parts."""
