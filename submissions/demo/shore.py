"""Photographs from the shore: harbours, boats, the lighthouse."""

from .backdrops import DUSK, EMBER, MORNING, NIGHT, NOON, backdrop, scene, sea
from .canvas import Canvas
from .shapes import DARK, RED, boat, group, house, lighthouse, palm, person, seated, stall, streaks


@scene
def harbour(c: Canvas) -> None:
    backdrop(c, MORNING, 84, (224, 46, 14))
    sea(c, 86, "#a7c1c0", "#3f6a70", "#f6ead0", 224)
    for x, y, w, hull in ((14, 116, 62, "#3a5a66"), (88, 108, 46, "#7a3b30"), (210, 112, 54, "#46604a")):
        boat(c, x, y, w, hull)
    boat(c, 120, 146, 104, "#2f4a55")
    boat(c, 6, 168, 120, "#8a3a2c")
    c.polygon([(0, 200), (0, 190), (300, 178), (300, 200)], "#6b5a49")
    group(c, 206, 190, 6, 24, 13)


@scene
def tower(c: Canvas) -> None:
    c.gradient(0, c.height, "#55506e", "#f0b27a")
    c.ridge(206, 8, "#6a5468", 70)
    sea(c, 206, "#8a6a70", "#2f3648", "#f3c48e", 62)
    c.disc(62, 196, 12, "#fbdfa4")
    c.polygon([(84, 300), (92, 246), (118, 226), (176, 220), (200, 236), (200, 300)], "#2b2a33")
    lighthouse(c, 142, 226, 156)
    house(c, 160, 228, 30, 15, "#cdbfa8", "#4a3336")
    boat(c, 16, 252, 46, "#232a38")


@scene
def dawn(c: Canvas) -> None:
    backdrop(c, EMBER, 88, (150, 78, 15))
    sea(c, 90, "#d99a72", "#3c3a4c", "#fbdca8", 150)
    boat(c, 44, 128, 74, "#2e2c3a")
    boat(c, 178, 118, 52, "#3a3444")
    boat(c, 112, 172, 128, "#23222e")


@scene
def nets(c: Canvas) -> None:
    c.gradient(0, c.height, "#cfe0dc", "#efe6d0")
    sea(c, 76, "#8fb4b6", "#5f8d92", "#e9f3ee", 200)
    boat(c, 196, 96, 66, "#3a5a66")
    c.rect(0, 118, c.width, 82, "#c8b28c")
    c.polygon([(0, 36), (300, 18), (300, 34), (0, 54)], "#7a5a3c")
    for post in (18, 140, 262):
        c.rect(post, 30, 5, 150, "#5a4632")
    c.polygon([(34, 200), (70, 150), (230, 146), (276, 200)], "#5b7f86")
    for number in range(24):
        c.line([(46 + number * 9.4, 200), (76 + number * 6.4, 148)], "#46676e", 0.35)
    for row in range(7):
        c.line([(66 - row * 5, 154 + row * 7), (236 + row * 6, 152 + row * 7)], "#46676e", 0.35)
    for x, colour in ((58, "#6b3b2e"), (104, "#3f5560"), (158, "#8a4a5a"), (212, "#47523a"), (250, DARK)):
        seated(c, x, 170 + (x % 3) * 5, 36, colour)


@scene
def dusk(c: Canvas) -> None:
    backdrop(c, EMBER, 96, (88, 84, 18))
    sea(c, 98, "#cf8f6d", "#4a3f50", "#fbdca8", 88)
    c.polygon([(0, 200), (0, 168), (300, 142), (300, 200)], "#2e2630")
    for x, h in ((60, 26), (78, 17), (92, 16), (150, 28), (164, 18), (232, 27)):
        person(c, x, 170 - (x - 60) * 0.087, h, "#1c171e")
    palm(c, 262, 148, 92, -0.12, "#231d26", "#231d26")
    palm(c, 284, 146, 70, 0.1, "#231d26", "#231d26")


