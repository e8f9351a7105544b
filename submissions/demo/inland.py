"""Photographs from town and fields: squares, markets, lessons under trees, harvests."""

from .backdrops import DUSK, EMBER, MORNING, NIGHT, NOON, backdrop, scene, street, town
from .canvas import Canvas, mix
from .shapes import DARK, LIT, RED, banyan, booth, furrows, group, house, palm, person, seated, sheaves, stall


@scene
def plaza(c: Canvas) -> None:
    backdrop(c, DUSK, 120, (206, 52, 17))
    town(c, 150, "#8a6152")
    street(c, 148, "#3b2d28")
    booth(c, 188, 152, 62, 27)
    banyan(c, 78, 160, 118, "#3f3f28")
    group(c, 62, 172, 7, 24, 14)


@scene
def meeting(c: Canvas) -> None:
    backdrop(c, MORNING, 118, (238, 44, 13))
    house(c, 196, 146, 74, 38, "#f0e6d2", "#8b3f2f")
    c.rect(0, 144, c.width, 56, "#b9a27f")
    banyan(c, 120, 152, 128, "#3c5140")
    for row in range(3):
        for seat in range(9):
            seated(
                c,
                46 + seat * 18 + row * 6,
                164 + row * 14,
                17 + row * 2,
                (DARK, "#3f5560", "#6b3b2e")[(row + seat) % 3],
            )
    person(c, 246, 172, 27, "#3f4a5a")


@scene
def alley(c: Canvas) -> None:
    c.gradient(0, c.height, "#bcd0cf", "#f3e4c6")
    for left, wall in ((True, "#cdb48c"), (False, "#b99a72")):
        flip = (lambda x: x) if left else (lambda x: 200 - x)
        c.polygon([(flip(0), 0), (flip(74), 118), (flip(74), 180), (flip(0), 266)], wall)
        c.polygon([(flip(0), 0), (flip(80), 124), (flip(74), 128), (flip(0), 34)], "#7d3a2c")
        for near, far in ((6, 26), (34, 48), (54, 64)):
            c.polygon(
                [
                    (flip(x), 190 + (x - 74) * slope)
                    for x, slope in ((near, -0.3), (far, -0.3), (far, 0.62), (near, 0.62))
                ],
                mix(wall, "#3f5560", 0.55),
            )
    c.polygon([(0, 300), (0, 262), (74, 178), (126, 178), (200, 266), (200, 300)], "#c7b08a")
    for lamp in range(4):
        c.disc(58 + lamp * 28, 96 + (lamp % 2) * 7, 5, RED, 1.15)
    banyan(c, 100, 200, 96, "#41563f")
    c.rect(82, 224, 36, 3, "#7a4a2e")
    c.rect(96, 227, 8, 12, "#6a4027")
    for x, colour in ((70, DARK), (84, "#3f5560"), (118, "#6b3b2e"), (132, DARK)):
        seated(c, x, 246, 26, colour)
    person(c, 46, 258, 38, "#5a3a30")


@scene
def paddy(c: Canvas) -> None:
    backdrop(c, MORNING, 92, (66, 54, 15))
    c.gradient(94, 200, "#a9b774", "#5f8048")
    furrows(c, 94, 170, "#7d9a58")
    for x in (30, 236, 268):
        palm(c, x, 104, 44, 0.1)
    for x, y, h in ((92, 140, 24), (128, 132, 21), (162, 148, 28), (206, 138, 24), (240, 156, 31)):
        person(c, x, y, h, "#3f5560" if x % 4 else "#6b3b2e", "#d9b877")
    sheaves(c, 156, "#d6c476", 90)


@scene
def orchard(c: Canvas) -> None:
    backdrop(c, NOON, 88, (60, 40, 12))
    c.gradient(90, 200, "#9ab07a", "#5c7d4a")
    for row in range(4):
        y, h = 112 + row * 26, 24 + row * 11
        for number in range(8):
            x = number * 44 - row * 12
            c.rect(x - 1, y - h * 0.5, 2 + row * 0.6, h * 0.5, "#6b5138")
            for k in (-1, 0, 1):
                c.line(
                    [(x, y - h * 0.5), (x + k * h * 0.34, y - h * 0.75), (x + k * h * 0.42, y - h * 0.3)],
                    "#3f6a45",
                    1.6 + row * 0.5,
                )
            c.disc(x + h * 0.24, y - h * 0.38, 1.4 + row * 0.7, "#b3253f")
    for x, hat in ((120, "#d9b877"), (142, None), (166, "#d9b877")):
        person(c, x, 190, 44, "#3f5560" if hat else "#f0ead8", hat)


