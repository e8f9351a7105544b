"""校对: what waits, an issue's table, and the page of one article where passages are marked, handed in and put right."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.safestring import mark_safe

from journal.text.blocks import parse
from journal.text.marking import Mark, marked
from members.read_only import ReadOnlyAdmin

from .. import proof_corrections, proof_papers, proof_progress, proofing
from ..comparison import compared
from ..models import Article, Issue, Journal, ProofMark, TextVersion
from ..proof_places import Placed, place_of
from . import proof_papers as papers_page
from .figures import with_images

CHANGES = [("replace", "改成"), ("delete", "删去"), ("remark", "只提意见")]


class MarkForm(forms.Form):
    """One passage marked. Where it stands is told by the script; without it by the words alone."""

    quote = forms.CharField(
        label="原文",
        max_length=500,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="在左边选中文字，会自动填好。",
        error_messages={"required": "请选中或写出有差错的那段文字。", "max_length": "原文请少于 500 字。"},
    )
    error = forms.ChoiceField(
        label="差错类别", choices=ProofMark.Error.choices, error_messages={"required": "请选差错的类别。"}
    )
    change = forms.ChoiceField(label="怎么改", choices=CHANGES, initial="replace", widget=forms.RadioSelect)
    replacement = forms.CharField(
        label="改成",
        required=False,
        max_length=500,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "改成的文字请少于 500 字。"},
    )
    remark = forms.CharField(label="说明", required=False, max_length=300, widget=forms.TextInput)
    block = forms.IntegerField(required=False, widget=forms.HiddenInput)
    offset = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def spotted(self) -> proofing.Spotted:
        return proofing.Spotted(**self.cleaned_data)


class HandInForm(forms.Form):
    stage = forms.ChoiceField(choices=[(kind, kind) for kind in (*proof_progress.STAGES, "")], required=False)
    seen = forms.IntegerField()
    opinion = forms.CharField(required=False, max_length=2000)
    reason = forms.CharField(required=False, max_length=200)


def article_view(model_admin, request, pk):
    """The text as printed with its marks; POST takes one step, named by `act`."""
    article = fetch(request, pk)
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    form = MarkForm(initial={"error": ProofMark.Error.CHARACTER, "change": "replace"})
    typed = {}
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""))
        if act is None:
            messages.error(request, "这一步的内容不完整，没有做。请刷新页面再试。")
            return redirect(request.path)
        form = MarkForm(request.POST) if act in (_mark, _edit) else form
        try:
            told = act(request, article, form)
        except proofing.ProofRefused as refusal:
            messages.error(request, str(refusal))
            typed = request.POST
        else:
            if told:
                messages.success(request, told)
            if told is not None:
                return redirect(request.path)
        article = fetch(request, pk)
    edited = _edited(request, article, form)
    context = page(request, article) | {"form": edited or form, "editing": _number(request, "edit"), "typed": typed}
    return _page(model_admin, request, "proof_article", context)


def _edited(request, article: Article, form: MarkForm) -> MarkForm | None:
    """?edit=7: an own mark in the form, to be changed."""
    if request.method != "GET" or not (pk := _number(request, "edit")):
        return None
    mark = proof_progress.marks_of(article.text).filter(pk=pk, person=request.user, handed_in=False).first()
    if mark is None:
        raise Http404
    change = "replace" if mark.replacement else "remark"
    return MarkForm(
        initial={name: getattr(mark, name) for name in form.fields if name != "change"} | {"change": change}
    )


def _number(request, name: str) -> int | None:
    given = request.POST.get(name) or request.GET.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _own_mark(request, article: Article) -> ProofMark:
    return get_object_or_404(
        ProofMark, pk=_number(request, "mark") or _number(request, "edit"), version__text=article.text
    )


# Each act: what to tell when it is done, None where the form itself says what is wrong. Raises ProofRefused.
def _mark(request, article, form) -> str | None:
    if not request.user.has_perm("journal.proofread", article):
        raise PermissionDenied
    if not form.is_valid():
        return None
    mark = proofing.add_mark(article, request.user, form.spotted())
    return f"已标：{mark}"


def _edit(request, article, form) -> str | None:
    if not form.is_valid():
        return None
    return f"标记已改：{proofing.edit_mark(_own_mark(request, article), request.user, form.spotted())}"


def _remove(request, article, form) -> str:
    mark = _own_mark(request, article)
    told = f"标记已删：{mark}"
    proofing.remove_mark(mark, request.user)
    return told


def _hand_in(request, article, form) -> str:
    given = _parsed(request)
    approval = proofing.hand_in(article, request.user, **given)
    return f"{approval.get_kind_display()}已交，共 {sum(approval.errors.values())} 处。"


def _take_over(request, article, form) -> str:
    return f"已接手，{proofing.take_over(article, request.user)} 处标记现在归您。"


def _read_through(request, article, form) -> str:
    given = _parsed(request)
    del given["reason"], given["stage"]
    proofing.read_through(article, request.user, **given)
    return "已登记通读。"


def _parsed(request) -> dict:
    form = HandInForm(request.POST)
    if not form.is_valid():
        raise proofing.ProofRefused("内容不完整，或者意见超过 2,000 字、原因超过 200 字。请改一下再交。")
    return form.cleaned_data


def _apply(request, article, form) -> str:
    wanted = [int(given) for given in request.POST.getlist("marks") if given.isdecimal() and len(given) < 10]
    applied = proof_corrections.apply(article, request.user, wanted)
    if applied.failed:
        quotes = "、".join(f"“{mark.quote}”" for mark in applied.failed[:3])
        reason = "找不到原文、与另一处重叠，或者只是意见"
        messages.warning(
            request, f"有 {len(applied.failed)} 处没有改（{reason}）：{quotes}。请在文章里手工改，再点“已手工改”。"
        )
    if applied.version is None:
        return ""
    return f"已改 {len(applied.done)} 处，存为第 {applied.version.number} 版（校样改动，审稿记录不变）。"


def _decline(request, article, form) -> str:
    mark = proof_corrections.decline(
        article, request.user, _number(request, "mark") or 0, request.POST.get("reason", "")
    )
    return f"已记不改：{mark}"


def _by_hand(request, article, form) -> str:
    return f"已记手工改过：{proof_corrections.settle_by_hand(article, request.user, _number(request, 'mark') or 0)}"


ACTS: dict[str, Callable] = {
    "mark": _mark,
    "edit": _edit,
    "remove": _remove,
    "hand_in": _hand_in,
    "take_over": _take_over,
    "read_through": _read_through,
    "apply": _apply,
    "decline": _decline,
    "by_hand": _by_hand,
}


def fetch(request, pk) -> Article:
    """404 for those outside the office (STYLE.md 8)."""
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404
    return get_object_or_404(Article.objects.select_related("text__current", "issue", "section"), pk=pk)


def page(request, article: Article) -> dict:
    """What stands on the page: the text with numbered marks, the marks by what is to be done with them."""
    version = article.text.current
    found = proof_progress.progress(article)
    limit = Journal.objects.current().error_rate_limit
    marks = list(proof_progress.marks_of(article.text))
    shown = _shown(marks, version)
    refusal = proofing.objection(request.user, article, found)
    may = request.user.has_perm("journal.proofread", article) and not refusal
    pending = found.pending
    return {
        "title": f"《{article}》校对",
        "article": article,
        "version": version,
        "body": mark_safe(body_with(version.html, shown)),  # noqa: S308  canonical
        "progress": found,
        "stages": stages_of(found, limit),
        "pending": pending,
        "limit": limit,
        "drafts": [one for one in shown if not one.handed_in and one.mark.person_id == request.user.pk],
        "others": [one for one in shown if not one.handed_in and one.mark.person_id != request.user.pk],
        "open": [one for one in shown if one.handed_in],
        "settled": [mark for mark in marks if mark.handed_in and mark.outcome != ProofMark.Outcome.OPEN],
        "may_proofread": may,
        "refusal": refusal or ("" if may else "您的身份不参加校对。"),
        "second_stage": may and proofing.objection(request.user, article, found, reason="") != "",
        "may_take_over": pending is not None
        and pending in found.at_work
        and found.at_work[pending][0] != request.user.pk
        and request.user.has_perm("journal.proofread", article)
        and not proofing.locked(article),
        "may_apply": request.user.has_perm("journal.apply_marks", article) and not proofing.locked(article),
        "may_read_through": found.awaits_read_through
        and request.user.has_perm("journal.proofread", article)
        and not proofing.locked(article),
        "correction": latest_correction(article),
        "recordable": _recordable(request.user, article, found),
    }


def _recordable(user, article: Article, found: proof_progress.Progress):
    """The stage the person may record from paper now; None where there is none."""
    if not user.has_perm("journal.proofread", article) or proof_papers.objection(article, found):
        return None
    return proof_papers.recordable(found)


@dataclass(frozen=True)
class Shown:
    """A mark that is still to be dealt with, its number on the page, and where it stands; None where it is gone."""

    number: int
    mark: ProofMark
    place: Placed | None
    handed_in: bool

    @property
    def where(self) -> str:
        """For a mark that is not numbered in the body."""
        if self.place is None:
            return "现在的正文里找不到原文"
        return "" if self.place.field == "" else "标题、署名、说明"


def _shown(marks: list[ProofMark], version: TextVersion) -> list[Shown]:
    """Marks not yet dealt with, in the order of the text."""
    content = version.content
    before = {mark.version_id: mark.version.content for mark in marks if mark.version_id != version.pk}
    waiting = [mark for mark in marks if not mark.handed_in or mark.outcome == ProofMark.Outcome.OPEN]
    placed = [(place_of(mark, content, before), mark) for mark in waiting]
    placed.sort(key=lambda pair: _order(*pair))
    return [Shown(number, mark, place, mark.handed_in) for number, (place, mark) in enumerate(placed, 1)]


def _order(place: Placed | None, mark: ProofMark) -> tuple:
    """Lines above the text first, then the body, then what is gone."""
    if place is None:
        return (2, 0, 0, mark.pk)
    return (1 if place.field == "" else 0, place.block, place.offset, mark.pk)


def body_with(html: str, marks: list[Shown]) -> str:
    """The body, each block wrapped and numbered for the script, marks numbered in place."""
    by_block: dict[int, list[Mark]] = {}
    for one in marks:
        if one.place is not None and one.place.field == "":
            start, end = one.place.offset, one.place.offset + len(one.mark.quote)
            level = "advice" if one.mark.error == ProofMark.Error.STYLE else "warning"
            by_block.setdefault(one.place.block, []).append(Mark(one.number, level, start, end))
    rows = []
    for index, block in enumerate(parse(html)):
        shown = with_images(block.html) if block.picture is not None else ""
        shown = shown or marked(block.html, block.text, by_block.get(index, []))
        rows.append(f'<div data-block="{index}">{shown}</div>')
    return "\n".join(rows)


def stages_of(found: proof_progress.Progress, limit) -> list[dict]:
    """A line a stage: its label, who and when, errors and rate, and whether the rate is over the limit."""
    return [
        {
            "kind": kind,
            "label": kind.label,
            "approval": found.done.get(kind),
            "errors": found.errors(kind),
            "rate": found.rate(kind),
            "is_over": is_over(kind, found.rate(kind), limit),
            "open": found.open.get(kind, 0),
            "at_work": found.at_work.get(kind, (None, 0))[1] if kind == found.pending else 0,
            "is_pending": kind == found.pending,
        }
        for kind in proof_progress.STAGES
    ]


def is_over(kind, rate: float | None, limit) -> bool:
    """三校 alone is held against the limit; of the others the rate is only told."""
    return kind == proof_progress.COUNTS and rate is not None and rate > limit


def latest_correction(article: Article) -> dict | None:
    """The last 校样改动 beside the version before it."""
    versions = TextVersion.objects.filter(text=article.text)
    version = versions.filter(reason__startswith=proof_corrections.CORRECTION).order_by("-number").first()
    before = versions.filter(number__lt=version.number).order_by("-number").first() if version else None
    if version is None or before is None:
        return None
    return {"version": version, "before": before, "compared": compared(before.content, version.content)}


def paper_view(model_admin, request, pk):
    """A proof that was done on paper, written down."""
    answer = papers_page.view(request, fetch(request, pk))
    return _page(model_admin, request, "proof_paper", answer) if isinstance(answer, dict) else answer


def issue_view(model_admin, request, pk):
    """An issue: article × stage, and the error rate of each against the office's own limit."""
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404
    issue = get_object_or_404(Issue, pk=pk)
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    rows = proof_progress.of_issue(issue)
    limit = Journal.objects.current().error_rate_limit
    context = {
        "title": f"{issue} 校对",
        "issue": issue,
        "rows": [(row, stages_of(row, limit), _told_rate(row, limit)) for row in rows],
        "tallies": [(tally, is_over(tally.kind, tally.rate, limit)) for tally in proof_progress.tallies(rows)],
        "total": len(rows),
        "limit": limit,
        "read": sum(row.read_through is not None for row in rows),
        "waiting": sum(row.open_marks for row in rows),
    }
    return _page(model_admin, request, "proof_issue", context)


