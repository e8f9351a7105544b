"""A saved web page → the text of its article: menus and sidebars left behind, pictures told."""

import re

from lxml import etree, html

from journal.text.blocks import canonical, to_plain

from .arrived import ArrivedText
from .front import recognise
from .refused import FileRefused
from .text_file import broken_remark, decode_file

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{3,20})""", re.IGNORECASE)
_GB = {"gb2312", "gbk", "gb_2312-80", "x-gbk", "hz-gb-2312"}
_DOMINANT = 0.8  # share of a page's own words from which a part of it is the article
_FRAMES = {"html", "body", "div", "section", "article", "main", "table", "tbody", "tr", "td", "center", "form", "font"}
_UNSEEN = ("script", "style", "noscript", "template", "head", "select", "textarea", "iframe", "svg")
_NAVIGATION = ("nav", "footer", "aside")
_LONGEST_TITLE = 100
_STRONG = re.compile(r"</?strong>")


def is_html(data: bytes) -> bool:
    """By content: a web page, whatever its name."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html")) or b"<html" in head or b"<body" in head


def read_html(data: bytes, name: str) -> ArrivedText:
    """The manuscript of a web page. Raises FileRefused."""
    declared = _CHARSET.search(data[:4096])
    label = declared[1].decode("ascii", "ignore").lower() if declared else ""
    decoded = decode_file(data, name, "gb18030" if label in _GB else label)
    page = _parsed(decoded.text)
    if page is None:
        raise FileRefused(name, "里面没有文字", "请在浏览器里打开网页，把正文复制到投稿页面")
    for element in list(page.iter(*_UNSEEN, etree.Comment, etree.ProcessingInstruction)):
        element.drop_tree()
    heading = _heading(page)
    article = _article(page)
    pictures = sum(1 for _ in article.iter("img"))
    for element in list(article.iter(*_NAVIGATION)):
        if element is not article:
            element.drop_tree()
    words = _words(article)
    if not words:
        raise FileRefused(name, "里面没有文字", "请在浏览器里打开网页，把正文复制到投稿页面")
    lines = words.split("\n")
    if heading and heading not in [line.lstrip("# ") for line in lines[:1]]:
        lines = [heading, *(line for line in lines if line.lstrip("# ") != heading)]
    front = recognise(lines)
    rest = [line for place, line in enumerate(lines) if place not in front.used]
    told = (f"网页里的 {pictures} 张图片没有收。如要刊用，请另行上传原图。",) if pictures else ()
    return front.arrived("\n".join(rest).strip("\n"), remarks=(*told, *broken_remark(decoded)))


def _parsed(text: str) -> html.HtmlElement | None:
    """libxml2 reads no more than 256 levels and fetches nothing; an encoding named in the text is not believed again."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        return html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _heading(page: html.HtmlElement) -> str:
    """The page's one main heading, empty where it has none or several."""
    found = [" ".join(one.text_content().split()) for one in page.iter("h1")]
    return found[0] if len(found) == 1 and 0 < len(found[0]) <= _LONGEST_TITLE else ""


def _article(page: html.HtmlElement) -> html.HtmlElement:
    """Down from the body, as long as one frame holds nearly all words that are no links."""
    weights = _weights(page)
    node = next(page.iter("body"), page)
    while True:
        inner = max((one for one in node if one.tag in _FRAMES), key=lambda one: weights.get(one, 0), default=None)
        if inner is None or weights[inner] < _DOMINANT * weights[node] or not weights[inner]:
            return node
        node = inner


def _weights(page: html.HtmlElement) -> dict[html.HtmlElement, int]:
    """Element → characters of its words that are no links."""
    weights: dict[html.HtmlElement, int] = {}
    for _, element in etree.iterwalk(page, events=("end",)):
        own = 0 if element.tag == "a" else _size(element.text)
        inner = 0 if element.tag == "a" else sum(weights.get(one, 0) for one in element)
        weights[element] = own + inner + (0 if element.tag == "a" else sum(_size(one.tail) for one in element))
    return weights


def _size(words: str | None) -> int:
    return len("".join((words or "").split()))


def _words(article: html.HtmlElement) -> str:
    """Its blocks as plain text, without bold: on the web it is decoration."""
    blocks = canonical(html.tostring(article, encoding="unicode", with_tail=False))
    return to_plain(_STRONG.sub("", blocks)).replace("\n\n", "\n")
