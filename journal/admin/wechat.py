"""公众号: the article as its editor takes it, to copy with one click; the pictures beside it."""

from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from ..editions import wechat
from ..models import Article


def wechat_view(model_admin, request, pk):
    article = get_object_or_404(Article.objects.select_related("text__current", "issue"), pk=pk)
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    copy = wechat.copy_of(article)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"{article} 公众号",
        "article": article,
        "opts": Article._meta,
        "copy": copy,
        "fields": [
            ("标题", "title", copy.title, wechat.TITLE),
            ("作者", "author", copy.author, wechat.AUTHOR),
            ("摘要", "digest", copy.digest, wechat.DIGEST),
        ],
        "is_public": article.issue is not None and article.issue.is_published and article.access == "public",
    }
    return TemplateResponse(request, "admin/journal/wechat.html", context)
