"""版本: what was changed when and why, two versions beside each other, an older one restored, the reviews done anew."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.safestring import mark_safe

from .. import presence, versions
from ..comparison import chosen, compared
from ..models import Approval, Article, Journal, Text, TextVersion
from .figures import with_images
from .locking import lock_reason

KIND_CHOICES = [("1", "校样改动（标点、错字，三审仍有效）"), ("0", "实质改动（三审和保密审查要重新办理）")]


class RestoreForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="为什么恢复",
        max_length=80,
        error_messages={"required": "请写明为什么恢复，同事会在版本里看到。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_proof = forms.TypedChoiceField(
        label="这次改动是",
        choices=KIND_CHOICES,
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": "请选这次是校样改动还是实质改动。"},
    )


class ReviewForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    passed = forms.TypedChoiceField(
        label="决定",
        choices=[("1", "通过"), ("0", "不通过，请编辑再改")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": "请先选通过，或者不通过。"},
    )
    opinion = forms.CharField(
        label="意见",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请写下审稿意见。"},
    )
    reason = forms.CharField(label="一人多岗的原因", max_length=200, required=False)


def urls(model_admin) -> list:
    def page(view):
        return model_admin.admin_site.admin_view(lambda request, **words: view(model_admin, request, **words))

    return [
        path("<int:pk>/versions/", page(versions_view), name="journal_article_versions"),
        path("<int:pk>/versions/<int:number>/restore/", page(restore_view), name="journal_article_restore"),
        path("<int:pk>/reviews/", page(reviews_view), name="journal_article_reviews"),
        path("texts/<int:text_id>/open/", page(presence_view), name="journal_text_open"),
    ]


def fetch(request, pk) -> Article:
    """The article for the office; 404 for everybody else."""
    article = get_object_or_404(Article.objects.select_related("issue", "text", "parent"), pk=pk)
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404("没有这篇文章。")
    return article


def versions_view(model_admin, request, pk):
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    article = fetch(request, pk)
    editable = request.user.has_perm("journal.change_article") and not lock_reason(article)
    context = page_of_text(article.text, request.GET) | {
        **model_admin.admin_site.each_context(request),
        "title": f"《{article}》的版本",
        "opts": Article._meta,
        "article": article,
        "editable": editable,
        "missing": versions.missing_reviews(article),
    }
    return TemplateResponse(request, "admin/journal/versions.html", context)


def page_of_text(text: Text, asked) -> dict:
    """Every version of a text, newest first, with what stands on it; and the two asked for (old, new) compared.

    asked: GET words old and new (numbers), all=1 for unchanged paragraphs too. Without them: the last change.
    """
    rows = list(text.versions.select_related("author").defer("html").order_by("-number"))
    decisions: dict[int, list[Approval]] = {}
    for approval in Approval.objects.on(text).select_related("person").order_by("at", "pk"):
        decisions.setdefault(approval.version_id, []).append(approval)
    standing = {approval.pk for approval in versions.standing(text).values()}
    listed = [
        {
            "version": version,
            "is_current": version.pk == text.current_id,
            "kind": versions.told_kind(version.substantive) if version.number > 1 else "",
            "approvals": [(approval, approval.pk in standing) for approval in decisions.get(version.pk, [])],
        }
        for version in rows
    ]
    old, new = chosen(asked, [version.number for version in rows])
    show_all = asked.get("all") == "1"
    context = {"text": text, "listed": listed, "old_number": old, "new_number": new, "show_all": show_all}
    if old != new:
        sides = {version.number: version for version in text.versions.filter(number__in=(old, new))}
        context |= {"old": sides[old], "new": sides[new]} | compared(sides[old].content, sides[new].content, show_all)
    return context


def restore_view(model_admin, request, pk, number):
    """What would change, a reason, and the version restored as a new one."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    article = fetch(request, pk)
    if not request.user.has_perm("journal.change_article"):
        raise PermissionDenied("您的身份不改文章，这一步没有做。")
    wanted = get_object_or_404(TextVersion, text=article.text_id, number=number)
    form = RestoreForm(request.POST or None, initial={"seen": article.text.current_id})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            version = versions.restore(
                article,
                wanted,
                request.user,
                seen=asked["seen"],
                reason=asked["reason"],
                substantive=not asked["is_proof"],
            )
        except versions.VersionRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, f"已恢复第 {number} 版的文字，存为第 {version.number} 版。原来的各版都还在。")
            return redirect("admin:journal_article_versions", article.pk)
    current = Text.objects.select_related("current").get(pk=article.text_id).current
    context = compared(current.content, wanted.content) | {
        **model_admin.admin_site.each_context(request),
        "title": f"恢复第 {number} 版",
        "opts": Article._meta,
        "article": article,
        "form": form,
        "current": current,
        "wanted": wanted,
        "lock_reason": lock_reason(article),
        "at_stake": versions.at_stake(article.text),
    }
    return TemplateResponse(request, "admin/journal/versions_restore.html", context)


