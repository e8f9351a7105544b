"""Editing an article: parsed against the version it started from, so that no colleague's work is overwritten."""

from ckeditor.widgets import CKEditorWidget
from django import forms

from journal.text.blocks import canonical, picture_ids
from journal.text.names import stored_name

from ..models import Article, Byline, Content, Picture, Text
from .figures import with_images

CONTENT_FIELDS = ("kicker", "title", "subtitle", "author_note", "source_note", "credits")
EDITOR_WIDTH = 480  # pixels of the derivative shown in the editor's figures


class ArticleForm(forms.ModelForm):
    """`started_from` is the version the page was opened with; `colleague` the newer one where there is a conflict."""

    body = forms.CharField(
        label="正文",
        required=False,
        widget=CKEditorWidget,
        help_text="标题分三级：一、（一）1.。照片按占位显示，保存时只存编号，不会丢。",
    )
    reason = forms.CharField(
        label="改动缘由", max_length=100, initial="编辑修改", help_text="会写进版本记录，例如“压缩篇幅”“改正职务”。"
    )
    started_from = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Article
        fields = (
            "section",
            "kind",
            "origin",
            "online_right",
            "contents_title",
            "runs_on",
            "start_page",
            "end_page",
            *CONTENT_FIELDS,
        )
        help_texts = {
            "origin": "推荐（转载）的文章要写来源。",
            "online_right": "没有上网权的转载，即使整期公开也只在内部可读。",
            "start_page": "印刷厂排好后填，或在编排页里填。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.colleague = None
        self.version = self.instance.text.current if self.instance.pk else None
        if self.version is not None:
            self.initial["body"] = with_images(self.version.html, EDITOR_WIDTH)
            self.initial["started_from"] = self.version.pk

    def clean_body(self):
        html = canonical(self.cleaned_data["body"])
        ids = set(picture_ids(html))
        known = set(Picture.objects.filter(pk__in=ids).values_list("pk", flat=True))
        if unknown := sorted(ids - known):
            numbers = "、".join(str(number) for number in unknown)
            raise forms.ValidationError(f"正文里有找不到的照片（编号 {numbers}）。请删去它的占位，再保存。")
        return html

    def clean(self):
        cleaned = super().clean()
        if "_edit_again" in self.data:
            raise forms.ValidationError("改动还没有保存，您写的都在下面。改好以后，再点保存。")
        if self.version is None:
            return cleaned
        # Held until the save commits, so that two saves of one article follow each other. No joins: PostgreSQL
        # reads a locked row anew after waiting for it, but not what was joined to it.
        text = Text.objects.select_for_update().get(pk=self.instance.text_id)
        if cleaned.get("started_from") != text.current_id:
            self.colleague = text.current
            who = text.current.author or "同事"
            raise forms.ValidationError(
                f"您打开以后，{who}保存了第 {text.current.number} 版，您的改动还没有保存。"
                "下面是您写的，最下方是同事的版本。请把两边合在一起再保存；同事的版本留在版本记录里，不会丢。"
            )
        return cleaned

    def content(self, bylines: list[dict]) -> Content:
        """The content as edited. What was not touched is taken over to the letter, so that saving alone is no change."""
        facts = {name: self.cleaned_data[name] for name in CONTENT_FIELDS}
        html = self.cleaned_data["body"]
        if self.version is None:
            return Content(html=html, bylines=bylines, **facts)
        old = self.version.content
        facts = {name: value if name in self.changed_data else getattr(old, name) for name, value in facts.items()}
        same = [_signature(line) for line in bylines] == [_signature(line) for line in old.bylines]
        return Content(html=html, bylines=old.bylines if same else bylines, **facts)


def _signature(line: dict) -> tuple:
    return line["kind"], line["name"], line.get("affiliation", "")


class BylineForm(forms.ModelForm):
    class Meta:
        model = Byline
        fields = ("kind", "name", "affiliation", "position")

    def clean_name(self):
        return stored_name(self.cleaned_data["name"])

    def save(self, commit=True):
        if "name" in self.changed_data or "kind" in self.changed_data:
            # Another name is another person: the link is found anew (assembly.link_bylines).
            self.instance.author = self.instance.unit = None
        return super().save(commit)
