"""Language: what Chinese official text is made of, each pattern once.

``asking`` tells how a sentence asks, ``marks`` how points are told apart, ``wording`` parts what is
asked from what explains it, ``names`` tells persons' names, ``sessions`` the sessions of 政协 and
人大, ``spans`` finds values again in the text that printed them. Nothing here knows of documents or
of the database.
"""
