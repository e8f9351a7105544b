"""The four drawings of a generated cover: hills, sea, fields, town. Each returns SVG elements between y 210 and 520.

A motif takes the colour scheme and a seeded source of chance, so that an issue always looks the same.
"""

import math
from random import Random

WIDTH = 420
TOP, BOTTOM = 225, 522


def hills(scheme, chance: Random) -> str:
    """Five ridges, paler the farther, under a full sun."""
    sun = _sun(chance.uniform(130, 290), chance.uniform(258, 276), chance.uniform(26, 34), scheme.sun)
    ridges = []
    for depth, fill in enumerate(scheme.layers):
        base = 292 + depth * 47
        ridge = _ridge(base, 26 - depth * 1.5, chance)
        ridges.append(
            f'<path d="{_line(ridge)}L{WIDTH} {BOTTOM}L0 {BOTTOM}Z" fill="{fill}"/>'
            f'<path d="{_line(ridge)}" fill="none" stroke="{scheme.line}" stroke-width="1" opacity=".7"/>'
        )
    return sun + "".join(ridges) + _ground(scheme)


def sea(scheme, chance: Random) -> str:
    """Half a sun on the horizon, waves growing towards the shore."""
    horizon = 352
    sun = _sun(chance.uniform(140, 280), horizon - 4, chance.uniform(60, 76), scheme.sun)
    water = f'<rect y="{horizon}" width="{WIDTH}" height="{BOTTOM - horizon}" fill="{scheme.ground}"/>'
    waves, y, step = [], float(horizon), 7.0
    while y < BOTTOM - 4:
        near = (y - horizon) / (BOTTOM - horizon)
        points = _wave(y, 1.2 + 7 * near**1.3, 70 + 130 * near, chance)
        waves.append(
            f'<path d="{_line(points)}" fill="none" stroke="{scheme.line}" stroke-width="{0.8 + 0.9 * near:.2f}"/>'
        )
        y, step = y + step, step * 1.075
    return sun + water + "".join(waves) + _ground(scheme)


def fields(scheme, chance: Random) -> str:
    """Furrows running from the horizon towards us, a low hill, half a sun."""
    horizon = 316
    sun = _sun(chance.uniform(120, 300), horizon - chance.uniform(10, 20), chance.uniform(42, 50), scheme.sun)
    hill = _line(_wave(horizon - 12, 8, 210, chance))
    near = f'<rect y="{horizon}" width="{WIDTH}" height="{BOTTOM - horizon}" fill="{scheme.ground}"/>'
    ridge = (
        f'<path d="{hill}L{WIDTH} {horizon}L0 {horizon}Z" fill="{scheme.ground}"/>'
        f'<path d="{hill}" fill="none" stroke="{scheme.line}" stroke-width="1"/>'
    )
    focus, bend = chance.uniform(150, 270), chance.uniform(-26, 26)
    furrows = []
    for number in range(-26, 27):
        start = focus + number * 11.5
        end = focus + number * 46 + bend
        middle = focus + number * 27 - bend * 1.6
        weight = 2 if number % 4 == 0 else 1
        furrows.append(
            f'<path d="M{start:.1f} {horizon}C{start + number * 3:.1f} {horizon + 60} {middle:.1f} {horizon + 110}'
            f' {end:.1f} {BOTTOM}" fill="none" stroke="{scheme.line}" stroke-width="{weight}"/>'
        )
    terraces = "".join(
        f'<path d="{_line(_wave(horizon + drop, 2.5, 260, chance))}" fill="none" stroke="{scheme.line}"'
        ' stroke-width=".6" opacity=".6"/>'
        for drop in (14, 32, 58, 94, 142)
    )
    level = f'<path d="M0 {horizon}H{WIDTH}" stroke="{scheme.line}" stroke-width="2"/>'
    return sun + ridge + near + terraces + "".join(furrows) + level + _ground(scheme)


def town(scheme, chance: Random) -> str:
    """Houses in outline along the water, lit windows, a sun behind the tallest."""
    shore = 440
    sun = _sun(chance.uniform(170, 260), 302, chance.uniform(38, 44), scheme.sun)
    houses, x = [], -8.0
    while x < WIDTH:
        width = chance.choice((14, 18, 22, 26, 30))
        middle = 1 - abs(x + width / 2 - WIDTH / 2) / (WIDTH / 2)
        height = chance.uniform(28, 70) + middle * chance.uniform(10, 80)
        houses.append(_house(x, shore - height, width, height, scheme, chance))
        x += width + chance.choice((0, 0, 4, 8))
    water = []
    for row in range(9):
        x, y = chance.uniform(-40, 0), shore + 10 + row * 8.4
        while x < WIDTH:
            length = chance.uniform(16, 60)
            water.append(f"M{x:.0f} {y:.1f}h{length:.0f}")
            x += length + chance.uniform(10, 40)
    reflection = f'<path d="{"".join(water)}" stroke="{scheme.line}" stroke-width="1.4" opacity=".85"/>'
    return sun + "".join(houses) + reflection + _ground(scheme)


MOTIFS = (hills, sea, fields, town)


def _sun(x: float, y: float, radius: float, fill: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="{fill}"/>'


def _house(x: float, top: float, width: float, height: float, scheme, chance: Random) -> str:
    floors = [
        f"M{x + 4:.1f} {top + 8 + floor * 9:.1f}h{width - 8:.1f}"
        for floor in range(int((height - 10) // 9))
        if chance.random() < 0.7
    ]
    windows = f'<path d="{"".join(floors)}" stroke="{scheme.line}" stroke-width="1.6"/>' if floors else ""
    return (
        f'<rect x="{x:.1f}" y="{top:.1f}" width="{width}" height="{height:.1f}" fill="{scheme.ground}"'
        f' stroke="{scheme.line}" stroke-width="1.2"/>{windows}'
    )


def _ground(scheme) -> str:
    """The band that carries the theme, parted from the drawing by a line."""
    return (
        f'<rect y="{BOTTOM}" width="{WIDTH}" height="{594 - BOTTOM}" fill="{scheme.ground}"/>'
        f'<path d="M0 {BOTTOM}H{WIDTH}" stroke="{scheme.line}" stroke-width="1.2"/>'
    )


def _ridge(base: float, height: float, chance: Random) -> list[tuple[float, float]]:
    """A skyline of three added waves."""
    waves = [
        (chance.uniform(220, 380), height, chance.uniform(0, 6.3)),
        (chance.uniform(110, 190), height * 0.45, chance.uniform(0, 6.3)),
        (chance.uniform(50, 80), height * 0.12, chance.uniform(0, 6.3)),
    ]
    return [
        (x, base + sum(size * math.sin(x / length * 6.2832 + shift) for length, size, shift in waves))
        for x in range(0, WIDTH + 1, 6)
    ]


def _wave(y: float, size: float, length: float, chance: Random) -> list[tuple[float, float]]:
    shift, slow = chance.uniform(0, 6.3), chance.uniform(0, 6.3)
    return [
        (x, y + size * math.sin(x / length * 6.2832 + shift) * (0.75 + 0.25 * math.sin(x / 170 + slow)))
        for x in range(0, WIDTH + 1, 6)
    ]


def _line(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.0f} {y:.1f}" for x, y in points)
