"""The patterns of Chinese official text, each defined once.

``asking`` recognises how a sentence asks, ``marks`` how points are numbered, ``wording`` separates
a request from its explanation, ``names`` recognises persons' names, ``sessions`` the sessions of
政协 and 人大, ``spans`` finds a value again in the text that printed it. Nothing here knows of
documents or of the database.
"""
