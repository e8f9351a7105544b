"""Fields of a Word file: a code that is never shown and a result that is (ECMA-376 part 1, 17.16)."""

import re

from .word_symbols import MISSING, circled
from .word_told import Told

# Fields that fetch what is not in the file when they are brought up to date. We never do that.
_FETCHES = re.compile(r"\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DATABASE|RD)\b", re.IGNORECASE)
_EQUATION = re.compile(r"\s*EQ\b(.*)", re.IGNORECASE | re.DOTALL)
_OVERSTRUCK = re.compile(r"\\o\s*(?:\\a[clr]\s*)?\(\s*[○□△◇\u3007]\s*[,，;；]\s*([^()\\]{1,4}?)\s*\)", re.IGNORECASE)
_SOUNDED = re.compile(r"\\o\s*\\ad\s*\(\s*\\s\s*\\up\s*\d+\s*\(([^()]*)\)\s*[,，;；]\s*([^()\\]+?)\s*\)", re.IGNORECASE)
_FRACTION = re.compile(r"\\f\s*\(\s*([^()\\,，;；]+?)\s*[,，;；]\s*([^()\\]+?)\s*\)", re.IGNORECASE)


class Fields:
    """Which stage of which fields the text is in: they nest, and go over runs and paragraphs."""

    def __init__(self, told: Told):
        self._told = told
        self._open: list[dict] = []

    @property
    def shown(self) -> bool:
        """Whether what comes now is seen: no field around it is still giving its code."""
        return all(field["result"] for field in self._open)

    def mark(self, kind: str) -> str:
        """begin, separate or end. At the end, the words of an equation, which has no result of its own."""
        if kind == "begin":
            self._open.append({"code": "", "result": False})
        elif kind == "separate" and self._open:
            self._open[-1]["result"] = True
        elif kind == "end" and self._open:
            field = self._open.pop()
            self.tell(field["code"])
            equation = None if field["result"] else _EQUATION.match(field["code"])
            if equation and self.shown:
                return self._equation(equation[1])
        return ""

    def instruct(self, code: str) -> None:
        if self._open:
            self._open[-1]["code"] += code

    def tell(self, code: str) -> None:
        fetches = _FETCHES.match(code)
        if fetches:
            self._told.add("outside", fetches[1].upper())

    def _equation(self, code: str) -> str:
        words, kind = equation_text(code)
        if kind:
            self._told.add(kind, "" if kind == "symbol" else words)
        return words


def equation_text(code: str) -> tuple[str, str]:
    """What an EQ field shows, and what is to be told of it: 带圈字符, 拼音指南 and fractions are written this way."""
    sounded = _SOUNDED.search(code)
    if sounded:
        return sounded[2], "ruby"
    ringed = _OVERSTRUCK.search(code)
    if ringed:
        return circled(ringed[1]), ""
    fraction = _FRACTION.search(code)
    if fraction:
        return f"{fraction[1]}/{fraction[2]}", "formula"
    return MISSING, "symbol"
