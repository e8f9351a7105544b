"""Articles by column, by unit and by author."""

from collections import Counter

from django.core.paginator import Paginator
from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from journal import search
from journal.models import Author, Section
from members.models import Unit

from .access import reader_page

PER_PAGE = 30
LATEST = 2


@reader_page(parameters=())
def sections(request):
    articles = search.readable_by(request.user).toplevel().order_by()
    counts = Counter(articles.values_list("section", flat=True))
    newest = Window(
        RowNumber(),
        partition_by="section",
        order_by=[F("issue__year").desc(), F("issue__number").desc(), F("position").asc()],
    )
    latest: dict[int, list] = {}
    for article in articles.annotate(place=newest).filter(place__lte=LATEST).order_by("place").select_related("issue"):
        latest.setdefault(article.section_id, []).append(article)
    rows = [(section, counts[section.pk], latest.get(section.pk, ())) for section in Section.objects.active()]
    return render(request, "journal/sections.html", {"rows": rows})


@reader_page(parameters=("page",))
def section(request, pk):
    section = get_object_or_404(Section, pk=pk)
    articles = search.readable_by(request.user).toplevel().filter(section=section)
    return _listed(request, articles, {"section": section, "heading": section.name, "dek": section.description})


@reader_page(parameters=("page",))
def unit(request, pk):
    unit = get_object_or_404(Unit.objects.select_related("merged_into"), pk=pk)
    if unit.merged_into:
        return HttpResponsePermanentRedirect(_unit_address(unit.merged_into))
    signed = unit.bylines.model.objects.filter(unit__in=[unit.pk, *unit.merged_units.values_list("pk", flat=True)])
    articles = search.readable_by(request.user).filter(pk__in=signed.values("article"))
    dek = unit.name if unit.short_name and unit.short_name != unit.name else ""
    return _listed(request, articles, {"heading": str(unit), "dek": dek, "kind": "作者单位"}, must_have=True)


@reader_page(parameters=("page",))
def author(request, pk):
    author = get_object_or_404(Author.objects.select_related("unit"), pk=pk)
    articles = search.readable_by(request.user).filter(pk__in=author.bylines.values("article"))
    context = {"heading": author.name, "dek": author.note, "kind": "作者", "unit": author.unit}
    return _listed(request, articles, context, must_have=True)


def _listed(request, articles, context: dict, *, must_have=False):
    """A page of articles, newest issue first. An unknown name and one without anything to read look alike."""
    ordered = search.newest_first(articles).select_related("issue", "section", "parent").prefetch_related("bylines")
    page = Paginator(ordered, PER_PAGE).get_page(request.GET.get("page"))
    if must_have and not page.paginator.count:
        raise Http404("nothing to read")
    return render(request, "journal/list.html", context | {"page": page, "total": page.paginator.count})


def _unit_address(unit: Unit) -> str:
    return reverse("unit", args=[unit.pk])
