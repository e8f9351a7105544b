"""Feeds, sitemaps and robots.txt as pages."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from journal import feeds
from journal.models import Journal, Section

from .access import reader_page

_ATOM = "application/atom+xml; charset=utf-8"
_XML = "application/xml; charset=utf-8"


@reader_page(parameters=())
def journal_feed(request):
    journal = Journal.objects.current()
    feed = feeds.atom(
        journal.name,
        reverse("home"),
        feeds.public_articles(),
        absolute=request.build_absolute_uri,
        sponsor=journal.sponsor,
    )
    return HttpResponse(feed, content_type=_ATOM)


@reader_page(parameters=())
def section_feed(request, pk):
    section = get_object_or_404(Section, pk=pk)
    journal = Journal.objects.current()
    feed = feeds.atom(
        f"{journal.name} · {section.name}",
        section.get_absolute_url(),
        feeds.public_articles().filter(section=section),
        absolute=request.build_absolute_uri,
        sponsor=journal.sponsor,
    )
    return HttpResponse(feed, content_type=_ATOM)


@reader_page(parameters=())
def sitemap_index(request):
    return HttpResponse(feeds.sitemap_index(absolute=request.build_absolute_uri), content_type=_XML)


@reader_page(parameters=())
def sitemap(request, part):
    found = feeds.sitemap(part, absolute=request.build_absolute_uri)
    if found is None:
        raise Http404("no such part")
    return HttpResponse(found, content_type=_XML)


@reader_page(parameters=())
def robots(request):
    text = feeds.robots(absolute=request.build_absolute_uri)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
