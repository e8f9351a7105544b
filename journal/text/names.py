"""Personal names as they are set and as they are stored (RULES.md 8)."""

import re

_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3007"
_TWO_CHARACTERS = re.compile(f"[{_CHINESE}]{{2}}")
_INNER_SPACE = re.compile(f"(?<=[{_CHINESE}])[\\s\u3000]+(?=[{_CHINESE}])")


def spaced_name(name: str) -> str:
    """何为 → 何　为: a two-character name is set as wide as a three-character one."""
    return f"{name[0]}\u3000{name[1]}" if _TWO_CHARACTERS.fullmatch(name) else name


def stored_name(text: str) -> str:
    """何　为, 何 为 → 何为; spaces of other scripts (a foreign name) stay, as single ones."""
    return " ".join(_INNER_SPACE.sub("", text.strip()).split())
