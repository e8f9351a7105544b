"""Names and offices against the office's dated register (RULES.md section 11).

The register is read as it stood on the text's day. Three kinds of remarks, all warnings that quote the entry: another
post than on that day (register_posts.py), a wrong form of a name (register_names.py), another order than the
registered one (register_order.py).
"""

from collections.abc import Iterator

from journal.text.blocks import parse

from . import register_names, register_order, register_posts
from .findings import Finding
from .register_remark import Remark


def check_register(manuscript) -> Iterator[Finding]:
    """Title, subtitle, bylines and every block; nothing where the register is empty."""
    if not manuscript.house_style.register:
        return
    content = manuscript.content
    fields = [("title", content.title), ("subtitle", content.subtitle)]
    for byline in content.bylines:
        fields += [("byline", byline["name"]), ("affiliation", byline["affiliation"])]
    told_day = manuscript.house_style.told_day
    for field, text in dict.fromkeys(fields):
        for remark in _remarks(manuscript.house_style, text):
            yield remark.finding(field, None, told_day)
    for number, block in enumerate(parse(content.html)):
        for remark in _remarks(manuscript.house_style, block.text):
            yield remark.finding("", number, told_day)


def _remarks(house_style, text: str) -> list[Remark]:
    register, day = house_style.register, house_style.day
    mentions = register.mentions(text)
    found = [
        remark
        for module in (register_posts, register_names, register_order)
        for remark in module.remarks(register, text, mentions, day)
    ]
    return sorted(found, key=lambda remark: remark.offset)