def _told_rate(row: proof_progress.Progress, limit) -> dict | None:
    """Of the last proof done."""
    if row.last is None:
        return None
    rate = row.rate(row.last)
    return {
        "rate": rate,
        "label": row.last.label,
        "is_over": is_over(row.last, rate, limit),
        "counts": row.last == proof_progress.COUNTS,
    }


def desk_view(model_admin, request):
    """待我校对, and for editors the articles with marks to deal with."""
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET"])
    rows = proof_progress.in_proof()
    context = {
        "title": "待我校对",
        "mine": proof_progress.awaiting_proof(request.user, rows),
        "marked": proof_progress.awaiting_editor(request.user, rows),
        "issues": Issue.objects.in_the_making(),
    }
    return _page(model_admin, request, "proof_desk", context)


def _page(model_admin, request, name: str, context: dict) -> TemplateResponse:
    base = model_admin.admin_site.each_context(request) | {"opts": ProofMark._meta}
    return TemplateResponse(request, f"admin/journal/{name}.html", base | context)


@admin.register(ProofMark)
class ProofMarkAdmin(ReadOnlyAdmin):
    """Every mark that was handed in: written on the proof page, read here."""

    list_display = ("at", "kind", "piece", "quote", "replacement", "error", "remark", "person", "outcome")
    list_filter = ("kind", "error", "outcome", "at")
    list_select_related = ("version", "person")
    list_per_page = 50
    search_fields = ("version__title", "quote", "replacement", "remark", "person__name")
    search_help_text = "按标题、原文、改法、校对人查找。"
    ordering = ("-at", "-pk")
    actions = None
    fields = ("kind", "piece", "quote", "replacement", "error", "remark", "person", "at")
    fields += ("outcome", "outcome_by", "outcome_reason")

    def get_queryset(self, request):
        """What is not handed in is its proofreader's own."""
        rows = super().get_queryset(request).defer("version__html")
        return proof_progress.with_state(rows).filter(handed_in=True)

    def get_urls(self):
        wrap = self.admin_site.admin_view
        own = [
            path("desk/", wrap(lambda request: desk_view(self, request)), name="journal_proofmark_desk"),
            path(
                "article/<int:pk>/",
                wrap(lambda request, pk: article_view(self, request, pk)),
                name="journal_proofmark_article",
            ),
            path(
                "article/<int:pk>/paper/",
                wrap(lambda request, pk: paper_view(self, request, pk)),
                name="journal_proofmark_paper",
            ),
            path(
                "issue/<int:pk>/",
                wrap(lambda request, pk: issue_view(self, request, pk)),
                name="journal_proofmark_issue",
            ),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="标题", ordering="version__title")
    def piece(self, mark):
        return str(mark.version)
