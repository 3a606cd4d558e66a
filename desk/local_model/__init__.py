"""试拟: a local model asked for an answer, in the background, and what a clerk takes of it.

``door`` is the one way out; ``asking`` begins a trial, ``working`` carries it out, ``taking`` puts
what was ticked into the answer. Without ``[model]`` in the configuration nothing here is reached.
"""
