"""Scanned pages made here: invented official text, printed, then spoilt as scanners and phones do.

Everything follows from a seed. Needs the Chinese fonts of ``scripts/system-packages.sh``.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from drafting.reading.scans.pages.photo import homography

SAMPLES = Path(__file__).resolve().parent.parent / "corpus" / "samples"
_FONT_FOLDER = Path("/usr/share/fonts")
BODY_FONTS = (
    "opentype/noto/NotoSerifCJK-Regular.ttc",
    "truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf",
    "truetype/arphic-gbsn00lp/gbsn00lp.ttf",
    "truetype/arphic-gkai00mp/gkai00mp.ttf",
    "opentype/noto/NotoSansCJK-Regular.ttc",
)
TITLE_FONT = "opentype/noto/NotoSerifCJK-Bold.ttc"
# In a .ttc of Noto the third face is the simplified Chinese one.
_SIMPLIFIED = 2
_NO_START = "，。；：、！？）》”’〕%"
_PAPER, _INK = 255, 25
_SEAL = (214, 38, 42)
_WOOD = (118, 84, 58)


@dataclass(frozen=True, slots=True)
class Damage:
    """What happens to a page between the printer and the file."""

    dpi: int = 200
    points: float = 16
    skew: float = 0.0
    noise: float = 0.0
    specks: float = 0.0
    shade: float = 0.0
    quality: int = 90
    seal: bool = False
    perspective: float = 0.0
    blur: float = 0.0
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Scan:
    """One image file and the text that stands on it, one paragraph a line."""

    data: bytes
    text: str


def fonts_missing() -> bool:
    """Whether a font that the pages are printed in is not installed."""
    return not all((_FONT_FOLDER / name).exists() for name in (*BODY_FONTS, TITLE_FONT))


@lru_cache(maxsize=8)
def scan(seed: int, damage: Damage) -> Scan:
    """Return a page of official text, spoilt as ``damage`` says; the same for the same seed."""
    rng = random.Random(seed)
    page, text = _printed(rng, damage)
    if damage.seal:
        _stamp(page, rng)
    pixels = np.asarray(page, dtype=np.float32)
    pixels = _spoil(pixels, damage, np.random.default_rng(seed), page.size)
    image = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    return Scan(_jpeg(image.rotate(damage.turn, expand=True), damage.quality), text)


def skewed(seed: int) -> Scan:
    """Return an office scanner's bad page: skew to 3°, noise, light falling off, JPEG, 200 dpi."""
    return scan(seed, spread(seed))


def spread(seed: int) -> Damage:
    """Draw the damage of such a page."""
    rng = random.Random(f"damage {seed}")
    return Damage(
        points=rng.choice((12, 14, 16, 16)),
        skew=rng.choice((-1, 1)) * rng.uniform(0.3, 3.0),
        noise=rng.uniform(8, 40),
        specks=rng.choice((0, 0.002, 0.01)),
        shade=rng.uniform(0.1, 0.5),
        quality=rng.randint(55, 90),
    )


def low_resolution(seed: int) -> Scan:
    """Return a page of 150 dpi with a little skew and noise."""
    return scan(seed, replace(spread(seed), dpi=150, noise=12, specks=0, shade=0.2, quality=80))


def sealed(seed: int) -> Scan:
    """Return a coloured scan with a red seal over the signature and the date."""
    return scan(seed, replace(spread(seed), noise=10, specks=0, shade=0.15, quality=80, seal=True))


def by_phone(seed: int) -> Scan:
    """Return a photo of a page on a desk, taken by a phone held aslant."""
    rng = random.Random(f"phone {seed}")
    damage = Damage(
        dpi=rng.choice((230, 260)),
        skew=rng.uniform(-4, 4),
        noise=6,
        shade=0.3,
        quality=85,
        perspective=rng.uniform(0.03, 0.09),
        blur=0.6,
    )
    return scan(seed, damage)


