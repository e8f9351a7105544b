"""Characters that a Word file writes by font and code, by a ring or by height, as Unicode."""

MISSING = "〓"  # the typesetter's mark for a character that is not there
# Wingdings, Wingdings 2 and Symbol as Microsoft documents them; only what manuscripts use.
_FONTS = {
    "wingdings": {
        0x6C: "●", 0x6D: "○", 0x6E: "■", 0x6F: "□", 0x70: "□", 0x71: "□", 0x72: "□", 0x74: "◆", 0x75: "◆", 0x76: "❖",
        0x77: "◆", 0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "□", 0xAB: "★", 0xB2: "☆", 0xD8: "➢", 0xE0: "→", 0xE8: "→",
        0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
        **{0x81 + n: chr(ord("①") + n) for n in range(10)},
        **{0x8C + n: chr(ord("❶") + n) for n in range(10)},
    },
    "wingdings 2": {
        0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x97: "●", 0x98: "●", 0xA3: "□",
        **{0x6A + n: chr(ord("①") + n) for n in range(10)},
    },
    "symbol": {
        0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓", 0xB0: "°", 0xB1: "±", 0xB2: "″",
        0xB3: "≥", 0xB4: "×", 0xB7: "•", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xBC: "…", 0xC5: "⊕", 0xA2: "′",
        0x61: "\u03b1", 0x62: "β", 0x67: "\u03b3", 0x64: "δ", 0x6D: "μ", 0x70: "π", 0x57: "Ω",
    },
}  # fmt: skip
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")


def symbol(font: str, code: str) -> str:
    """w:sym: a character of a symbol font by its hexadecimal code, F0xx in the private area; 〓 where unknown."""
    try:
        place = int(code, 16)
    except ValueError:
        return MISSING
    known = _FONTS.get(font.strip().lower())
    if known is not None:
        return known.get(place & 0xFF if 0xF000 <= place <= 0xF0FF else place, MISSING)
    unicode = 0x20 <= place < 0xD800 or 0xF900 <= place < 0xFFFE
    return chr(place) if unicode else MISSING


def circled(words: str) -> str:
    """5 → ⑤; what has no ringed form stands in brackets."""
    if words.isascii() and words.isdigit() and 1 <= int(words) <= 20:
        return chr(ord("①") + int(words) - 1)
    if len(words) == 1 and words in "一二三四五六七八九十":
        return chr(ord("㊀") + "一二三四五六七八九十".index(words))
    return f"（{words}）"


def raised(words: str, height: str) -> str:
    """m2 with a raised 2 → m²: digits and signs keep their height, other words cannot."""
    table = {"superscript": _RAISED, "subscript": _LOWERED}.get(height)
    if table is None or not all(mark in "0123456789+-" for mark in words):
        return words
    return words.translate(table)
