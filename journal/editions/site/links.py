"""Which file an address becomes, and pages with links that lead to files. Nothing else of a page is changed."""

import posixpath
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.http import HttpResponse

from journal.editions import EDITIONS

# Only a server answers these: who signs in, hands in, asks.
SERVER_ONLY = ("/account/", "/submit/", "/admin/", "/invitation/", "/sheets/")
SEARCH = "/search/"
_ATTRIBUTE = re.compile(r'(?P<before>\s(?:href|src|action)=")(?P<address>[^"]*)(?P<after>")')
_SRCSET = re.compile(r'(?P<before>\ssrcset=")(?P<addresses>[^"]*)(?P<after>")')
_DOWNLOAD = re.compile(r"/download/([\w-]+)/$")


@dataclass(frozen=True)
class Site:
    """base: `https://host` of the exported site; server: of what only a server does, "" for none."""

    base: str
    server: str
    relative: bool


def file_of(address: str) -> str:
    """The file of an address within the folder: /articles/5/ → articles/5/index.html, ?page=2 → page-2/index.html."""
    path, _, query = address.partition("?")
    if path.endswith("/feed/"):
        return f"{path[1:-1]}.xml"
    if found := _DOWNLOAD.search(path):
        edition = EDITIONS.get(found[1])
        return f"{path[1:-1]}{edition.suffix if edition else ''}"
    if not path.endswith("/"):
        return path[1:]
    parameters = "".join(f"{name}-{value}/" for name, value in parse_qsl(query))
    return f"{path[1:]}{parameters}index.html"


def rewritten(answer: HttpResponse, address: str, site: Site) -> tuple[bytes, list[str]]:
    """The answer's content with its links led to files, and the addresses of this site it names."""
    kind = answer.get("Content-Type", "")
    if kind.startswith("text/html"):
        return _html(answer.content.decode(), address, site)
    if "xml" in kind and "svg" not in kind:
        return _feeds(answer.content.decode(), site)
    return answer.content, []


def led_to(target: str, page: str, site: Site) -> str:
    """A link from `page` to an address of this site: to its file where links are relative, else to its folder."""
    path, _, fragment = target.partition("#")
    plain = path.partition("?")[0] if not path.partition("?")[0].endswith("/") else path
    file = file_of(plain)
    version = path[len(plain) :]
    end = version + (f"#{fragment}" if fragment else "")
    if site.relative:
        return posixpath.relpath(file, posixpath.dirname(file_of(page)) or ".") + end
    return f"/{file.removesuffix('index.html')}" + end


def _html(html: str, page: str, site: Site) -> tuple[bytes, list[str]]:
    named: list[str] = []

    def address_of(raw: str) -> str | None:
        """The rewritten address; None for a link that leads nowhere here."""
        plain = raw.replace("&amp;", "&")
        if plain.startswith(f"{site.base}/"):
            plain = plain.removeprefix(site.base)
        elif urlsplit(plain).scheme or plain.startswith(("#", "//", "data:")):
            return raw
        if page == SEARCH and plain.startswith("?"):
            return raw  # answered by the page's own script
        full = urljoin(page, plain)
        if full.startswith(SERVER_ONLY):
            # Where to come back to is an address of this site, not of the server's.
            return f"{site.server}{full.partition('?')[0]}" if site.server else None
        if full.startswith(SEARCH) and full != SEARCH:
            full = SEARCH
        if not full.startswith(SEARCH):
            named.append(_asked(full))
        return led_to(full, page, site)

    def attribute(found: re.Match) -> str:
        if html.rfind("<", 0, found.start()) < html.rfind(">", 0, found.start()):
            return found[0]  # words of an article that shows markup
        if found["address"].startswith(f"{site.base}/") and 'rel="canonical"' in _tag(html, found.start()):
            return found[0]
        led = address_of(found["address"])
        return "" if led is None else f"{found['before']}{led.replace('&', '&amp;')}{found['after']}"

    def srcset(found: re.Match) -> str:
        pairs = [one.strip().split(" ", 1) for one in found["addresses"].split(",")]
        led = ", ".join(f"{address_of(address)} {width}" for address, width in pairs)
        return f"{found['before']}{led}{found['after']}"

    text = _SRCSET.sub(srcset, _ATTRIBUTE.sub(attribute, html))
    named += [
        found.removeprefix(site.base)
        for found in re.findall(rf'content="({re.escape(site.base)}/pictures/[^"]+)"', html)
    ]
    return text.encode(), list(dict.fromkeys(named))


def _tag(html: str, place: int) -> str:
    return html[html.rfind("<", 0, place) : html.find(">", place)]


def _asked(address: str) -> str:
    """What to ask the server for: without the place on the page, and without a static file's version."""
    path, _, query = address.partition("#")[0].partition("?")
    return f"{path}?{query}" if query and path.endswith("/") else path


def _feeds(text: str, site: Site) -> tuple[bytes, list[str]]:
    """Addresses in feeds and sitemaps are whole ones; those of feeds themselves lead to their files."""
    named = [
        found.removeprefix(site.base) for found in re.findall(rf"<loc>({re.escape(site.base)}/[^<]+\.xml)</loc>", text)
    ]
    return re.sub(rf"({re.escape(site.base)}(?:/[^\s\"<]*)?/feed)/(?=[\"<])", r"\1.xml", text).encode(), named
