"""编排: the pool on the left, the issue on the right; every move is a plain form, dragging only fills it in."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from .. import assembly
from ..models import Article, Issue, IssueSection, Section

CHANGED = "这一步的内容不完整，没有做。请刷新页面再试。"


def board_view(model_admin, request, pk):
    issue = get_object_or_404(Issue, pk=pk)
    if not request.user.has_perm("journal.see_unpublished"):
        raise Http404
    if request.method == "POST":
        if not request.user.has_perm("journal.assemble_issue", issue):
            raise PermissionDenied
        anchor = act(request, issue)
        return redirect(f"{reverse('admin:journal_issue_board', args=[issue.pk])}{anchor}")
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "POST"])
    return TemplateResponse(request, "admin/journal/board.html", page(model_admin, request, issue))


class StepForm(forms.Form):
    """One step of assembling. `token` is the order the page was opened with."""

    act = forms.ChoiceField(
        choices=[
            (name, name)
            for name in (
                "place",
                "remove",
                "up",
                "down",
                "columns",
                "column_up",
                "column_down",
                "drop",
                "pages",
                "undo",
            )
        ]
    )
    token = forms.IntegerField()
    article = forms.ModelChoiceField(Article.objects.select_related("issue", "section"), required=False)
    column = forms.ModelChoiceField(IssueSection.objects.select_related("issue", "section"), required=False)
    section = forms.ModelChoiceField(Section.objects.all(), required=False)
    position = forms.IntegerField(required=False, min_value=1)
    columns = forms.CharField(required=False)
    start = forms.IntegerField(required=False, min_value=1, max_value=9999)
    end = forms.IntegerField(required=False, min_value=1, max_value=9999)

    def clean_columns(self):
        words = [word for word in self.cleaned_data["columns"].split(",") if word]
        if not all(word.isdigit() for word in words):
            raise forms.ValidationError(CHANGED)
        return [int(word) for word in words]


def act(request, issue) -> str:
    """Do one posted step and say what happened; returns the anchor to come back to."""
    form = StepForm(request.POST)
    if not form.is_valid():
        messages.error(request, CHANGED)
        return ""
    step, token = form.cleaned_data, form.cleaned_data["token"]
    before = assembly.arrangement(issue)
    try:
        if step["act"] == "undo":
            done = undo(request, issue, token)
        else:
            done = STEPS[step["act"]](issue, request.user, step)
            request.session[undo_key(issue)] = {"token": issue.order_token, "before": before, "done": done}
    except Incomplete:
        messages.error(request, CHANGED)
    except assembly.AssemblyRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    article = step["article"]
    return f"#article-{article.pk}" if article else ""


class Incomplete(Exception):
    """A step without what it needs: a form not made by this page."""


def _needed(step, *names):
    if any(step[name] is None for name in names):
        raise Incomplete
    return [step[name] for name in names]


def place(issue, actor, step) -> str:
    (article,) = _needed(step, "article")
    section = step["section"] or article.section
    was_here = article.issue_id == issue.pk
    assembly.place(article, issue, actor, section=section, position=step["position"], token=step["token"])
    return f"《{article}》已{'移到' if was_here else '编入'}“{article.section}”第 {article.position} 篇。"


def remove(issue, actor, step) -> str:
    (article,) = _needed(step, "article")
    if article.issue_id != issue.pk:
        raise assembly.OrderChanged
    article.issue = issue
    assembly.remove(article, actor, token=step["token"])
    return f"《{article}》已移出，回到待编。"


def shift(by: int):
    def move(issue, actor, step) -> str:
        (article,) = _needed(step, "article")
        if article.issue_id != issue.pk:
            raise assembly.OrderChanged
        siblings = list(assembly.in_section(issue, article.section).values_list("pk", flat=True))
        position = siblings.index(article.pk) + 1 + by
        assembly.place(article, issue, actor, section=article.section, position=position, token=step["token"])
        return f"《{article}》现在是“{article.section}”第 {article.position} 篇。"

    return move


def order_columns(issue, actor, step) -> str:
    assembly.order_sections(issue, step["columns"], actor, token=step["token"])
    return "栏目顺序已经调好。"


def shift_column(by: int):
    def move(issue, actor, step) -> str:
        (column,) = _needed(step, "column")
        ids = list(issue.sections.values_list("pk", flat=True))
        if column.pk not in ids:
            raise assembly.OrderChanged
        index = ids.index(column.pk)
        ids.insert(max(0, min(index + by, len(ids) - 1)), ids.pop(index))
        assembly.order_sections(issue, ids, actor, token=step["token"])
        return f"“{column}”现在是第 {ids.index(column.pk) + 1} 个栏目。"

    return move


def drop(issue, actor, step) -> str:
    (column,) = _needed(step, "column")
    if column.issue_id != issue.pk:
        raise assembly.OrderChanged
    column.issue = issue
    assembly.drop_section(column, actor, token=step["token"])
    return f"空栏目“{column}”已删去。"


def pages(issue, actor, step) -> str:
    row = step["article"] or step["column"]
    if row is None:
        raise Incomplete
    if row.issue_id != issue.pk:
        raise assembly.OrderChanged
    row.issue = issue
    assembly.set_pages(row, actor, start=step["start"], end=step["end"], token=step["token"])
    return f"“{row}”的页码已存：{step['start'] or '—'}～{step['end'] or '—'}。"


STEPS = {
    "place": place,
    "remove": remove,
    "up": shift(-1),
    "down": shift(1),
    "columns": order_columns,
    "column_up": shift_column(-1),
    "column_down": shift_column(1),
    "drop": drop,
    "pages": pages,
}


def undo_key(issue) -> str:
    return f"board.undo.{issue.pk}"


def last_step(request, issue) -> dict | None:
    """This person's last step, while nobody has changed the order since."""
    kept = request.session.get(undo_key(issue))
    return kept if kept and kept["token"] == issue.order_token else None


