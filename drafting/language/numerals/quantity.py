"""What a figure is worth, and when two figures may be true of one thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

Bound = Literal["", "约", "余", "近", "上", "下"]
"""How a figure bounds: exactly, about, somewhat more, somewhat less, at least, at most."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a figure is worth: ``value`` in the base ``unit`` of its kind (8,600,000 元).

    Of a range ``value`` is its lower end and ``upto`` its upper one. ``step`` is the size of its
    last figure but noughts, by which 余 and 约 are told: 1300余 reaches up to 1400. ``size`` is the
    unit as printed in the base one (10,000 of 公顷).
    """

    value: Fraction
    unit: str
    upto: Fraction | None = None
    bound: Bound = ""
    step: Fraction = Fraction(0)
    size: Fraction = field(default=Fraction(1), compare=False)

    def same_as(self, other: Quantity) -> bool:
        """Whether both have the same value and unit; how they are bounded does not count."""
        return (self.value, self.upto, self.unit) == (other.value, other.upto, other.unit)

    def allows(self, exact: Quantity) -> bool:
        """Whether this figure is right where ``exact`` is: the same, or 约, 余, 近 of it."""
        if self.unit != exact.unit or self.upto != exact.upto:
            return False
        over = exact.value - self.value
        match self.bound:
            case "余":
                return 0 <= over < self.step
            case "近":
                return -self.step < over <= 0
            case "约":
                return 2 * abs(over) <= self.step
        return over == 0

    def may_be(self, other: Quantity) -> bool:
        """Whether both may be true of one thing: what one allows, or 以上 and 以下 leave open."""
        if self.allows(other) or other.allows(self):
            return True
        pairs = ((self, other), (other, self))
        return any(
            (one.bound == "上" and two.value >= one.value)
            or (one.bound == "下" and two.value <= one.value)
            for one, two in pairs
        )
