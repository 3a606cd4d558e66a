"""Letters and replies: head, addressee, the item that they answer, metadata, tail."""
