"""What a contributor types. A draft takes anything: the checks tell what is wrong, saving never refuses a text."""

import re
from datetime import timedelta

from django import forms
from django.db.models import Q
from django.utils import timezone

from journal.models import Article, Picture, Section
from journal.signed import ACCEPT
from journal.signed import HELP as SHEET_HELP

from .checks.call import TITLE_ADVISED
from .models import Declaration, Submission

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class TypedField(forms.CharField):
    """Text as typed, without the characters a database cannot hold; never too long, never trimmed."""

    def __init__(self, **kwargs):
        super().__init__(**{"required": False, "strip": False, **kwargs})

    def to_python(self, value):
        return _CONTROL.sub("", super().to_python(value).replace("\r\n", "\n").replace("\r", "\n"))


class ForgivingChoice(forms.ModelChoiceField):
    """A choice that is no longer offered counts as none chosen; the check asks for it again."""

    def clean(self, value):
        try:
            return super().clean(value)
        except forms.ValidationError:
            return None


class Origin(forms.ChoiceField):
    """Anything but the two kinds counts as 原创: the form itself offers nothing else."""

    def clean(self, value):
        return value if value in Article.Origin.values else Article.Origin.ORIGINAL


def _line(label, help_text="", **attrs):
    return TypedField(label=label, help_text=help_text, widget=forms.TextInput(attrs=attrs))


class DraftForm(forms.Form):
    """The form of a text or an image entry; both keep the same fields."""

    title = _line("标题", **{"class": "song", "data-advised": TITLE_ADVISED})
    subtitle = _line("副标题")
    body = TypedField(
        label="正文",
        help_text="直接写，或从 Word、微信、网页粘贴；可以整理，改了哪些都能看到、能撤销。“一、”“（一）”“1.”开头的短行会认作标题。",
        widget=forms.Textarea(attrs={"rows": 14, "class": "manuscript", "data-body": ""}),
    )
    section = ForgivingChoice(
        Section.objects.none(), label="投到哪个栏目", required=False, empty_label="请选一个最接近的"
    )
    origin = Origin(
        label="这篇稿件是",
        choices=((Article.Origin.ORIGINAL, "原创"), (Article.Origin.RECOMMENDED, "推荐")),
        widget=forms.RadioSelect,
        required=False,
    )
    source_name = _line("原载报刊或网站")
    source_url = _line("原文网址", inputmode="url")
    source_issue = _line("原载日期或期号", "网址和日期、期号至少写一项。")
    byline = _line("署名", "几个名字用顿号隔开。")
    affiliation = _line("单位、职务")
    author_note = _line("作者说明", "登在文末，如“作者系望海区委党校讲师”。括号自动加。")
    draft_number = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    tab = forms.CharField(widget=forms.HiddenInput, required=False)
    new = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, submission: Submission, new: str = ""):
        super().__init__(data, initial=self.initial_of(submission) | {"new": new})
        offered = submission.call.offered_sections.values("pk")
        # A commission may ask for a column that the call leaves out: what is chosen stays to choose.
        self.fields["section"].queryset = Section.objects.filter(Q(pk__in=offered) | Q(pk=submission.section_id))
        if submission.kind == Submission.Kind.IMAGE:
            self.fields["body"].label = "文字说明"
            self.fields["body"].help_text = "整组图片的背景，一两段话；每张的说明写在图片下面。"
            self.fields["body"].widget.attrs["rows"] = 5

    @staticmethod
    def initial_of(submission: Submission) -> dict:
        return {name: getattr(submission, name) for name in (*TYPED, "origin", "draft_number")} | {
            "section": submission.section_id
        }

    def clean_tab(self):
        return self.cleaned_data["tab"][:40]

    @property
    def typed(self) -> dict:
        """The values a draft keeps."""
        return {name: self.cleaned_data[name] for name in (*TYPED, "section", "origin")}


TYPED = (
    *("title", "subtitle", "body", "byline", "affiliation", "author_note"),
    *("source_name", "source_url", "source_issue"),
)


