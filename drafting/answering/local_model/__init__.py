"""What a local model may do for an answer: judge passages, list suggestions, compose sentences.

Nothing here speaks to a network: a task becomes messages (``prompts``), and what came back is read
as text (``heard``) and believed in nothing that the code has not compared with the passages shown
(``guards``). Source of the rules: ``docs/decisions/local-model.md``.
"""
