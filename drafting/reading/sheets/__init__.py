"""Tables of CSV and Excel files, and ledgers of documents kept in them."""
