"""The patterns of Chinese official text, each defined once.

``sentences`` recognises what a sentence asks, reports or promises, ``likeness`` what two texts have
in common, ``naming`` persons, places and units; ``marks`` recognises how points are numbered,
``sessions`` the sessions of 政协 and 人大, ``spans`` finds a value again in the text that printed
it. Nothing here knows of documents or of the database.
"""
