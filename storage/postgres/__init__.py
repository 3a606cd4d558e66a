"""The second engine: PostgreSQL 15 or later, for a city or a province with many bureaus.

One database holds casework and archive, each in a schema of its own, so that an action and its
entry in the log stay in one transaction. :mod:`.dialect` says our statements as PostgreSQL has
them, :mod:`.connection` runs them, :mod:`.laying` makes the tables.
"""
