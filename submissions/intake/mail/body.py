"""The words of a mail: HTML as plain text, large-file links, and where the writer's own words end."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree

from .headers import from_base64, one_line

MAX_TEXT = 2_000_000
MAX_HTML = 3_000_000
_BREAKS = frozenset(
    [
        "p",
        "div",
        "tr",
        "br",
        "li",
        "ul",
        "ol",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "hr",
        "section",
        "article",
        "header",
        "footer",
        "pre",
        "dl",
        "dt",
        "dd",
    ]
)
_SILENT = frozenset(("script", "style", "head", "title", "template", "object", "svg"))
_EMBEDDED = re.compile(rb"data:image/[\w.+-]{1,20};base64,([A-Za-z0-9+/=\s%]{16,})", re.IGNORECASE)
EMBEDDED_ID = "embedded-"
MOST_EMBEDDED = 40


class Link(NamedTuple):
    """An anchor: its words, its address, and the text after it, where expiry dates stand."""

    text: str
    address: str
    place: int


class _Reader:
    """lxml's target: start tags, end tags and words of a page, as they come."""

    def __init__(self):
        self.out: list[str] = []
        self.links: list[Link] = []
        self._silent: list[str] = []
        self._anchor: tuple[str, int] | None = None

    def start(self, tag, attrs):
        if tag in _SILENT:
            self._silent.append(tag)
        if tag in _BREAKS:
            self.out.append("\n")
        elif tag in ("td", "th"):
            self.out.append("　")
        if tag == "a" and attrs.get("href"):
            self._anchor = (attrs["href"], len(self.out))
        elif tag == "img":
            self._image(attrs.get("src", ""))

    def _image(self, source: str) -> None:
        """Only what came with the mail: an address outside is never asked for anything, nor shown."""
        if source[:4].lower() == "cid:":
            self.out.append(f"\n[cid:{source[4:].strip()}]\n")

    def end(self, tag):
        if tag in self._silent:
            del self._silent[self._silent.index(tag) :]
        if tag in _BREAKS and tag not in ("br", "hr"):
            self.out.append("\n")
        if tag == "a" and self._anchor:
            address, start = self._anchor
            self.links.append(Link(one_line("".join(self.out[start:])), address.strip(), len(self.out)))
            self._anchor = None

    def data(self, words):
        if not self._silent:
            # Line breaks of the source are no line breaks of the page.
            self.out.append(re.sub(r"[ \t\r\n\u00a0]+", " ", words))

    def close(self):
        return self


def without_embedded(page: bytes) -> tuple[bytes, list[bytes]]:
    """Images written into a page itself are taken out, a mark for each: they are most of its bytes."""
    images: list[bytes] = []

    def take(match: re.Match[bytes]) -> bytes:
        if len(images) >= MOST_EMBEDDED:
            return b""
        images.append(from_base64(match[1]))
        return b"cid:%s%d" % (EMBEDDED_ID.encode(), len(images))

    return _EMBEDDED.sub(take, page), images


class Page(NamedTuple):
    """The words of a page in lines, and the large files it links to."""

    text: str
    links: list["LargeFile"]


def text_of_html(html: str) -> Page:
    """Nothing of the page is run or fetched. `[cid:…]` stands where an image of the mail stood."""
    parser = etree.HTMLParser(target=_Reader(), encoding="utf-8", no_network=True, huge_tree=True, recover=True)
    source = html[:MAX_HTML].encode("utf-8", "ignore")
    if not source.strip():
        return Page("", [])
    try:
        parser.feed(source)
        reader = parser.close()
    except etree.XMLSyntaxError:
        # Nothing in it that could be a page.
        return Page("", [])
    lines = [line.strip(" \t\r") for line in "".join(reader.out).split("\n")]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return Page(joined, _large_files(reader))


def _large_files(reader: _Reader) -> list["LargeFile"]:
    found = []
    links = reader.links[:500]
    for index, link in enumerate(links):
        following = links[index + 1].place if index + 1 < len(links) else len(reader.out)
        preceding = links[index - 1].place if index else 0
        around = one_line("".join(reader.out[max(preceding, link.place - 60) : min(following, link.place + 60)])[-600:])
        if is_large_file(link.address, link.text + around):
            after = one_line("".join(reader.out[link.place : min(following, link.place + 60)])[:300])
            found.append(large_file(link.text, link.address, around, after))
    return found


