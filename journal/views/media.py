"""Files of the reader's pages: generated covers, pictures in three widths and two kinds, QR codes. Each asks for the right to it."""

import io

import segno
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_cache_control

from journal import covers, pictures
from journal.models import Access, Article, Issue, Journal, Picture

from .access import Withdrawn, open_article, open_issue, reader_page, taken_down

DAY = 24 * 3600
YEAR = 365 * DAY
SHARED = 300


@reader_page(parameters=())
def cover(request, year, number):
    issue = open_issue(request.user, year, number)
    journal = Journal.objects.current()
    printed = getattr(issue, "imprint", None)
    lettering = covers.lettering_of(journal, printed, issue.theme)
    svg = covers.draw(issue.year, issue.number, issue.serial_number, lettering)
    response = HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")
    return _kept(response, public=_is_public(issue))


@reader_page(parameters=())
def article_qr(request, pk):
    article, *_ = open_article(request.user, pk)
    buffer = io.BytesIO()
    address = request.build_absolute_uri(article.get_absolute_url())
    segno.make(address, error="m").save(buffer, kind="svg", border=2, scale=4, dark="#1e1a17", light="#fff")
    response = HttpResponse(buffer.getvalue(), content_type="image/svg+xml")
    return _kept(response, public=not article.preview and article.access == Access.PUBLIC)


@reader_page(kept=False)
def picture(request, pk, width, kind="jpg"):
    if width not in pictures.WIDTHS or kind not in pictures.KINDS:
        raise Http404("no such width or kind")
    everybody = Picture.objects.visible_to(AnonymousUser()).filter(pk=pk).first()
    picture = everybody or _own_or_internal(request.user, pk)
    etag = pictures.etag(picture, width, kind)
    if everybody and request.headers.get("If-None-Match") == etag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        try:
            data = pictures.derivative(picture, width, kind).read_bytes()
        except pictures.Unreadable as error:
            raise Http404(str(error)) from error
        answer = HttpResponse(data, content_type=pictures.KINDS[kind])
    answer["ETag"] = etag
    return _kept(answer, public=everybody is not None, seconds=YEAR)


def _own_or_internal(user, pk: int) -> Picture:
    """A picture that is not for everybody: for members, for who uploaded it, for the office once it was handed in."""
    if not user.is_authenticated:
        raise taken_down_picture(user, pk) or Http404("not for everybody")
    allowed = Picture.objects.visible_to(user).filter(pk=pk).first()
    if allowed:
        return allowed
    office = pictures.in_the_office() if user.has_perm("journal.see_unpublished") else Picture.objects.none()
    candidate = (office | Picture.objects.filter(uploaded_by=user)).filter(pk=pk).first()
    if candidate is None:
        raise taken_down_picture(user, pk) or Http404("not for this person")
    return candidate


def taken_down_picture(user, pk: int) -> Withdrawn | None:
    """The refusal of a picture whose article was withdrawn, for a person who might have read it."""
    shown = Article.objects.filter(text__current__pictures=pk).came_out().exclude(access=Access.UNDECIDED)
    if not getattr(user, "is_member", False):
        shown = shown.filter(access=Access.PUBLIC)
    for article in shown.select_related("issue").order_by("pk"):
        if told := taken_down(article):
            return Withdrawn("这张照片", told.reason, told.issue)
    return None


def _is_public(issue: Issue) -> bool:
    return not issue.preview and issue.access == Access.PUBLIC


def _kept(response, *, public: bool, seconds: int = DAY):
    """What everybody may see may stay in a browser for so long, and for SHARED seconds in a cache between, since it may
    be withdrawn; nothing of the rest."""
    if public:
        patch_cache_control(response, public=True, max_age=seconds, s_maxage=SHARED)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response