def laid(seed: int) -> Scan:
    """Return a page that lies on its side or upside down, and is skewed besides."""
    turn = (90, 180, 270)[seed % 3]
    return scan(seed, replace(spread(seed), noise=15, specks=0, turn=turn))


# ------------------------------------------------------------------ what cannot be read


def desk(seed: int) -> Scan:
    """Return a photo of a desk: wood, a cup, a keyboard; nothing written."""
    noise = np.random.default_rng(seed)
    grain = noise.normal(0, 1, (1600, 60)).repeat(20, axis=1)
    image = Image.fromarray((150 + 18 * grain).clip(0, 255).astype(np.uint8))
    image = image.filter(ImageFilter.GaussianBlur(3)).convert("RGB")
    draw = ImageDraw.Draw(image)
    rng = random.Random(seed)
    for _ in range(4):
        x, y, r = rng.randrange(1100), rng.randrange(1500), rng.randrange(60, 260)
        draw.ellipse((x, y, x + r, y + r), fill=(rng.randrange(256),) * 3, outline=(20, 20, 20))
    for row in range(5):
        for key in range(14):
            x, y = 80 + key * 75, 900 + row * 75
            draw.rounded_rectangle((x, y, x + 66, y + 66), 9, fill=(52, 52, 56))
    return Scan(_jpeg(image, 80), "")


def blank(seed: int) -> Scan:
    """Return a scanned page with nothing on it but noise and a shadow at the edge."""
    noise = np.random.default_rng(seed)
    pixels = 235 - np.linspace(0, 60, 1654)[None, :] + noise.normal(0, 12, (2339, 1654))
    return Scan(_jpeg(Image.fromarray(pixels.clip(0, 255).astype(np.uint8)), 80), "")


def scribble(seed: int) -> Scan:
    """Return lines of strokes such as a hand that nobody can read leaves."""
    rng = random.Random(seed)
    image = Image.new("L", (1654, 2339), 245)
    draw = ImageDraw.Draw(image)
    for line in range(22):
        x, y = 200.0, 260.0 + 85 * line
        while x < 1440:
            strokes = range(rng.randint(4, 9))
            points = [(x + rng.gauss(25, 18), y + rng.gauss(0, 18)) for _ in strokes]
            draw.line(points, fill=40, width=rng.choice((3, 4, 5)), joint="curve")
            x += rng.uniform(38, 60)
    return Scan(_jpeg(image.filter(ImageFilter.GaussianBlur(1)), 80), "")


def askew(seed: int) -> Scan:
    """Return a page put in at 40 degrees."""
    return scan(seed, Damage(skew=40 + seed % 5, noise=10, quality=80))


def out_of_focus(seed: int) -> Scan:
    """Return a page whose characters have run into grey spots."""
    return scan(seed, Damage(blur=9 + seed % 3, noise=6, quality=70))


def tiny(seed: int) -> Scan:
    """Return a page of 50 dpi: eleven dots to a character of 16 points."""
    return scan(seed, Damage(dpi=50, quality=60))