@scene
def coldstore(c: Canvas) -> None:
    backdrop(c, NOON, 104, (250, 40, 12))
    c.rect(0, 138, c.width, 62, "#bcae92")
    c.rect(60, 72, 190, 68, "#dfe3df")
    c.polygon([(52, 72), (155, 46), (258, 72)], "#51707a")
    for door in range(3):
        c.rect(78 + door * 58, 94, 38, 46, "#6f8a90")
        for line in range(6):
            c.line([(78 + door * 58, 98 + line * 7), (116 + door * 58, 98 + line * 7)], "#5b757b", 0.4)
    c.rect(8, 130, 64, 30, RED, 2)
    c.rect(56, 120, 22, 40, "#7a1714", 3)
    for wheel in (22, 66):
        c.disc(wheel, 161, 7, DARK)
    for x in range(6):
        c.rect(108 + x * 13, 160 - (x % 2) * 8, 11, 9, "#7d9a58")
        c.rect(108 + x * 13, 169, 11, 9, "#c79a52")
    group(c, 196, 184, 5, 30, 16)


@scene
def night(c: Canvas) -> None:
    backdrop(c, NIGHT, 120, (54, 40, 9))
    town(c, 150, "#2c3850", 0.3)
    street(c, 150, "#10141f")
    c.glow(170, 128, 62, "#ffd78a", 0.55)
    c.rect(110, 92, 124, 62, "#e9d3a2")
    c.rect(104, 84, 136, 9, RED)
    for pane in range(5):
        c.rect(117 + pane * 23, 100, 17, 40, "#fff1c8")
        seated(c, 125 + pane * 23, 140, 18, "#3a2f2a")
    group(c, 62, 178, 4, 28, 13, ("#0c0f18", "#182033"))
    banyan(c, 268, 164, 84, "#1b2a26", "#14161c")


@scene
def market(c: Canvas) -> None:
    backdrop(c, NOON, 96, (40, 36, 11))
    for x in (6, 92, 214):
        house(c, x, 128, 66, 30, "#f0e6d2", "#8b3f2f")
    c.rect(0, 126, c.width, 74, "#c9b794")
    for number, awning in enumerate((RED, "#3f6a70", "#b98a2f", RED, "#47633f")):
        stall(c, 8 + number * 58, 160, 46, awning)
    group(c, 14, 184, 18, 26, 15.6)


@scene
def lesson(c: Canvas) -> None:
    backdrop(c, NOON, 92, (250, 38, 12))
    c.gradient(92, 200, "#aebd7e", "#6f8f52")
    banyan(c, 56, 134, 96, "#466240")
    c.rect(120, 82, 66, 40, "#5a4632")
    c.rect(123, 85, 60, 34, "#2f463d")
    for line in range(3):
        c.line([(130, 94 + line * 8), (168 - line * 7, 94 + line * 8)], "#e9eee2", 0.8)
    person(c, 206, 134, 40, "#3f5560")
    for row in range(3):
        for seat in range(8):
            seated(
                c,
                54 + seat * 26 + row * 7,
                154 + row * 19,
                22 + row * 3,
                (DARK, "#6b3b2e", "#3a4a55")[(seat + row) % 3],
            )


@scene
def seedling(c: Canvas) -> None:
    backdrop(c, MORNING, 86, (70, 46, 13))
    c.gradient(88, 200, "#9fae74", "#5b7446")
    for bed in range(4):
        y = 124 + bed * 20
        c.polygon([(20 - bed * 8, y), (280 + bed * 8, y), (290 + bed * 10, y + 9), (10 - bed * 10, y + 9)], "#6b5138")
        for number in range(26):
            x = 22 + number * 10.2 - bed * 3
            c.line([(x, y + 3), (x - 2, y - 3 - bed)], "#a5c46a", 0.9)
            c.line([(x, y + 3), (x + 2.4, y - 2 - bed)], "#8bb05a", 0.9)
    for x, hat in ((86, "#d9b877"), (120, None), (150, "#d9b877"), (196, "#d9b877"), (226, None)):
        person(c, x, 140, 36, "#47523a" if hat else "#3f5560", hat)


@scene
def lychee(c: Canvas) -> None:
    backdrop(c, NOON, 84, None)
    c.gradient(86, 200, "#8fa86c", "#557548")
    for x, y, h in ((40, 130, 80), (250, 132, 84), (150, 120, 60)):
        banyan(c, x, y, h, "#3c5a38")
        for _ in range(26):
            c.disc(x + c.chance.uniform(-0.45, 0.45) * h, y - c.chance.uniform(0.45, 0.95) * h, h * 0.022, "#b3253f")
    c.line([(206, 186), (226, 104)], "#8a6a48", 1.4)
    c.line([(218, 186), (238, 104)], "#8a6a48", 1.4)
    for rung in range(6):
        c.line([(209 + rung * 4, 174 - rung * 14), (219 + rung * 4, 174 - rung * 14)], "#8a6a48", 1)
    group(c, 84, 188, 7, 36, 16)


