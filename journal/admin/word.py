"""One article as a Word document in official format, as the print house and leaders ask for it."""

from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

from members.models import Event

from ..editions.word import article_docx, file_name
from ..models import Article

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def article_word_view(model_admin, request, pk):
    article = get_object_or_404(Article.objects.select_related("text__current"), pk=pk)
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    Event.objects.record(request.user, "下载 Word 稿", article)
    return download(article_docx(article), f"{file_name(article.title)}.docx", DOCX)


def download(data: bytes, name: str, media_type: str) -> HttpResponse:
    """Saved by the browser, kept by nobody on the way: what it holds may not be out yet."""
    response = HttpResponse(data, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    patch_cache_control(response, private=True, no_store=True)
    return response