class LargeFile(NamedTuple):
    """A file that did not come with the mail: link text, address, expiry and size as told (empty where untold)."""

    name: str
    address: str
    expires: str
    size: str

    def told(self) -> str:
        """One sentence for the person who reads the mail."""
        facts = "，".join(
            part for part in (self.size, f"{self.expires}到期" if self.expires else "没有说到期时间") if part
        )
        return f"超大附件“{self.name}”（{facts}）没有随信寄来。请及时打开链接下载，再添加到稿件：{self.address}"


_STORES = re.compile(
    r"(?:mail\.qq\.com/.*ftn|/ftn/|ftnExs_|fs\.163\.com|dashi\.163\.com|cloud-attachment|u\.163\.com|mail\.163\.com/.*large"
    r"|largeattach|alimail\.|(?:qiye|mail)\.aliyun\.com|mxhichina\.com|pan\.baidu\.com|yun\.baidu\.com|weiyun\.com|kdocs\.cn"
    r"|docs\.qq\.com|wenshushu\.cn|lanzou|cowtransfer\.com|aliyundrive\.com|alipan\.com|quark\.cn|/filecenter/|mail\.10086\.cn)",
    re.IGNORECASE,
)
_TOLD = re.compile(r"超大附件|云附件|大附件|文件中转站|网盘分享|网盘链接")
_ADDRESS = re.compile(r"https?://[^\s<>\"'，。；、（）“”【】]{4,2000}")
_DAY = r"\d{4}\s*(?:年|-|/|\.)\s*\d{1,2}\s*(?:月|-|/|\.)\s*\d{1,2}\s*日?(?:\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?"
_EXPIRY = (
    re.compile(rf"(?:到期|过期|失效|有效期|截止|有效)[^\d]{{0,10}}({_DAY})"),
    re.compile(rf"({_DAY})\s*(?:前有效|到期|过期|失效|截止|前)"),
    re.compile(r"有效期\s*[：:]?\s*(\d{1,3}\s*天|永久|无限期)"),
)
_SIZE = re.compile(r"\d+(?:\.\d+)?\s*(?:[KMGT]B?|字节)(?![A-Za-z])", re.IGNORECASE)
_FILE_NAME = re.compile(
    r"[^\s/\\：:（(【\[]{1,120}\.(?:docx?|wps|zip|rar|7z|jpe?g|png|tiff?|pdf|xlsx?|pptx?|mp4|mov|psd)", re.IGNORECASE
)
_EMPTY_WORDS = frozenset(("", "下载", "点击下载", "进入下载页面", "打开", "查看", "立即下载", "下载附件", "预览"))


def is_large_file(address: str, around: str) -> bool:
    """A link to a file store, or any link beside the words for a large attachment."""
    if not address.lower().startswith(("http://", "https://")):
        return False
    return bool(_STORES.search(address[:500])) or bool(_TOLD.search(around) and _FILE_NAME.search(around))


def large_file(words: str, address: str, around: str, after: str = "") -> LargeFile:
    expires = next((m[1].strip() for p in _EXPIRY for m in [p.search(after) or p.search(around)] if m), "")
    name = words
    if words in _EMPTY_WORDS or words.startswith("http"):
        named = _FILE_NAME.search(around)
        name = named[0] if named else words if words and not words.startswith("http") else "没有写文件名"
    size = _SIZE.search(after) or _SIZE.search(around)
    return LargeFile(name[:200], address[:2000], expires, size[0] if size else "")


def large_files_in_text(text: str) -> list[LargeFile]:
    """Links in plain text, judged by the lines around them."""
    found = []
    for match in list(_ADDRESS.finditer(text[:MAX_TEXT]))[:500]:
        before, after = text[max(0, match.start() - 200) : match.start()], text[match.end() : match.end() + 160]
        if is_large_file(match[0], before + after):
            found.append(large_file(match[0], match[0], one_line(before + " " + after), one_line(after)))
    return found


class Section(NamedTuple):
    """A stretch of a mail's text: own (what was written now), signature, or quoted (earlier correspondence)."""

    kind: str
    text: str


