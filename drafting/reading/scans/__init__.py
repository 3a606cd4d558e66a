"""Scans: an image of pages → upright, evenly lit, clean pages → their lines, judged.

In ``pages``, ``raster`` opens what is handed in, ``photo`` finds a page on a desk, ``seal`` takes
red seals off, ``light`` and ``straighten`` make the page even and level, in a process of their
own (``prepare_worker``): numpy and Pillow open no foreign image inside the service. ``engines``
read the page, ``judge`` says whether what was read is text.
"""
