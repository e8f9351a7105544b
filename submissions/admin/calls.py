"""征稿启事: its text, dates and limits are data; next year's call needs no code."""

from ckeditor.widgets import CKEditorWidget
from django import forms
from django.contrib import admin

from journal.text.blocks import canonical

from ..models import Call


class CallForm(forms.ModelForm):
    class Meta:
        model = Call
        fields = (
            "title",
            "issue",
            "opens_on",
            "closes_on",
            "reply_days",
            "word_limit",
            "dpi_limit",
            "sections",
            "html",
            "secrecy_wording",
            "authorship_wording",
            "copyright_wording",
        )
        widgets = {"html": CKEditorWidget, "sections": forms.CheckboxSelectMultiple}
        help_texts = {
            "word_limit": "超过的稿件会收到提醒，说明理由后照样可以投。",
            "dpi_limit": "按拟印尺寸计算，不看文件里的标记。",
            "sections": "勾选投稿时可选的栏目。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Cleaned before it reaches the editor as well as on save (DEPENDENCIES.md, CKEditor).
        if self.instance.html:
            self.initial["html"] = canonical(self.instance.html)


@admin.register(Call)
class CallAdmin(admin.ModelAdmin):
    form = CallForm
    list_display = ("title", "issue", "opens_on", "closes_on", "word_limit", "reply_days")
    list_select_related = ("issue",)
    fieldsets = (
        (None, {"fields": ("title", "issue", "opens_on", "closes_on", "reply_days")}),
        ("收什么样的稿", {"fields": ("word_limit", "dpi_limit", "sections")}),
        ("正文", {"fields": ("html",)}),
        (
            "投稿时要逐项勾选的三项声明",
            {
                "fields": ("secrecy_wording", "authorship_wording", "copyright_wording"),
                "description": "改了以后只对新投的稿件有效；已经勾选的，按当时的原文保存。",
            },
        ),
    )