@scene
def canal(c: Canvas) -> None:
    backdrop(c, MORNING, 88, (220, 46, 13))
    c.gradient(90, 200, "#a5b275", "#5d7a4a")
    c.polygon([(150, 90), (158, 90), (216, 200), (96, 200)], "#8fb4b6")
    c.polygon([(148, 90), (150, 90), (96, 200), (78, 200)], "#b7a78a")
    c.polygon([(158, 90), (160, 90), (236, 200), (216, 200)], "#a8977a")
    for number in range(9):
        y = 104 + number * 11
        c.line([(152 - number * 4.5, y), (154 + number * 4, y)], "#dcebe6", 0.4)
    palm(c, 44, 120, 60, 0.1)
    palm(c, 262, 116, 52, -0.1)
    person(c, 74, 168, 34, "#3f5560", "#d9b877")


@scene
def tea(c: Canvas) -> None:
    c.gradient(0, c.height, "#b7cccb", "#f3ead2")
    c.ridge(112, 34, "#9db5ae", 120)
    c.ridge(138, 26, "#7f9d8a", 100)
    for row in range(9):
        c.ridge(160 + row * 17, 9, mix("#7d9a63", "#2f5138", row / 8), 90 + row * 14)
    c.line([(196, 150), (150, 176), (120, 200), (140, 232), (108, 266), (92, 300)], "#d9c39a", 4.5)
    person(c, 130, 222, 34, "#3f6a45", "#d9b877")
    c.rect(134, 196, 11, 14, "#47633f", 2)


@scene
def harvest(c: Canvas) -> None:
    backdrop(c, DUSK, 88, (226, 54, 16))
    c.gradient(90, 200, "#d9b96a", "#a5813a")
    furrows(c, 90, 120, "#c4a152")
    palm(c, 26, 104, 54, 0.12, "#4a5236", "#5a4632")
    for x, y, h in ((70, 130, 26), (112, 140, 30), (160, 134, 27), (204, 148, 33), (248, 138, 28)):
        person(c, x, y, h, ("#6b3b2e", "#3f5560")[x % 2], "#f0dca0")
    sheaves(c, 152, "#f0d98a", 120)


@scene
def drying(c: Canvas) -> None:
    backdrop(c, EMBER, 92, (56, 80, 16))
    for x in (120, 196):
        house(c, x, 122, 64, 30, "#b98a6a", "#4a2f2c")
    c.rect(0, 120, c.width, 80, "#c98f4f")
    for ring in range(6):
        c.disc(64 + (ring % 3) * 86, 146 + (ring // 3) * 30, 30, "#e5b765", 0.32)
        c.disc(64 + (ring % 3) * 86, 146 + (ring // 3) * 30, 22, "#edc67c", 0.32)
    for x, y in ((40, 168), (146, 160), (226, 184), (266, 158)):
        person(c, x, y, 34, "#3a2a2a", "#f0dca0")
        c.line([(x + 5, y - 20), (x + 22, y + 2)], "#5a3a28", 1)


@scene
def canteen(c: Canvas) -> None:
    backdrop(c, NOON, 92, (40, 38, 11))
    house(c, 150, 132, 112, 46, "#f0e6d2", "#8b3f2f")
    c.rect(0, 130, c.width, 70, "#9a8460")
    for bed in range(5):
        y = 148 + bed * 11
        c.rect(6, y, 196, 6, "#5a4632")
        for number in range(19):
            c.disc(12 + number * 10.2, y, 3.4, ("#6f9a4f", "#86ad5c")[(number + bed) % 2], 0.8)
    for x, h in ((214, 32), (232, 30), (252, 33)):
        person(c, x, 184, h, "#47523a")
    person(c, 108, 172, 34, "#6b3b2e", "#d9b877")


@scene
def school(c: Canvas) -> None:
    c.gradient(0, c.height, "#3a332e", "#55463a")
    c.rect(30, 34, 150, 66, "#2f463d")
    c.rect(27, 31, 156, 3, "#8a6a48")
    for line in range(4):
        c.line([(44, 48 + line * 13), (150 - line * 16, 48 + line * 13)], "#e6ece0", 1.2)
    for lamp in (90, 214):
        c.glow(lamp, 22, 60, "#ffdf9e", 0.7)
        c.polygon([(lamp - 9, 22), (lamp + 9, 22), (lamp + 4, 13), (lamp - 4, 13)], LIT)
    person(c, 206, 118, 48, "#3f5560")
    for row in range(3):
        y = 138 + row * 22
        for desk in range(6):
            x = 16 + desk * 48 + row * 5
            person(c, x + 14, y + 3, 26 + row * 3, (DARK, "#6b3b2e", "#4a5a52")[(desk + row) % 3])
            c.rect(x, y - 2, 32, 4, "#b08a5a")
