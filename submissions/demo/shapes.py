"""What stands in the demonstration's photographs: people, trees, houses, boats. `y` is where a thing stands."""

import math

from .canvas import Canvas, mix

DARK = "#2b2320"
RED = "#96201b"
LIT = "#f5dca0"


def person(c: Canvas, x, y, h=20.0, colour=DARK, hat: str | None = None) -> None:
    """A standing figure `h` units tall, without a face: nobody in particular."""
    head = h * 0.14
    c.rect(x - h * 0.15, y - h * 0.72, h * 0.3, h * 0.72, colour, radius=h * 0.12)
    c.disc(x, y - h + head, head, mix(colour, "#d9b48f", 0.35))
    if hat:
        c.polygon([(x - head * 2, y - h + head * 0.8), (x, y - h - head), (x + head * 2, y - h + head * 0.8)], hat)


def seated(c: Canvas, x, y, h=14.0, colour=DARK) -> None:
    """A figure on a stool."""
    c.rect(x - h * 0.28, y - h * 0.22, h * 0.56, h * 0.22, "#5a4632")
    person(c, x, y - h * 0.12, h, colour)


def group(c: Canvas, x, y, count, h=20.0, gap=9.0, colours=(DARK, "#3a4a55", "#6b3b2e", "#47523a")) -> None:
    for number in range(count):
        wobble = c.chance.uniform(-1, 1)
        person(
            c, x + number * gap + wobble, y + wobble, h * c.chance.uniform(0.86, 1.06), colours[number % len(colours)]
        )


def banyan(c: Canvas, x, y, h, leaf="#35412c", trunk="#4a382b") -> None:
    c.polygon([(x - h * 0.1, y), (x - h * 0.05, y - h * 0.6), (x + h * 0.05, y - h * 0.6), (x + h * 0.11, y)], trunk)
    for side in (-1, 1):
        c.line([(x, y - h * 0.4), (x + side * h * 0.28, y - h * 0.66)], trunk, h * 0.035)
    crowns = ((-0.34, 0.62, 0.22), (0.34, 0.64, 0.22), (-0.16, 0.8, 0.25), (0.17, 0.82, 0.24), (0, 0.66, 0.26))
    for dx, dy, r in crowns:
        c.disc(x + dx * h, y - dy * h, r * h, leaf)
    for dx, dy, r in crowns:
        c.disc(x + (dx - 0.05) * h, y - (dy + 0.05) * h, r * h * 0.72, mix(leaf, "#8a9a5b", 0.16))


def palm(c: Canvas, x, y, h, lean=0.15, leaf="#3d5a45", trunk="#6b5138") -> None:
    top = (x + lean * h, y - h)
    c.line([(x + lean * h * t * t, y - h * t) for t in (0, 0.25, 0.5, 0.75, 1)], trunk, h * 0.035)
    for angle in (-165, -135, -100, -70, -40, -12, 20, 195):
        a = math.radians(angle)
        reach = h * 0.42
        tip = (top[0] + math.cos(a) * reach, top[1] + math.sin(a) * reach * 0.75 + reach * 0.22)
        bend = (top[0] + math.cos(a) * reach * 0.55, top[1] + math.sin(a) * reach * 0.62 - reach * 0.06)
        c.polygon([top, (bend[0], bend[1] - h * 0.035), tip, (bend[0], bend[1] + h * 0.035)], leaf)


def house(c: Canvas, x, y, w, h, wall="#e8dcc3", roof="#7d3a2c") -> None:
    c.rect(x, y - h, w, h, wall)
    c.polygon([(x - w * 0.08, y - h), (x + w * 0.5, y - h * 1.5), (x + w * 1.08, y - h)], roof)
    c.rect(x + w * 0.41, y - h * 0.55, w * 0.18, h * 0.55, mix(roof, DARK, 0.5))
    for left in (0.13, 0.68):
        c.rect(x + w * left, y - h * 0.68, w * 0.18, h * 0.26, mix(wall, "#3f5560", 0.75))


