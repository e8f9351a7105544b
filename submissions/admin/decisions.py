"""The decision box: what a reviewer fills in, parsed; the verbs of submissions.workflow decide."""

from datetime import timedelta

from django import forms
from django.db import transaction
from django.utils import timezone

from journal import signed
from journal.admin.scan_field import scan_field

from .. import letters, workflow
from ..grounds import Grounds
from ..models import Letter, Submission
from ..paper import Paper
from ..points import Point, from_form, problem, told
from ..states import Stage

PASS, RETURN, REJECT = "pass", "return", "reject"
LABELS = {PASS: "通过", RETURN: "退回修改", REJECT: "退稿"}
PAPER_FIELDS = ("signer", "signed_on", "scan", "paper_reason")


def choices_of(stage: str) -> list[tuple[str, str]]:
    """The three decisions, the first named by where it leads."""
    onward = {Stage.FIRST: "通过，转复审", Stage.SECOND: "通过，转终审", Stage.FINAL: "通过，录用"}[Stage(stage)]
    return [(PASS, onward), (RETURN, "退回修改"), (REJECT, "退稿")]


def letter_kind(decision: str, stage: str) -> Letter.Kind | None:
    """The letter a decision sends; passing a stage before the last sends none."""
    if decision == PASS:
        return Letter.Kind.ACCEPT if stage == Stage.FINAL else None
    return {RETURN: Letter.Kind.RETURN, REJECT: Letter.Kind.REJECT}[decision]


def _line(label: str, length: int, **attrs) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=length, widget=forms.TextInput(attrs=attrs))


class DecisionForm(forms.Form):
    """Carries the state, stage and version the page was opened with, so that a colleague's decision is noticed.

    `on_paper`: the actor may only record what somebody else signed. The points are rows of equal names beside the
    fields: `point_quote`, `point_words`.
    """

    seen = forms.CharField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label="决定",
        choices=list(LABELS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "请先选一个决定：通过、退回修改，或者退稿。"},
    )
    opinion = forms.CharField(
        label="意见",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="总的看法写在这里；要改的地方一处一处列在下面。",
    )
    due_on = forms.DateField(
        label="交回期限",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "交回期限不是日期。请写成 2026-12-05 这样。"},
    )
    taking_over = _line("接手的原因", 200, placeholder="例如：原经办人出差")
    second_stage = _line("一人多岗的原因", 200, placeholder="例如：编辑部只有两人，主任空缺")
    signer = _line("签字人", 60, autocomplete="off")
    signed_on = forms.DateField(
        label="签字日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "签字日期不是日期。请写成 2026-12-05 这样。"},
    )
    scan = scan_field()
    paper_reason = _line("为什么补录", 200, placeholder="例如：主编在清样上签字，没有登录")
    letter = forms.CharField(
        label="给作者的通知", required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 9})
    )
    letter_edited = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, submission: Submission, on_paper: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.submission = submission
        self.on_paper = on_paper
        self.fields["decision"].choices = choices_of(submission.stage)
        self.initial.setdefault("seen", seen_mark(submission))
        self.initial.setdefault("due_on", timezone.localdate() + timedelta(days=workflow.RETURN_DAYS))

    @property
    def points(self) -> list[Point]:
        """The points as posted, empty rows left out."""
        if not self.is_bound:
            return []
        return from_form(self.data.getlist("point_quote"), self.data.getlist("point_words"))

    def clean_opinion(self):
        return one_line_ending(self.cleaned_data["opinion"])

    def clean_letter(self):
        return one_line_ending(self.cleaned_data["letter"])

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on and due_on < timezone.localdate():
            raise forms.ValidationError("交回期限已经过去了，请改成今天以后的日期。")
        return due_on

    def clean(self):
        cleaned = super().clean()
        decision = cleaned.get("decision")
        if decision and not cleaned.get("opinion", "").strip() and not (decision == RETURN and self.points):
            wanted = {
                PASS: "请写下审稿意见，再通过。",
                RETURN: "请写下要改什么，作者才好动手。",
                REJECT: "请写下退稿的理由。",
            }
            self.add_error("opinion", wanted[decision])
        if decision == RETURN and (wrong := problem(self.points)):
            self.add_error(None, wrong)
        if self.is_on_paper:
            for name in PAPER_FIELDS:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, f"补录要填“{self.fields[name].label}”。")
        return cleaned

    @property
    def is_on_paper(self) -> bool:
        """Whether this is a review that was signed outside: all a colleague may record, or any of its fields filled."""
        return self.on_paper or any(self.cleaned_data.get(name) for name in PAPER_FIELDS)

    @property
    def letter_body(self) -> str:
        """The letter as changed by hand; empty when the composed one goes out."""
        return self.cleaned_data["letter"].strip() if self.cleaned_data["letter_edited"] else ""