class PhotoForm(forms.ModelForm):
    """What is said about one photograph; the prefix carries the attachment's id."""

    class Meta:
        model = Picture
        fields = ("print_width_mm", "caption", "photographer", "taken_on", "category")
        labels = {"caption": "图片说明", "photographer": "摄影", "print_width_mm": "拟印宽度"}
        widgets = {
            "taken_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "caption": forms.TextInput(attrs={"placeholder": "时间、地点、人物、事情", "data-caption": ""}),
        }
        error_messages = {"taken_on": {"invalid": "日期写得不对。请写成 2026-11-05 这样。"}}

    def __init__(self, data=None, *, attachment):
        super().__init__(data, instance=attachment.picture, prefix=f"photo-{attachment.pk}")
        self.fields["category"].choices = [("", "请选类别"), *Picture.Category.choices]
        if attachment.submission.kind == Submission.Kind.TEXT:
            del self.fields["taken_on"], self.fields["category"]

    def has_posted(self, data) -> bool:
        """A photograph that arrived after the form was opened is not in what the form sends."""
        return self.add_prefix("caption") in data


class AcknowledgementForm(forms.Form):
    """A warning kept on purpose: a ready reason, own words, or both."""

    ready = forms.CharField(required=False, max_length=80)
    words = forms.CharField(required=False, max_length=100)

    @property
    def reason(self) -> str:
        parts = (self.cleaned_data.get("ready"), self.cleaned_data.get("words"))
        return "：".join(part for part in parts if part)


class MoreTimeForm(forms.Form):
    """请求延期: until when, and why."""

    until = forms.DateField(
        label="想延到哪一天",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选想延到哪一天。", "invalid": "日期写得不对。请写成 2026-11-05 这样。"},
    )
    reason = forms.CharField(
        label="为什么要延期",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写一句为什么要延期，编辑好答复。"},
    )

    def __init__(self, data=None, *, submission: Submission):
        super().__init__(data, prefix="more")
        later = (submission.due_on or timezone.localdate()) + timedelta(days=1)
        self.fields["until"].widget.attrs["min"] = f"{max(later, timezone.localdate()):%Y-%m-%d}"


class EndorsementForm(forms.Form):
    """单位审核: the leader's signed sheet, or what the writer has to change. The pressed button is the verdict."""

    ENDORSE, GIVE_BACK = "endorse", "give_back"
    verdict = forms.ChoiceField(choices=((ENDORSE, "同意报送"), (GIVE_BACK, "退回作者")), widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    signer = forms.CharField(
        label="签字领导", max_length=60, required=False, help_text="姓名和职务，照审签单写，例如“周予安，支部书记”。"
    )
    signed_on = forms.DateField(
        label="签字日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期写得不对。请写成 2026-11-05 这样。"},
    )
    sheet = forms.FileField(
        label="审签单", required=False, help_text=SHEET_HELP, widget=forms.FileInput(attrs={"accept": ACCEPT})
    )
    kept_at = forms.CharField(
        label="没有扫描件：纸质审签单存在哪里",
        max_length=200,
        required=False,
        help_text="例如“2026年第4期审签单卷宗”。",
    )
    opinion = forms.CharField(
        label="单位意见",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="退回时必写：要改什么。同意报送可以不写。",
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("verdict") == self.ENDORSE:
            if not cleaned.get("signer") and "signer" not in self.errors:
                self.add_error("signer", "还没有写签字领导。请照审签单写姓名和职务。")
            if not cleaned.get("signed_on") and "signed_on" not in self.errors:
                self.add_error("signed_on", "还没有写签字日期。请照审签单写。")
        elif cleaned.get("verdict") == self.GIVE_BACK and not cleaned.get("opinion", "").strip():
            self.add_error("opinion", "请写下要改什么，作者才好动手。")
        return cleaned


def ticked(data) -> list[str]:
    """The declarations ticked in a posted form."""
    return [kind for kind in data.getlist("declare") if kind in Declaration.Kind.values]
