"""汇编: choose pieces by column, unit, years, words; look at what 脱敏 replaces; take the book out as Word or PDF."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import reverse

from journal.text.masking import Found
from members.models import Unit

from .. import compilation
from ..compilation import Book, CompilationRefused, Selection
from ..editions.compiled_word import compiled_docx
from ..editions.pdf.compiled import compiled_pdf
from ..editions.word import file_name
from ..models import Article, DesensitisedTerm, Section
from .word import DOCX, download

_TITLE = "文章汇编"


class SelectionForm(forms.Form):
    query = forms.CharField(label="文中有", required=False, max_length=100)
    section = forms.ModelChoiceField(Section.objects.all(), label="栏目", required=False, empty_label="全部")
    unit = forms.ModelChoiceField(Unit.objects.all(), label="作者单位", required=False, empty_label="全部")
    since = forms.IntegerField(label="从哪一年", required=False, min_value=1949, max_value=9999)
    until = forms.IntegerField(label="到哪一年", required=False, min_value=1949, max_value=9999)

    def selection(self) -> Selection:
        """What was asked for; a field that cannot be read narrows nothing and shows its error."""
        self.is_valid()
        given = self.cleaned_data
        section, unit = given.get("section"), given.get("unit")
        return Selection(
            given.get("query") or "",
            section.pk if section else None,
            unit.pk if unit else None,
            given.get("since"),
            given.get("until"),
        )


def compilation_address(ids: Iterable[int]) -> str:
    query = urlencode({"ids": ",".join(map(str, ids))})
    return f"{reverse('admin:journal_article_compilation')}?{query}"


def compilation_view(model_admin, request):
    """GET finds pieces; POST previews 脱敏 or gives the file out."""
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404
    if request.method == "POST":
        return _taken(model_admin, request)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "POST"])
    form = SelectionForm(request.GET or None)
    chosen = _numbers(request.GET.get("ids", "").split(","))
    selection = form.selection() if request.GET and not chosen else Selection()
    if chosen:
        found = compilation.choosable(request.user).filter(pk__in=chosen).in_printed_order()
    else:
        found = compilation.select(request.user, selection) if selection else Article.objects.none()
    shown = {"form": form, "found": found, "title": _named(form, selection), "asked": bool(request.GET)}
    return _page(model_admin, request, **shown)


def _taken(model_admin, request):
    post = request.POST
    ids = _numbers(post.getlist("ids"))
    title, is_masked = post.get("title", ""), post.get("masked") == "1"
    shown = set(post.getlist("shown"))
    excluded = shown - set(post.getlist("mask"))
    report: list[Found] = []
    refusal = ""
    try:
        book = compilation.book_of(request.user, ids, title)
        if is_masked:
            book, report = compilation.masked(book, excluded)
        # Nothing masked leaves the house before a person has seen what was replaced.
        if post.get("do") in compilation.FORMATS and (not is_masked or "seen" in post):
            return _file(request, book, post["do"])
    except CompilationRefused as refused:
        refusal = str(refused)
    known = {one.term.words for one in report}
    return _page(
        model_admin,
        request,
        form=SelectionForm(),
        found=compilation.choosable(request.user).filter(pk__in=ids).in_printed_order(),
        title=title,
        asked=True,
        is_masked=is_masked,
        report=report,
        excluded=sorted(excluded - known),
        seen=is_masked and not refusal,
        refusal=refusal,
    )


def _file(request, book: Book, form: str) -> HttpResponse:
    data = compiled_docx(book) if form == "docx" else compiled_pdf(book).pdf
    compilation.record(request.user, book, form)
    name = f"{file_name(book.title)}{'（脱敏）' if book.is_masked else ''}.{form}"
    return download(data, name, DOCX if form == "docx" else "application/pdf")


def _page(model_admin, request, *, found, **shown) -> TemplateResponse:
    articles = found.select_related("issue", "section", "text__current").prefetch_related("bylines")
    articles = articles.defer("text__current__html")[: compilation.MOST + 1]
    rows = list(articles)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": Article._meta,
        "articles": rows[: compilation.MOST],
        "too_many": len(rows) > compilation.MOST,
        "most": compilation.MOST,
        "may_list": request.user.has_perm("journal.view_desensitisedterm"),
        **shown,
        "book_title": shown["title"],
        "title": "汇编",
    }
    return TemplateResponse(request, "admin/journal/compilation.html", context)


def _named(form: SelectionForm, selection: Selection) -> str:
    """A title for the book that says what was chosen."""
    if not selection:
        return _TITLE
    given = form.cleaned_data
    years = "—".join(str(year) for year in dict.fromkeys((selection.since, selection.until)) if year)
    parts = [str(given[name]) for name in ("section", "unit") if given.get(name)]
    return "".join([f"{years}年" if years else "", *parts, f"“{selection.query}”" if selection.query else "", _TITLE])


def _numbers(values: Iterable[str]) -> list[int]:
    """The ids among what came; what is none counts for nothing."""
    return list(
        dict.fromkeys(int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 10)
    )


@admin.register(DesensitisedTerm)
class DesensitisedTermAdmin(admin.ModelAdmin):
    list_display = ("words", "kind", "note", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("words", "note")
    search_help_text = "按词、说明查找。"
    actions = None