def reviews_view(model_admin, request, pk):
    """重审: what was changed since the reviews, and the next of them done on the text as it is now."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    article = fetch(request, pk)
    text = Text.objects.select_related("current").get(pk=article.text_id)
    form = ReviewForm(request.POST or None, initial={"seen": text.current_id})
    if request.method == "POST":
        if not request.user.is_reviewer:
            raise PermissionDenied("您的身份不参加审稿，这一步没有做。")
        if form.is_valid() and (answer := _try_to_review(request, article, form)):
            return answer
        text = Text.objects.select_related("current").get(pk=article.text_id)
    reviewed = Approval.objects.on(text).filter(kind__in=Approval.REVIEWS, decision=Approval.Decision.PASSED)
    last = reviewed.select_related("version").order_by("at", "pk").last()
    missing = versions.missing_reviews(article)
    # A person who holds another stage is asked for the reason, in the small office; the stage itself must be theirs.
    refusal = versions.objection(article, request.user, reason="一人多岗" if _small_office() else "")
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"《{article}》重审",
        "opts": Article._meta,
        "article": article,
        "version": text.current,
        "body": mark_safe(with_images(text.current.html)),  # noqa: S308  canonical
        "missing": missing,
        "stage": missing[0] if missing else None,
        "holder": versions.REVIEW_ROLES[missing[0]].label if missing else "",
        "refusal": refusal,
        "asks_reason": not refusal and bool(versions.objection(article, request.user)),
        "approvals": Approval.objects.on(text).select_related("person", "version").defer("version__html"),
        "form": form,
        "typed": form.data.get("opinion", "") if form.is_bound else "",
        "last": last.version if last else None,
    }
    if last is not None and last.version_id != text.current_id:
        context |= compared(last.version.content, text.current.content)
    return TemplateResponse(request, "admin/journal/versions_reviews.html", context)


def _small_office() -> bool:
    return Journal.objects.current().small_office


def _try_to_review(request, article: Article, form: ReviewForm):
    """Redirect after a review; None when it was refused, with the reason as a message and the words kept."""
    asked = form.cleaned_data
    try:
        approval = versions.review(article, request.user, **asked)
    except versions.VersionRefused as refused:
        messages.error(request, str(refused))
        return None
    left = versions.missing_reviews(article)
    onward = f"下一步：{left[0].label}。" if left else "三审都有效了。"
    messages.success(request, f"《{article}》{approval}，已记下。{onward}")
    return redirect("admin:journal_article_reviews", article.pk)


def presence_view(model_admin, request, text_id):
    """A heartbeat of an open page: POST doing (presence.LABELS) → JSON {others: [“某某 正在改”]}. A text is in the office from its handing in on."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perm("journal.see_unpublished") or not Text.objects.filter(pk=text_id).exists():
        raise Http404("没有这篇文字。")
    others = presence.beat(text_id, request.user, request.POST.get("doing", ""))
    return JsonResponse({"others": [seen.told for seen in others]})


class Unconfirmed(Exception):
    """The content of an approved text would change, and nobody has seen the difference and said of what kind it is."""

    def __init__(self, article: Article, text: Text, content):
        self.article, self.text, self.content = article, text, content
        super().__init__("The change of an approved text has not been confirmed.")


def change_kind(request, article: Article, text: Text, content) -> bool:
    """Whether the change is substantive, as the person said after seeing it. Raises Unconfirmed where that is open."""
    if text.current is None or text.current.digest == content.digest or not versions.at_stake(text):
        return True
    said = request.POST.get("change_kind")
    if request.POST.get("confirmed") != content.digest or said not in ("0", "1"):
        raise Unconfirmed(article, text, content)
    return said == "0"


def confirm_view(model_admin, request, asked: Unconfirmed):
    """What was changed, shown before it is saved: proof correction or substantive, signed by who saves it."""
    own = {"csrfmiddlewaretoken", "change_kind", "confirmed", "reason"}
    current = Text.objects.select_related("current").get(pk=asked.text.pk).current
    context = compared(current.content, asked.content) | {
        **model_admin.admin_site.each_context(request),
        "title": "看过改动，再保存",
        "opts": Article._meta,
        "article": Article.objects.get(pk=asked.article.pk),
        "current": current,
        "digest": asked.content.digest,
        "at_stake": versions.at_stake(asked.text),
        "reason": request.POST.get("reason", ""),
        "kinds": KIND_CHOICES,
        "typed": [(name, value) for name, values in request.POST.lists() if name not in own for value in values],
        "unchosen": "confirmed" in request.POST and "change_kind" not in request.POST,
    }
    return TemplateResponse(request, "admin/journal/versions_confirm.html", context)