@scene
def shipyard(c: Canvas) -> None:
    backdrop(c, DUSK, 92, (52, 50, 14))
    sea(c, 94, "#c7b394", "#7d7a70", "#f6e6bd", 52)
    c.polygon([(0, 200), (0, 150), (300, 128), (300, 200)], "#8a7358")
    boat(c, 56, 156, 150, "#8a3a2c")
    boat(c, 214, 134, 76, "#3a5a66")
    for prop in (82, 116, 150, 184):
        c.line([(prop, 156), (prop - 7, 176)], "#5a4632", 2)
    for x, y in ((76, 180), (134, 184), (172, 182), (236, 168)):
        person(c, x, y, 30, DARK, "#d9b877")


@scene
def shed(c: Canvas) -> None:
    c.gradient(0, c.height, "#d8c7a4", "#b89b72")
    c.polygon([(0, 0), (300, 0), (300, 26), (0, 40)], "#5a4632")
    for beam in range(6):
        c.rect(20 + beam * 52, 20, 5, 150, "#6b5138")
    c.rect(0, 160, c.width, 40, "#7a6248")
    boat(c, 40, 160, 210, "#7a4a2e", "#c9a873", mast=False)
    for plank in range(5):
        c.line([(62 + plank * 4, 134 + plank * 6), (232 - plank * 4, 134 + plank * 6)], "#5f3822", 0.6)
    for x, h, colour in ((92, 46, "#3f5560"), (136, 40, DARK), (162, 40, "#6b3b2e"), (214, 42, "#47523a")):
        person(c, x, 190, h, colour)


@scene
def nightmarket(c: Canvas) -> None:
    backdrop(c, NIGHT, 104, (246, 36, 9))
    sea(c, 106, "#2c3850", "#141b2b", "#8a7a5a", 246)
    boat(c, 200, 122, 60, "#1c2436")
    c.rect(0, 140, c.width, 60, "#221e24")
    for number, awning in enumerate((RED, "#3f6a70", "#b98a2f", RED, "#47633f")):
        stall(c, 8 + number * 58, 168, 46, awning, lamp=True)
    for bulb in range(30):
        c.disc(5 + bulb * 10, 98 + 7 * ((bulb % 6) - 3) ** 2 / 9, 1.2, "#ffe6a8")
    group(c, 12, 190, 17, 26, 16.5, ("#0e0f16", "#1d2030", "#3a2220"))


@scene
def reef(c: Canvas) -> None:
    backdrop(c, NOON, 70, (230, 34, 12))
    c.gradient(72, 200, "#7fb5b8", "#2f7f8a")
    for _ in range(46):
        y = c.chance.uniform(112, 198)
        c.disc(
            c.chance.uniform(0, 300),
            y,
            (y - 90) * 0.11,
            c.chance.choice(("#3f8f8f", "#5aa39a", "#8a7a78", "#b98a7a")),
            0.4,
        )
    streaks(c, 200, 80, 190, "#bfe0dc", 60, 60)
    c.polygon([(104, 128), (200, 128), (186, 142), (118, 142)], "#c9973f")
    person(c, 150, 132, 32, "#3f4a5a", "#d9b877")
    c.line([(162, 112), (190, 152)], "#7a5a3c", 1.2)


@scene
def ferry(c: Canvas) -> None:
    backdrop(c, MORNING, 82, (78, 60, 15))
    sea(c, 84, "#bcd0cc", "#5f8d92", "#fdf0d2", 78)
    boat(c, 70, 152, 170, "#3a5a66", "#f0e6d2", mast=False)
    for number in range(7):
        x = 92 + number * 10.5
        person(c, x, 136, 18 + number % 3, ("#b3453a", "#3f5560", "#c79a52")[number % 3])
        c.rect(x - 2.4, 124, 4.8, 6, RED, 1)


@scene
def calm(c: Canvas) -> None:
    backdrop(c, MORNING, 98, (196, 70, 14))
    c.gradient(100, 200, "#dcd9c6", "#8fb0b0")
    c.disc(196, 132, 12, "#f5ecd2", 0.5)
    boat(c, 84, 142, 70, "#4a5a5a", mast=False)
    person(c, 102, 134, 24, "#3a3f42", "#c9a866")
    c.line([(108, 122), (152, 152)], "#5a4632", 0.8)
