"""What the names of places end in: 省, 市, 县 and the like; and 我区, 全市 for one's own place.

Which places there are, and which of them an office belongs to: :mod:`.offices`. The rungs and
their names are those of GB/T 2260 and, below the county, of GB/T 10114.
"""

from __future__ import annotations

COUNTIES = "省市区县州盟旗"
"""Of a character class: what the names of divisions down to the county end with."""

DISTRICTS = f"{COUNTIES}镇乡"
"""Of a character class: the same with towns, but for 街道 and 苏木."""

AUTONOMOUS = "自治[区州县旗]"
"""What the name of an autonomous division ends in, its people named before."""

DIVISION = f"特别行政区|{AUTONOMOUS}|地区|省|市|区|县|州|盟|旗"
"""What a division's name ends in, down to the county, the longest first."""

TOWN = "街道|苏木|镇|乡"
"""What the name of what stands below a county ends in."""

ANY = f"{DIVISION}|{TOWN}"
"""What the name of a division of any rung ends in."""

VILLAGE = f"{TOWN}|社区|居委会|村委会|村"
"""What names the place where somebody lives ends in, from the town down."""

OURS = f"[我本][{DISTRICTS}]"
"""The place that who writes belongs to: 我区, 本县."""

YOURS = "(?:[你贵][省市区县盟旗镇乡]|你州)"
"""The place that is written to: 贵市; 贵州 is a province."""

ALL_OF_OURS = f"全[{DISTRICTS}]"
"""All of the place that is spoken of: 全市."""