OWN, SIGNATURE, QUOTED = "own", "signature", "quoted"
_QUOTE_START = re.compile(
    r"-{2,}\s*(?:原始邮件|原邮件|Original(?: Message)?|转发邮件信息|转发的?邮件|Forwarded [Mm]essage|邮件原件|回复的原邮件)\s*-{2,}.*"
    r"|在\s?.{4,80}(?:写道|写到)[：:]?\s*|(?:于|On)\s.{6,120}(?:写道|wrote)[：:]\s*|At \d{4}-.{6,120}wrote:\s*|_{20,}\s*"
    r"|-{5,}\s*回复的?原?邮件\s*-{5,}"
)
_SIGNATURE_START = re.compile(
    r"-- ?|—{2,}\s*|发自我的.{1,30}|发自.{0,12}(?:手机|邮箱|iPhone|iPad|邮件大师).{0,12}|Sent from my .{1,40}|从.{2,20}(?:手机|邮箱).{0,6}发送"
)
_HEADER_LINE = re.compile(r"\s*(?:发件人|寄件人|From)\s*[：:].+")
_HEADER_NEXT = re.compile(r"\s*(?:发送时间|发送日期|日期|时间|收件人|主题|Sent|Date|To|Subject)\s*[：:].*")
# The mark under which a forwarded message's own words are put into the text of the message that carries it.
FORWARDED = "—————— 转发的邮件 ——————"


def sections(text: str) -> list[Section]:
    """The text cut where signature and quoted history begin; joined again it is the text, line for line.

    What was forwarded on purpose (FORWARDED) is own text again: manuscripts come so.
    """
    found: list[tuple[str, list[str]]] = [(OWN, [])]
    lines = text.split("\n")
    for index, line in enumerate(lines):
        kind = _kind_of(lines, index, found[-1][0])
        if kind == found[-1][0]:
            found[-1][1].append(line)
        else:
            found.append((kind, [line]))
    return [Section(kind, "\n".join(words)) for kind, words in found if words]


def _kind_of(lines: list[str], index: int, current: str) -> str:
    line = lines[index].strip()
    if line == FORWARDED:
        return OWN
    if current == QUOTED:
        return QUOTED
    if line.startswith(">") or _QUOTE_START.fullmatch(line[:200]) or _is_quoted_head(lines, index):
        return QUOTED
    if current == SIGNATURE:
        return SIGNATURE
    # A line of dashes may part a text: it opens a signature only where little follows it.
    if (
        _SIGNATURE_START.fullmatch(line)
        and sum(map(len, lines[index + 1 : index + 40])) < 300
        and _near_end(lines, index)
    ):
        return SIGNATURE
    return OWN


def _near_end(lines: list[str], index: int) -> bool:
    rest = [line for line in lines[index + 1 : index + 20] if line.strip()]
    quoted = next(
        (n for n, line in enumerate(rest) if _QUOTE_START.fullmatch(line.strip()[:200]) or line.startswith(">")),
        len(rest),
    )
    return quoted <= 8


def _is_quoted_head(lines: list[str], index: int) -> bool:
    """发件人：… followed by two more such lines: Outlook's and Foxmail's head of an earlier message."""
    if not _HEADER_LINE.fullmatch(lines[index][:300]):
        return False
    if any(line.strip() == FORWARDED for line in lines[max(0, index - 4) : index]):
        return False
    following = [line for line in lines[index + 1 : index + 8] if line.strip()]
    return sum(bool(_HEADER_NEXT.fullmatch(line[:300])) for line in following[:4]) >= 2


def own_words(text: str) -> str:
    """What the writer wrote now, without signature and earlier correspondence."""
    return "\n".join(section.text for section in sections(text) if section.kind == OWN).strip("\n")


@dataclass(frozen=True)
class Words:
    """Text of one or more parts with what was found on the way. packed: it came out of a winmail.dat."""

    text: str
    links: tuple[LargeFile, ...] = ()
    from_html: bool = False
    packed: bool = False


def join_texts(texts: list[Words]) -> Words:
    """One after the other. What Outlook packed beside the same text in plain is not told twice."""
    plain = [words for words in texts if words.text.strip() and not words.packed]
    known = plain or [words for words in texts if words.text.strip()]
    links = tuple(dict.fromkeys(link for words in texts for link in words.links))
    from_html = bool(known) and all(words.from_html for words in known)
    return Words("\n\n".join(words.text for words in known), links, from_html)
