"""Other systems of the office (提案系统, 议案建议系统, OA) that come in by a token.

``scopes``: what a token is good for; ``tokens``: systems and their tokens, made, rotated,
withdrawn, let in; ``answers``: what was answered under an idempotency key; ``numbers``: under which
number of its own a system registered a matter.
"""

from casework.systems.scopes import SCOPES, Scope
from casework.systems.tokens import Admitted, Refused, System, Token

__all__ = ["SCOPES", "Admitted", "Refused", "Scope", "System", "Token"]
