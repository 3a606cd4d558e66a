"""Make the file of the packed tables: ``python -m drafting.checking.spelling``."""

from drafting.checking.spelling import packed
from drafting.checking.spelling.tables import read_tables

if __name__ == "__main__":
    packed.write(read_tables())
