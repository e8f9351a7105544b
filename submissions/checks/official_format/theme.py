"""Fonts that a file names only by its theme, as new documents of Word and WPS do."""

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.ns import qn
from lxml import etree

from .parts import related_root

_SCRIPTS = {"zh-cn": "Hans", "zh-sg": "Hans", "zh-tw": "Hant", "zh-hk": "Hant", "ja-jp": "Jpan", "ko-kr": "Hang"}
_SHORT = {"+mn-ea": "minorEastAsia", "+mj-ea": "majorEastAsia", "+mn-lt": "minorAscii", "+mj-lt": "majorAscii"}
_WORDS = {
    "+中文正文": "minorEastAsia",
    "+中文标题": "majorEastAsia",
    "+西文正文": "minorAscii",
    "+西文标题": "majorAscii",
}


class ThemeFonts:
    """The theme's major (headings) and minor (text) fonts, Chinese and Latin."""

    def __init__(self, document: Document):
        self._scheme = None
        theme = related_root(document.part, RT.THEME)
        if theme is not None:
            self._scheme = theme.find(f".//{qn('a:fontScheme')}")
        settings = related_root(document.part, RT.SETTINGS)
        language = None if settings is None else settings.find(qn("w:themeFontLang"))
        spoken = None if language is None else language.get(qn("w:eastAsia"))
        self._found: dict[str, str | None] = {}
        self._script = _SCRIPTS.get((spoken or "zh-CN").lower(), "Hans")

    def resolve(self, font: str | None) -> str | None:
        """A font name, or the theme's font where "theme:" or the name itself stands for one (+mn-ea, +中文正文)."""
        if font is None:
            return None
        themed = font.removeprefix("theme:") if font.startswith("theme:") else _SHORT.get(font) or _WORDS.get(font)
        return self.font(themed) if themed else font

    def font(self, themed: str) -> str | None:
        """minorEastAsia → 宋体; None where the theme leaves it to the program."""
        if themed not in self._found:
            self._found[themed] = self._look_up(themed)
        return self._found[themed]

    def _look_up(self, themed: str) -> str | None:
        scheme = self._scheme
        fonts = (
            None if scheme is None else scheme.find(qn("a:majorFont" if themed.startswith("major") else "a:minorFont"))
        )
        if fonts is None:
            return None
        if not themed.endswith("EastAsia"):
            return _typeface(fonts.find(qn("a:latin")))
        own = _typeface(fonts.find(qn("a:ea")))
        if own:
            return own
        scripts = (font for font in fonts.iterchildren(qn("a:font")) if font.get("script") == self._script)
        return _typeface(next(scripts, None))


def _typeface(element: etree._Element | None) -> str | None:
    return None if element is None else element.get("typeface") or None
