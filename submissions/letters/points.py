"""What a return asks for, read from its letter."""

import re

_POINT = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、])\s*(?P<words>\S.*)"
)


def points_of(body: str) -> list[str]:
    """What a letter asks for, a line each: the lines numbered 一、（一）1. and the unnumbered ones that go on from them.

    An empty line ends a point; fewer than two numbers are no list.
    """
    points: list[str] = []
    going_on = False
    for line in body.splitlines():
        found = _POINT.fullmatch(line.rstrip())
        if found:
            points.append(found["words"])
        elif going_on and line.strip():
            points[-1] += line.strip()
        going_on = bool(line.strip() and (found or going_on))
    return points if len(points) > 1 else []