def form(rows: int, columns: int) -> Image.Image:
    """Return a ruled form of A4 at 200 dpi, its cells full of text."""
    image = Image.new("L", (1654, 2339), _PAPER)
    draw = ImageDraw.Draw(image)
    font, size = _font(BODY_FONTS[0], 36), 36
    text = "".join(_sources()[3]) * 9
    wide, high = 1320 // columns, 1900 // rows
    for column in range(columns + 1):
        draw.line((170 + column * wide, 200, 170 + column * wide, 200 + rows * high), _INK, 3)
    for row in range(rows + 1):
        draw.line((170, 200 + row * high, 170 + columns * wide, 200 + row * high), _INK, 3)
    for row, column in np.ndindex(rows, columns):
        for line in range(max(1, (high - 10) // 60)):
            shown, text = text[: (wide - 20) // size], text[(wide - 20) // size :]
            draw.text((180 + column * wide, 210 + row * high + 60 * line), shown, _INK, font)
    return image


READABLE: dict[str, Callable[[int], Scan]] = {
    "skewed": skewed,
    "150 dpi": low_resolution,
    "sealed": sealed,
    "by phone": by_phone,
    "on its side": laid,
}
UNREADABLE: dict[str, Callable[[int], Scan]] = {
    "desk": desk,
    "blank": blank,
    "scribble": scribble,
    "40° askew": askew,
    "out of focus": out_of_focus,
    "50 dpi": tiny,
}


# ------------------------------------------------------------------ printing


def _printed(rng: random.Random, damage: Damage) -> tuple[Image.Image, str]:
    """Print one page of a sample of the archive: title, body, signature and date."""
    dots = damage.dpi / 72
    width, height = round(595 * dots), round(842 * dots)
    body = _font(rng.choice(BODY_FONTS), round(damage.points * dots))
    title = _font(TITLE_FONT, round(1.3 * damage.points * dots))
    pitch = round(1.75 * damage.points * dots)
    left, right, bottom = round(80 * dots), round(521 * dots), round(690 * dots)
    image = Image.new("RGB", (width, height), (_PAPER,) * 3)
    draw = ImageDraw.Draw(image)
    source = rng.choice(_sources())
    heading, *paragraphs = source
    x = (width - title.getlength(heading)) / 2
    heading = heading if x >= left else heading[:18]
    draw.text(((width - title.getlength(heading)) / 2, 100 * dots), heading, (_INK,) * 3, title)
    y, shown = 100 * dots + 2 * pitch, [heading]
    start = rng.randrange(max(1, len(paragraphs) - 9))
    for paragraph in paragraphs[start:]:
        for number, line in enumerate(_broken(f"　　{paragraph}", body, right - left)):
            if y > bottom:
                break
            draw.text((left, y), line, (_INK,) * 3, body)
            shown += [line] if number == 0 else []
            if number:
                shown[-1] += line
            y += pitch
    for text in ("青岚区城市管理局", "2026年5月18日"):
        draw.text((right - 12 * damage.points * dots, y), text, (_INK,) * 3, body)
        shown.append(text)
        y += pitch
    return image, "\n".join(line.strip("　") for line in shown)


@lru_cache(maxsize=32)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    face = _SIMPLIFIED if name.endswith(".ttc") else 0
    return ImageFont.truetype(str(_FONT_FOLDER / name), size, index=face)


@lru_cache(maxsize=1)
def _sources() -> list[list[str]]:
    """The samples' paragraphs of Chinese text, their titles first."""
    found = []
    for path in sorted(SAMPLES.glob("*/*.txt")):
        lines = [line.strip() for line in path.read_text("utf-8").split("\n") if line.strip()]
        title = next((line for line in lines if line.startswith("关于")), lines[0])
        found.append([title, *(line for line in lines if len(line) > 30)])
    return [source for source in found if len(source) > 5]


def _broken(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Break ``text`` into printed lines; closing marks hang on the line before."""
    lines, line = [], ""
    for char in text:
        if font.getlength(line + char) > width and char not in _NO_START:
            lines.append(line)
            line = ""
        line += char
    return [*lines, line]


def _stamp(page: Image.Image, rng: random.Random) -> None:
    """Put a round red seal over the last two lines of the page, ink showing through."""
    dark = np.asarray(page.convert("L")).min(axis=1)
    last = int(np.flatnonzero(dark < 128)[-1])
    radius = round(page.width * 0.1)
    x, y = round(page.width * 0.68) + rng.randint(-20, 20), last - round(radius * 0.4)
    seal = Image.new("RGB", page.size, (255,) * 3)
    draw = ImageDraw.Draw(seal)
    box = (x - radius, y - radius, x + radius, y + radius)
    draw.ellipse(box, outline=_SEAL, width=radius // 12)
    font = _font(TITLE_FONT, radius // 3)
    for number, char in enumerate("青岚区城市管理局"):
        turn = np.radians(200 + number * 20)
        at = (x + 0.72 * radius * np.cos(turn), y + 0.72 * radius * np.sin(turn))
        draw.text(at, char, _SEAL, font, anchor="mm")
    draw.text((x, y), "★", _SEAL, _font(TITLE_FONT, round(radius * 0.7)), anchor="mm")
    both = np.minimum(np.asarray(page), np.asarray(seal))
    page.paste(Image.fromarray(both))


# ------------------------------------------------------------------ spoiling


def _spoil(
    pixels: np.ndarray, damage: Damage, noise: np.random.Generator, size: tuple[int, int]
) -> np.ndarray:
    image = Image.fromarray(pixels.astype(np.uint8))
    if damage.blur:
        image = image.filter(ImageFilter.GaussianBlur(damage.blur))
    if damage.perspective:
        image = _photographed(image, damage, noise)
    elif damage.skew:
        grown = abs(damage.skew) > 10
        image = image.rotate(damage.skew, Image.Resampling.BICUBIC, grown, fillcolor=(_PAPER,) * 3)
    spoilt = np.asarray(image, dtype=np.float32)
    if not damage.seal:
        spoilt = spoilt.mean(axis=2) if not damage.perspective else spoilt
    high, wide = spoilt.shape[:2]
    turn = noise.uniform(0, 2 * np.pi)
    across, down = np.linspace(-1, 1, wide)[None, :], np.linspace(-1, 1, high)[:, None]
    fall = (np.cos(turn) * across + np.sin(turn) * down + 1.5) / 3
    light = 1 - damage.shade * fall
    grains = noise.normal(0, damage.noise, (high, wide)) if damage.noise else np.zeros((1, 1))
    if spoilt.ndim == 3:
        light, grains = light[:, :, None], grains[:, :, None]
    spoilt = spoilt * light + grains
    if damage.specks:
        drawn = noise.random((high, wide))
        spoilt[drawn < damage.specks / 2] = 0
        spoilt[drawn > 1 - damage.specks / 2] = 255
    return spoilt


def _photographed(page: Image.Image, damage: Damage, noise: np.random.Generator) -> Image.Image:
    """Lay the page on a brown desk and look at it aslant."""
    wide, high = round(page.width * 1.25), round(page.height * 1.25)
    grain = noise.normal(0, 9, (high // 30 + 1, 40)).repeat(30, axis=0)[:high]
    grain = grain.repeat(wide // 40 + 1, axis=1)[:, :wide, None]
    table = Image.fromarray((np.array(_WOOD) + grain).clip(0, 255).astype(np.uint8))
    table = table.filter(ImageFilter.GaussianBlur(4))
    shift = damage.perspective * page.width
    turn = np.radians(damage.skew)
    middle = np.array([wide / 2, high / 2])
    corners = []
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        corner = np.array([x * page.width / 2, y * page.height / 2])
        turned = np.array([
            corner[0] * np.cos(turn) + corner[1] * np.sin(turn),
            corner[1] * np.cos(turn) - corner[0] * np.sin(turn),
        ])  # fmt: skip
        corners.append(middle + turned + noise.uniform(-shift, shift, 2) * 0.8)
    flat = np.array([(0, 0), (page.width, 0), (page.width, page.height), (0, page.height)], float)
    back = homography(np.array(corners), flat)
    seen = page.transform((wide, high), Image.Transform.PERSPECTIVE, back, Image.Resampling.BICUBIC)
    whole = Image.new("L", page.size, 255).transform(
        (wide, high), Image.Transform.PERSPECTIVE, back, Image.Resampling.BILINEAR
    )
    table.paste(seen, (0, 0), whole)
    return table


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()
