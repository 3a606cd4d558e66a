"""Figures: a number in any writing with what it counts, where it stands, and what it is worth.

One grammar reads all writings: ``1,310个``, ``八百六十万元``, ``壹佰贰拾万元整``, ``3万5千``,
``1.2亿元``, ``四分之三``, ``百分之九十五``, ``三成``, ``八五折``, ``1∶3``, ``翻了一番``,
``30—50户``, ``三至五个``, ``七八家``, ``40余家``. :func:`find_figures` says where figures stand,
:func:`quantity_of` what one is worth, so that figures are compared by value and unit and not by
their letters.

A Chinese numeral is a figure only with a measure word or unit behind it, and not as part of a word
(统一, 进一步, 三农, 四通八达) or as an article (一个, 一批); an Arabic one also where it stands
alone, unless it is a number of something: 第3条, 12345热线, a telephone, a postcode. Units, their
sizes and the set phrases are data: ``words.toml``. Sources: GB/T 15835-2011 (出版物上数字用法);
GB 3100—3102 (量和单位).
"""

from __future__ import annotations

from drafting.language.numerals.digits import fold_digits
from drafting.language.numerals.finding import find_figures, leads_ratio
from drafting.language.numerals.quantity import Bound, Quantity
from drafting.language.numerals.worth import quantity_at, quantity_of

__all__ = [
    "Bound",
    "Quantity",
    "find_figures",
    "fold_digits",
    "leads_ratio",
    "quantity_at",
    "quantity_of",
]
