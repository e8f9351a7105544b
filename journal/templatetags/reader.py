"""What a reader's pages are set with: Chinese titles, names, numbers and pages, and the frame around a page."""

from django import template
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import mark_safe

from journal.models import Issue
from journal.pictures import sources
from journal.text import names, numbers
from journal.text.titles import title_breaks

register = template.Library()

register.filter("spaced_name", names.spaced_name)
register.filter("chinese_number", numbers.chinese_number)
register.filter("chinese_year", numbers.chinese_year)

NAVIGATION = (
    ("home", "本期"),
    ("issues", "往期"),
    ("sections", "栏目"),
    ("search", "检索"),
    ("call", "征稿"),
)
_ADDRESS_NAMES = {"issues": "archive"}
_WIDE_RIGHT = "：，、；”》"  # full-width marks whose right half is blank
_WIDE_LEFT = "“《"
_LONG, _HELD = 12, 3  # characters of a piece that may not fit a line; of its end that stay together


@register.filter
def title_html(title: str) -> str:
    """A title with `<wbr>` where it may break (look/reader.md, Chinese setting).

    `<wbr>` stops a browser's own trimming of ：“, so that mark is wrapped. A piece that may be longer than a line is
    wrapped too, to be balanced within itself; its last characters hold together, so that none is left alone.
    """
    pieces = title_breaks(title)
    html = [_piece_html(piece, "".join(pieces[place : place + 1])) for place, piece in enumerate(pieces, 1)]
    return mark_safe("<wbr>".join(html))  # noqa: S308 (every piece is escaped in _piece_html)


def _piece_html(piece: str, following: str) -> str:
    if len(piece) >= _LONG and piece[0] not in _WIDE_LEFT:
        held = f'<span class="held">{escape(piece[-_HELD:])}</span>'
        return f'<span class="long">{escape(piece[:-_HELD])}{held}</span>'
    if piece[-1] in _WIDE_RIGHT and following[:1] and following[0] in _WIDE_LEFT:
        return f'{escape(piece[:-1])}<span class="tr">{escape(piece[-1])}</span>'
    return escape(piece)


@register.filter
def page(number: int | None) -> str:
    """A page number as contents print it: 01."""
    return "" if number is None else f"{number:02d}"


@register.filter
def page_range(item) -> str:
    """01～05 of anything with start_page and end_page; one page alone as 01."""
    return _range(item, "～")


@register.filter
def page_range_text(item) -> str:
    """23—26, the form outside the contents."""
    return _range(item, "—")


def _range(item, dash: str) -> str:
    if item.end_page is None or item.end_page == item.start_page:
        return page(item.start_page)
    return f"{page(item.start_page)}{dash}{page(item.end_page)}"


@register.simple_tag(takes_context=True)
def masthead_issue(context):
    """The issue in the running head: the page's own, else the newest the reader may read."""
    if "masthead_issue" in context:
        return context["masthead_issue"]
    request = context.get("request")
    if request is None:
        return None
    return Issue.objects.visible_to(getattr(request, "user", None)).first()


class NavigationNode(template.Node):
    def __init__(self, nodelist):
        self.nodelist = nodelist

    def render(self, context):
        current = self.nodelist.render(context).strip()
        items = [(name, label, _address(_ADDRESS_NAMES.get(name, name))) for name, label in NAVIGATION]
        return render_to_string(
            "components/reader_navigation.html", {"items": items, "current": current, "front": context.get("front")}
        )


def _address(name: str) -> str:
    """The call belongs to another app, which a journal may run without."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.tag
def navigation(parser, token):
    """{% navigation %}name of the current place{% endnavigation %}: what stands inside may be a block."""
    nodelist = parser.parse(("endnavigation",))
    parser.delete_first_token()
    return NavigationNode(nodelist)


@register.filter
def dashed(subtitle: str) -> str:
    """A subtitle behind its dash, however it was typed; a word joiner keeps the dash from standing alone."""
    return f"——\u2060{subtitle.lstrip('—－-─ ')}"


@register.filter
def bracketed(note: str) -> str:
    """A note in full-width brackets, once."""
    return note if note.startswith("（") and note.endswith("）") else f"（{note}）"


@register.simple_tag
def picture_sources(picture) -> dict[str, str]:
    """The srcset of each kind, the address for a browser that knows no srcset, and that of the largest copy."""
    widths = sources(picture)

    def srcset(name: str) -> str:
        return ", ".join(f"{reverse(name, args=[picture.pk, width])} {real}w" for width, real in widths)

    plain = reverse("picture", args=[picture.pk, min(960, widths[-1][0])])
    largest = reverse("picture", args=[picture.pk, widths[-1][0]])
    return {"webp": srcset("picture_webp"), "jpeg": srcset("picture"), "plain": plain, "largest": largest}


@register.simple_tag(takes_context=True)
def page_address(context) -> str:
    """The one address of a page: without parameters, but for the number of a further page of a list."""
    request = context["request"]
    number = context["page"].number if hasattr(context.get("page"), "paginator") else 1
    return request.build_absolute_uri(request.path + (f"?page={number}" if number > 1 else ""))


@register.inclusion_tag("components/reader_pager.html", takes_context=True)
def pager(context, page):
    """The pages of a list, keeping the address's other parameters."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    encoded = query.urlencode()
    return {
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "query": f"{encoded}&" if encoded else "",
    }


@register.simple_tag(takes_context=True)
def with_parameter(context, name: str, value="") -> str:
    """The address's parameters with one set (or dropped, without a value), back on the first page."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    query.pop(name, None)
    if value != "":
        query[name] = value
    return f"?{query.urlencode()}"
