"""The decision box: what a reviewer fills in, parsed; the verbs of submissions.workflow decide."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from .. import letters, workflow
from ..models import Letter, Submission
from ..states import Stage

PASS, RETURN, REJECT = "pass", "return", "reject"
LABELS = {PASS: "通过", RETURN: "退回修改", REJECT: "退稿"}


def choices_of(stage: str) -> list[tuple[str, str]]:
    """The three decisions, the first named by where it leads."""
    onward = {Stage.FIRST: "通过，转复审", Stage.SECOND: "通过，转终审", Stage.FINAL: "通过，录用"}[Stage(stage)]
    return [(PASS, onward), (RETURN, "退回修改"), (REJECT, "退稿")]


def letter_kind(decision: str, stage: str) -> Letter.Kind | None:
    """The letter a decision sends; passing a stage before the last sends none."""
    if decision == PASS:
        return Letter.Kind.ACCEPT if stage == Stage.FINAL else None
    return {RETURN: Letter.Kind.RETURN, REJECT: Letter.Kind.REJECT}[decision]


class DecisionForm(forms.Form):
    """Carries the state, stage and version the page was opened with, so that a colleague's decision is noticed."""

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
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="退回时写清要改什么：选中正文里的文字，点“引用到意见”就会放进来。",
    )
    due_on = forms.DateField(
        label="交回期限",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "交回期限不是日期。请写成 2026-12-05 这样。"},
    )
    letter = forms.CharField(
        label="给作者的通知", required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 9})
    )
    letter_edited = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, submission: Submission, **kwargs):
        super().__init__(*args, **kwargs)
        self.submission = submission
        self.fields["decision"].choices = choices_of(submission.stage)
        self.initial.setdefault("seen", seen_mark(submission))
        self.initial.setdefault("due_on", timezone.localdate() + timedelta(days=workflow.RETURN_DAYS))

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
        if not cleaned.get("opinion", "").strip() and "decision" in cleaned:
            wanted = {
                PASS: "请写下审稿意见，再通过。",
                RETURN: "请写下要改什么，作者才好动手。",
                REJECT: "请写下退稿的理由。",
            }
            self.add_error("opinion", wanted[cleaned["decision"]])
        return cleaned

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


def decide(submission: Submission, actor, form: DecisionForm) -> str:
    """Call the verb of a valid form; the message says what happened. Raises workflow.Refused, PermissionDenied."""
    if form.cleaned_data["seen"] != seen_mark(submission):
        raise workflow.Stale
    decision, opinion, letter = form.cleaned_data["decision"], form.cleaned_data["opinion"], form.letter_body
    title = submission.text.current.title
    if decision == PASS:
        workflow.pass_review(submission, actor, opinion=opinion, letter_body=letter)
        return f"《{title}》已通过，现在{submission.label}。{_told_of_parts(submission)}"
    if decision == RETURN:
        due_on = form.cleaned_data["due_on"]
        workflow.return_for_changes(submission, actor, opinion=opinion, due_on=due_on, letter_body=letter)
        return f"《{title}》已退回修改，{submission.due_on:%-m月%-d日}前交回，通知已经发出。"
    workflow.reject(submission, actor, opinion=opinion, letter_body=letter)
    return f"《{title}》已退稿，通知已经发出。"


def _told_of_parts(submission: Submission) -> str:
    """What became of a composite when it was accepted; empty for anything else."""
    if not (submission.is_composite and submission.article):
        return ""
    if count := submission.article.parts.count():
        return f"组合稿已拆成 {count} 篇，随组稿一起编入。"
    return "组合稿的正文里已找不到各篇的标题，按一篇文章录用；要拆开，请在文章页给各篇加上二级标题，再点“保存并拆成组稿”。"


def compose_letter(submission: Submission, decision: str, opinion: str, due_on) -> str:
    """The letter as it would go out now; empty when the decision sends none."""
    kind = letter_kind(decision, submission.stage)
    if kind is None:
        return ""
    return letters.compose(
        submission, kind, opinion=opinion.strip() or "（意见写在上面，会出现在这里）", due_on=due_on
    )[1]