def undo(request, issue, token) -> str:
    kept = last_step(request, issue)
    if kept is None:
        raise assembly.OrderChanged
    assembly.restore(issue, kept["before"], request.user, token=token)
    del request.session[undo_key(issue)]
    return f"已撤销：{kept['done']}"


def page(model_admin, request, issue) -> dict:
    pool = list(pool_articles())
    placed = list(with_facts(Article.objects.toplevel().filter(issue=issue)).order_by("position", "pk"))
    columns = [
        {"row": row, "articles": [article for article in placed if article.section_id == row.section_id]}
        for row in issue.sections.select_related("section")
    ]
    here = {column["row"].section_id for column in columns}
    may = request.user.has_perm("journal.assemble_issue", issue)
    return {
        **model_admin.admin_site.each_context(request),
        "title": f"{issue} 编排",
        "opts": Issue._meta,
        "issue": issue,
        "columns": columns,
        "placed": len(placed),
        "pool": pool,
        "absent": {article.section_id for article in pool} - here,
        "sections": Section.objects.active(),
        "may_assemble": may and issue.is_open,
        "may_close": request.user.has_perm("journal.close_issue", issue),
        "may_publish": request.user.has_perm("journal.publish_issue", issue),
        "last_step": last_step(request, issue) if may and issue.is_open else None,
        "wanted": request.GET.get("article", ""),
    }


def with_facts(articles):
    """With what a row of the board shows; the number of queries does not grow with the rows."""
    return (
        articles.select_related("section", "text__current")
        .defer("text__current__html")
        .prefetch_related("bylines")
        .annotate(
            part_count=Count("parts", distinct=True),
            picture_count=Count("text__current__pictures", distinct=True),
        )
    )


def pool_articles():
    return with_facts(Article.objects.unplaced()).order_by("section__position", "pk")
