"""One article with its parts, tools and neighbours."""

from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from journal.citation import citations
from journal.models import Access, Article, Correction, Journal, Picture
from journal.reads import read_before
from journal.structured_data import article_data, description, json_ld

from .access import open_article, reader_page
from .body import Piece, pictures_of, pieces
from .contents import articles_of


@reader_page(parameters=())
def article(request, pk):
    article, *parts = open_article(request.user, pk)
    if article.parent_id:
        # A part is read in its composite; one address for both.
        return HttpResponsePermanentRedirect(article.get_absolute_url())
    sections = _sections(request.user, article, parts)
    journal = Journal.objects.current()
    names = [line.name for row in (article, *parts) for line in row.bylines.all()]
    context = {
        "article": article,
        "issue": article.issue,
        "masthead_issue": article.issue,
        "preview": article.preview,
        "section_name": article.printed_section or article.section.name,
        "sections": sections,
        "outline": _outline(sections),
        "has_photos": any(piece.photos for section in sections for piece in section["pieces"]),
        "journal": journal,
        "corrections": _corrections(article, parts),
        "reads": read_before(article, timezone.localdate()) if journal.show_reads and not article.preview else None,
        "citations": citations(article, list(dict.fromkeys(names)), journal.name),
    } | _neighbours(request.user, article)
    if not article.preview and article.access == Access.PUBLIC:
        context |= _for_programs(request, article, parts, context)
    response = render(request, "journal/article.html", context)
    if not article.preview and not request.user.has_perm("journal.see_unpublished"):
        response.read_article = article.pk
    return response


def _for_programs(request, article: Article, parts: list[Article], context: dict) -> dict:
    """What everybody may read is told to search engines and where a link to it is shared."""
    photos = [photo.picture for section in context["sections"] for piece in section["pieces"] for photo in piece.photos]
    absolute = request.build_absolute_uri
    data = article_data(article, parts, context["journal"], context["section_name"], absolute)
    return {
        "data": json_ld(data),
        "share": {
            "kind": "article",
            "title": article.title,
            "description": description(article.text.current.html) if article.text.current else "",
            "picture": absolute(_address_of(photos[0])) if photos else "",
            "published_at": article.issue.published_at,
            "section": context["section_name"],
        },
    }


def _address_of(picture: Picture) -> str:
    return reverse("picture", args=[picture.pk, 960])


def _corrections(article: Article, parts: list[Article]) -> list[Correction]:
    """更正 of the article and its parts, the newest first; `signed` holds the signature as printed where it was wrong."""
    rows = {row.pk: row for row in (article, *parts)}
    made = list(Correction.objects.made().filter(article__in=rows).select_related("article").defer("proposed"))
    for row in rows.values():
        row.printed_signature = ""
    for correction in made:  # the oldest last: what was printed first stands
        for erratum in correction.errata:
            if erratum["place"] == "署名":
                rows[correction.article_id].printed_signature = erratum["printed"]
    return made


def _sections(user, article: Article, parts: list[Article]) -> list[dict]:
    """The article's own text and each part's, with anchors that do not collide."""
    rows = [article, *parts]
    htmls = [row.text.current.html if row.text.current else "" for row in rows]
    pictures = pictures_of(htmls, user, preview=bool(article.preview))
    return [
        {
            "article": row,
            "anchor": f"part-{row.pk}" if row is not article else "",
            "pieces": pieces(
                html,
                pictures,
                prefix="s" if row is article else f"p{row.pk}-",
                deeper=0 if row is article else 1,
                ends=row is rows[-1],
            ),
        }
        for row, html in zip(rows, htmls, strict=True)
    ]


def _outline(sections: list[dict]) -> list[tuple[str, str, int]]:
    """(anchor, words, rank): the headings numbered 一、 of the article's own text, then its parts; none for a single one.

    A part's kicker names it in fewer words than its title.
    """
    own, *parts = sections
    lines = _headings(own["pieces"])
    lines += [(part["anchor"], part["article"].kicker or part["article"].title, 1) for part in parts]
    return lines if len(lines) > 1 else []


def _headings(found: list[Piece]) -> list[tuple[str, str, int]]:
    return [(piece.anchor, piece.text, 2) for piece in found if piece.kind == "heading" and piece.rank == 2]


def _neighbours(user, article: Article) -> dict:
    """The articles before and after in the issue's order."""
    if article.issue is None:
        return {"previous": None, "next": None}
    row = articles_of(article.issue, user, preview=bool(article.preview)).toplevel().in_printed_order()
    order = list(row.prefetch_related(None).select_related("section"))
    place = next((number for number, other in enumerate(order) if other.pk == article.pk), None)
    if place is None:
        return {"previous": None, "next": None}
    return {
        "previous": order[place - 1] if place else None,
        "next": order[place + 1] if place + 1 < len(order) else None,
    }
