"""字数 as Microsoft Word counts it (RULES.md 4)."""

import re

# Each of these counts by itself; anything else counts once for an unbroken run. Word takes “ ” ‘ ’ — … · for Chinese
# punctuation, but an apostrophe between two Latin letters stays in its word.
_EAST_ASIAN = (
    "\u2014\u2018\u2019\u201c\u201d\u2026\u00b7\u2e80-\u2fff\u3001-\u312f\u31a0-\u31bf\u31c0-\u31ef\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uffef\U00020000-\U0003ffff"
)
_APOSTROPHE = re.compile("(?<=[A-Za-z])[\u2018\u2019](?=[A-Za-z])")
_WORD = re.compile(f"[{_EAST_ASIAN}]|[^\\s{_EAST_ASIAN}]+")


def count_words(text: str) -> int:
    """字数 of a text without its title and byline: one for each Chinese character, full-width mark, letter or digit,
    one for each unbroken run of other characters."""
    return len(_WORD.findall(_APOSTROPHE.sub("'", text)))
