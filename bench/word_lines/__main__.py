"""``python -m bench.word_lines`` is ``python -m bench word-lines``."""

from bench.word_lines import main

main()