def block(c: Canvas, x, y, w, h, colour, window=LIT, lit=0.4) -> None:
    """A building with a grid of windows, a share `lit` of them with light."""
    c.rect(x, y - h, w, h, colour)
    dim = mix(colour, DARK, 0.28)
    step = 6.0
    for row in range(int(h // 8)):
        for column in range(int((w - 3) // step)):
            shade = window if c.chance.random() < lit else dim
            c.rect(x + 3 + column * step, y - h + 4 + row * 8, 2.6, 3.6, shade)


def booth(c: Canvas, x, y, w=40.0, h=20.0) -> None:
    """A service station with a red front and lit windows."""
    c.rect(x, y - h, w, h, RED)
    c.rect(x - 2, y - h - 4, w + 4, 4, "#7a1714")
    c.rect(x + w * 0.1, y - h * 0.78, w * 0.28, h * 0.78, LIT)
    c.rect(x + w * 0.48, y - h * 0.78, w * 0.42, h * 0.42, LIT)


def stall(c: Canvas, x, y, w=30.0, awning=RED, lamp=False) -> None:
    for post in (0.04, 0.92):
        c.rect(x + w * post, y - w * 0.75, w * 0.04, w * 0.75, "#5a4632")
    stripes = 6
    for number in range(stripes):
        shade = awning if number % 2 == 0 else "#f3ead8"
        c.polygon(
            [
                (x + w * number / stripes, y - w * 0.85),
                (x + w * (number + 1) / stripes, y - w * 0.85),
                (x + w * (number + 1.15) / stripes - w * 0.02, y - w * 0.62),
                (x + w * (number + 0.15) / stripes - w * 0.02, y - w * 0.62),
            ],
            shade,
        )
    c.rect(x, y - w * 0.3, w, w * 0.3, "#8a6a48")
    c.rect(x - 0.5, y - w * 0.33, w + 1, w * 0.05, "#d8c39a")
    if lamp:
        c.glow(x + w / 2, y - w * 0.5, w * 0.35, "#ffdf9e", 0.75)
        c.disc(x + w / 2, y - w * 0.52, w * 0.04, "#fff3d0")


def boat(c: Canvas, x, y, w, hull="#2f4a55", cabin="#efe3c8", mast=True) -> None:
    """A fishing boat floating at `y`, `w` units long."""
    if mast:
        c.line([(x + w * 0.42, y - w * 0.1), (x + w * 0.42, y - w * 0.62)], DARK, w * 0.014)
        c.line([(x + w * 0.42, y - w * 0.6), (x + w * 0.95, y - w * 0.16)], DARK, w * 0.008)
        c.line([(x + w * 0.42, y - w * 0.6), (x + w * 0.02, y - w * 0.16)], DARK, w * 0.008)
        c.polygon([(x + w * 0.43, y - w * 0.62), (x + w * 0.54, y - w * 0.585), (x + w * 0.43, y - w * 0.55)], RED)
    c.rect(x + w * 0.52, y - w * 0.32, w * 0.28, w * 0.2, cabin)
    for left in (0.56, 0.68):
        c.rect(x + w * left, y - w * 0.28, w * 0.07, w * 0.07, mix(hull, "#9fb9c0", 0.5))
    edge = [(x, y - w * 0.2), (x + w * 0.15, y - w * 0.13), (x + w * 0.85, y - w * 0.13), (x + w, y - w * 0.19)]
    c.polygon([*edge, (x + w * 0.88, y + w * 0.03), (x + w * 0.14, y + w * 0.03)], hull)
    c.line(edge, mix(hull, "#f3ead8", 0.7), w * 0.015)


def lighthouse(c: Canvas, x, y, h, lit=True) -> None:
    c.polygon([(x - h * 0.1, y), (x - h * 0.06, y - h * 0.8), (x + h * 0.06, y - h * 0.8), (x + h * 0.1, y)], "#f0e7d6")
    for band in (0.16, 0.46):
        low, high = 0.1 - band * 0.05, 0.1 - (band + 0.14) * 0.05
        c.polygon(
            [
                (x - h * low, y - h * band),
                (x - h * high, y - h * (band + 0.14)),
                (x + h * high, y - h * (band + 0.14)),
                (x + h * low, y - h * band),
            ],
            RED,
        )
    c.rect(x - h * 0.085, y - h * 0.83, h * 0.17, h * 0.03, DARK)
    if lit:
        c.glow(x, y - h * 0.89, h * 0.3, "#ffeebb", 0.9)
    c.rect(x - h * 0.045, y - h * 0.94, h * 0.09, h * 0.11, "#fff0bf")
    c.polygon([(x - h * 0.065, y - h * 0.94), (x, y - h * 1.02), (x + h * 0.065, y - h * 0.94)], RED)


def streaks(c: Canvas, x, y0, y1, colour, spread=26.0, count=46) -> None:
    """Light on water below a sun at `x`."""
    for _ in range(count):
        depth = c.chance.random()
        y = y0 + (y1 - y0) * depth
        half = spread * (0.15 + depth * 0.85) * c.chance.uniform(0.15, 0.6)
        centre = x + c.chance.uniform(-1, 1) * spread * (0.2 + depth)
        c.line([(centre - half, y), (centre + half, y)], colour, 0.35 + depth * 0.5)


def furrows(c: Canvas, y, vanish, colour, count=26, thickness=0.7) -> None:
    """Rows of a field running to a vanishing point on the horizon at `y`."""
    for number in range(-count, count + 1):
        c.line([(vanish + number * 1.2, y), (vanish + number * 22, c.height)], colour, thickness)


def sheaves(c: Canvas, y, colour, count=60, h=7.0) -> None:
    """Ears of rice in the foreground."""
    for _ in range(count):
        x, foot = c.chance.uniform(0, c.width), y + c.chance.uniform(0, c.height - y)
        size = h * (0.6 + (foot - y) / (c.height - y))
        for bend in (-0.35, 0, 0.4):
            c.line(
                [(x, foot), (x + bend * size * 0.5, foot - size * 0.7), (x + bend * size, foot - size * 0.8)],
                colour,
                0.5,
            )
