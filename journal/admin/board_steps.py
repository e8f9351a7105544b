"""One step of assembling: parse what was posted, call the verb, say what happened, and what a refused person meant."""

from dataclasses import dataclass

from django import forms

from .. import assembly, order
from ..models import Article, Issue, IssueSection, OrderStep, Section

CHANGED = "这一步的内容不完整，没有做。请刷新页面再试。"
ACTS = (
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


class StepForm(forms.Form):
    """One step of assembling. `token` is the order the page was opened with."""

    act = forms.ChoiceField(choices=[(name, name) for name in ACTS])
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


def parsed(posted) -> StepForm:
    """The form of what was posted. A plain button sends all it means in one value: do=up:article:12."""
    data = posted.copy()
    act, _, subject = posted.get("do", "").partition(":")
    if act:
        kind, _, pk = subject.partition(":")
        data["act"] = act
        if kind in ("article", "column"):
            data[kind] = pk
    return StepForm(data)


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
        raise order.OrderChanged
    article.issue = issue
    assembly.remove(article, actor, token=step["token"])
    return f"《{article}》已移出，回到待编。"


def shift(by: int):
    def move(issue, actor, step) -> str:
        (article,) = _needed(step, "article")
        if article.issue_id != issue.pk:
            raise order.OrderChanged
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
            raise order.OrderChanged
        index = ids.index(column.pk)
        ids.insert(max(0, min(index + by, len(ids) - 1)), ids.pop(index))
        assembly.order_sections(issue, ids, actor, token=step["token"])
        return f"“{column}”现在是第 {ids.index(column.pk) + 1} 个栏目。"

    return move


def drop(issue, actor, step) -> str:
    (column,) = _needed(step, "column")
    if column.issue_id != issue.pk:
        raise order.OrderChanged
    column.issue = issue
    assembly.drop_section(column, actor, token=step["token"])
    return f"空栏目“{column}”已删去。"


def pages(issue, actor, step) -> str:
    row = step["article"] or step["column"]
    if row is None:
        raise Incomplete
    if row.issue_id != issue.pk:
        raise order.OrderChanged
    row.issue = issue
    assembly.set_pages(row, actor, start=step["start"], end=step["end"], token=step["token"])
    if step["start"] is None and step["end"] is None:
        return f"“{row}”不再手填页码，按排版的算。"
    return f"“{row}”的页码已存：{step['start'] or '—'}～{step['end'] or '—'}。"


def undo(issue, actor, step) -> str:
    return f"已撤销：{order.undo(issue, actor, token=step['token'])}。"


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
    "undo": undo,
}


@dataclass(frozen=True)
class Refused:
    """A step that came too late. meant: what the person wanted; changes: what colleagues did since; obstacle: why it
    makes no sense any more, empty where it can be offered again; fields: the step's own values for that offer."""

    meant: str
    changes: list[OrderStep]
    obstacle: str
    fields: dict[str, object]


def refused(issue: Issue, actor, step: dict) -> Refused:
    """What to tell a person whose step was refused because the order had changed."""
    fields = {name: step[name] for name in ("act", "position", "start", "end") if step[name] is not None}
    fields |= {name: step[name].pk for name in ("article", "column", "section") if step[name] is not None}
    if step["columns"]:
        fields["columns"] = ",".join(map(str, step["columns"]))
    return Refused(
        _meant(issue, step), order.changes_since(issue, step["token"], actor), _obstacle(issue, step), fields
    )


def _meant(issue: Issue, step: dict) -> str:
    article, column = step["article"], step["column"]
    if step["act"] == "place" and article:
        verb = "移到" if article.issue_id == issue.pk else "编入"
        return f"把《{article}》{verb}“{step['section'] or article.section}”{_where(issue, step)}"
    if step["act"] == "pages":
        return f"把“{article or column}”的页码改为 {step['start'] or '—'}～{step['end'] or '—'}"
    told = {
        "remove": f"把《{article}》移出，回到待编",
        "up": f"把《{article}》上移一位",
        "down": f"把《{article}》下移一位",
        "column_up": f"把栏目“{column}”上移一位",
        "column_down": f"把栏目“{column}”下移一位",
        "drop": f"删去空栏目“{column}”",
        "columns": "调整栏目顺序",
        "undo": "撤销上一步",
    }
    return told.get(step["act"], "")


def _where(issue: Issue, step: dict) -> str:
    """The place as the order is now: the neighbour tells more than a number that others have shifted."""
    position, section = step["position"], step["section"] or step["article"].section
    if position is None:
        return "最后"
    siblings = list(assembly.in_section(issue, section).exclude(pk=step["article"].pk))
    if position > len(siblings):
        return f"第 {len(siblings) + 1} 篇（最后）"
    return f"第 {position} 篇（现在是排在《{siblings[position - 1]}》前面）"


def _obstacle(issue: Issue, step: dict) -> str:
    article, column, act = step["article"], step["column"], step["act"]
    if act == "undo":
        return "同事在您之后调整过，您的步骤不能再撤销。请直接移动。"
    if act == "columns":
        same = set(step["columns"]) == set(issue.sections.values_list("pk", flat=True))
        return "" if same else "本期的栏目已经变了，请按现在的栏目再排。"
    if article is not None:
        if act == "place" and article.issue_id is None:
            return f"《{article}》已经撤下。" if article.withdrawn_at else ""
        return "" if article.issue_id == issue.pk else f"《{article}》已经不在这一期了。"
    if column is not None and column.issue_id == issue.pk:
        return ""
    return "要调整的栏目已经不在这一期了。"