def one_line_ending(text: str) -> str:
    """Browsers send every line break as two characters; letters and opinions keep one."""
    return text.replace("\r\n", "\n")


def seen_mark(submission: Submission) -> str:
    """What the page showed: state, stage and version as one word."""
    return f"{submission.state}.{submission.stage}.{submission.text.current_id}"


@transaction.atomic
def decide(submission: Submission, actor, form: DecisionForm) -> str:
    """Call the verb of a valid form; the message says what happened.

    Raises workflow.Refused, PermissionDenied, signed.SheetRefused; nothing is kept then, not the scan either.
    """
    if form.cleaned_data["seen"] != seen_mark(submission):
        raise workflow.Stale
    decision, opinion, points = form.cleaned_data["decision"], form.cleaned_data["opinion"], form.points
    title = submission.text.current.title
    act = {"letter_body": form.letter_body, "by": grounds_of(form, actor)}
    if decision == PASS:
        workflow.pass_review(submission, actor, opinion=told(opinion, points), **act)
        said = f"《{title}》已通过，现在{submission.label}。{_told_of_parts(submission)}"
    elif decision == RETURN:
        due_on = form.cleaned_data["due_on"]
        workflow.return_for_changes(submission, actor, opinion=opinion, points=points, due_on=due_on, **act)
        said = f"《{title}》已退回修改，{submission.due_on:%-m月%-d日}前交回。"
    else:
        workflow.reject(submission, actor, opinion=told(opinion, points), **act)
        said = f"《{title}》已退稿。"
    return said + _told_of_letter(submission)


def grounds_of(form: DecisionForm, actor) -> Grounds:
    """How the decision came about, the scan kept. Raises signed.SheetRefused."""
    facts = form.cleaned_data
    paper = None
    if form.is_on_paper:
        sheet = signed.store_sheet(facts["scan"], facts["scan"].name, actor)
        paper = Paper(facts["signer"], facts["signed_on"], sheet, facts["paper_reason"])
    return Grounds(taking_over=facts["taking_over"], second_stage=facts["second_stage"], paper=paper)


def _told_of_letter(submission: Submission) -> str:
    letter = submission.letters.filter(kind__in=letters.DECISIONS).order_by("at", "pk").last()
    if letter is None or letter.kind != _letter_of(submission):
        return ""
    if letter.delivery != Letter.Delivery.HELD:
        return "通知已经发出。"
    return f"通知 {timezone.localtime(letter.send_after):%H:%M} 发出，在那以前可以撤回。"


def _letter_of(submission: Submission) -> str:
    """The kind of letter the present state was told by; empty while reviews go on."""
    return {"accepted": Letter.Kind.ACCEPT, "returned": Letter.Kind.RETURN, "rejected": Letter.Kind.REJECT}.get(
        submission.state, ""
    )


def _told_of_parts(submission: Submission) -> str:
    """What became of a composite when it was accepted; empty for anything else."""
    if not (submission.is_composite and submission.article):
        return ""
    if count := submission.article.parts.count():
        return f"组合稿已拆成 {count} 篇，随组稿一起编入。"
    return (
        "组合稿的正文里已找不到各篇的标题，按一篇文章录用；要拆开，请在文章页给各篇加上二级标题，再点“保存并拆成组稿”。"
    )


def compose_letter(submission: Submission, decision: str, opinion: str, points: list[Point], due_on) -> str:
    """The letter as it would go out now; empty when the decision sends none."""
    kind = letter_kind(decision, submission.stage)
    if kind is None:
        return ""
    opinion = told(opinion, points) or "（意见写在上面，会出现在这里）"
    return letters.compose(submission, kind, opinion=opinion, due_on=due_on)[1]
