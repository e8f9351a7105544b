"""更正: a published text edited, the difference looked at, proposed, and signed or sent back, on one page an article."""

import re
from dataclasses import asdict, replace

from ckeditor.widgets import CKEditorWidget
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from journal.text.blocks import canonical, picture_ids
from journal.text.errata import errata
from journal.text.names import stored_name

from .. import corrections, versions
from ..models import Article, Byline, Content, Correction, Picture, Text
from .article_form import EDITOR_WIDTH
from .figures import with_images
from .versions import compared, fetch

UNIT_MARK = "［单位］"
_AFFILIATION = re.compile(r"(.+?)（(.*)）$")


def lines_of(bylines: list[dict]) -> str:
    """One signature a line, as the form shows it: 姓名（单位、职务）; a unit ends with ［单位］."""
    return "\n".join(
        line["name"]
        + (f"（{line['affiliation']}）" if line.get("affiliation") else "")
        + (UNIT_MARK if line["kind"] == Byline.Kind.UNIT else "")
        for line in bylines
    )


def bylines_of(text: str) -> list[dict]:
    """The signatures of `lines_of` read back."""
    found = []
    for raw in filter(None, map(str.strip, text.splitlines())):
        kind = Byline.Kind.UNIT if raw.endswith(UNIT_MARK) else Byline.Kind.PERSON
        signed = raw.removesuffix(UNIT_MARK).strip()
        parts = _AFFILIATION.match(signed)
        name, affiliation = (parts[1], parts[2]) if parts else (signed, "")
        found.append({"kind": str(kind), "name": stored_name(name), "affiliation": affiliation})
    return found


class CorrectionForm(forms.Form):
    kicker = forms.CharField(label="肩题", required=False, max_length=100)
    title = forms.CharField(label="标题", max_length=200, error_messages={"required": "标题不能是空的。"})
    subtitle = forms.CharField(label="副标题", required=False, max_length=200)
    bylines = forms.CharField(
        label="署名",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"每行一个，例如“何为（市委党校副教授）”；单位署名后面加“{UNIT_MARK}”。",
    )
    body = forms.CharField(label="正文", required=False, widget=CKEditorWidget)
    author_note = forms.CharField(label="作者说明", required=False, max_length=300)
    source_note = forms.CharField(label="来源说明", required=False, max_length=300)
    credits = forms.CharField(label="文末署名", required=False, max_length=300)
    reason = forms.CharField(
        label="更正说明",
        max_length=corrections.LONGEST_REASON,
        help_text="读者会看到，例如“职务有误”“数字有误”。",
        error_messages={"required": "请写更正说明，读者会看到，例如“职务有误”。"},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    PLAIN = ("kicker", "title", "subtitle", "author_note", "source_note", "credits")

    def clean_body(self):
        html = canonical(self.cleaned_data["body"])
        ids = set(picture_ids(html))
        if unknown := sorted(ids - set(Picture.objects.filter(pk__in=ids).values_list("pk", flat=True))):
            raise forms.ValidationError(f"正文里有找不到的照片（编号 {unknown[0]}）。请删去它的占位。")
        return html

    def clean_bylines(self):
        lines = bylines_of(self.cleaned_data["bylines"])
        for line in lines:
            if not line["name"] or len(line["name"]) > 100 or len(line["affiliation"]) > 100:
                raise forms.ValidationError("署名每行写一个名字，名字和单位职务都不超过 100 字。")
        return lines

    def content(self, old: Content) -> Content:
        """The content as edited; signatures nobody touched are taken over to the letter."""
        given = self.cleaned_data
        same = given["bylines"] == bylines_of(lines_of(old.bylines))
        facts = {name: given[name].strip() for name in self.PLAIN}
        return replace(old, **facts, html=given["body"], bylines=old.bylines if same else given["bylines"])


class SignForm(forms.Form):
    correction = forms.IntegerField(widget=forms.HiddenInput)
    remark = forms.CharField(label="说明", required=False, max_length=200)


def correct_view(model_admin, request, pk):
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    article = fetch(request, pk)
    text = Text.objects.select_related("current").get(pk=article.text_id)
    waiting = article.corrections.waiting().select_related("before", "proposed_by").first()
    form, preview = None, None
    if request.method == "POST":
        if "decision" in request.POST:
            if answer := _decided(request, article):
                return answer
            waiting = article.corrections.waiting().select_related("before", "proposed_by").first()
        else:
            if not request.user.has_perm("journal.propose_correction", article):
                raise PermissionDenied
            form = CorrectionForm(request.POST)
            if form.is_valid():
                preview = form.content(text.current.content)
                if "propose" in request.POST and _proposed(request, article, form, preview):
                    return redirect("admin:journal_article_correct", article.pk)
    may_propose = request.user.has_perm("journal.propose_correction", article)
    if form is None and waiting is None and may_propose:
        form = CorrectionForm(initial=_initial(text.current.content, text.current_id))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"《{article}》更正",
        "opts": Article._meta,
        "article": article,
        "came_out": article.issue is not None and article.issue.came_out,
        "form": form,
        "media": form.media if form else "",
        "waiting": waiting,
        "made": article.corrections.exclude(state=Correction.State.PROPOSED).select_related("signed_by", "proposed_by"),
        "needs_second": corrections.needs_second(article),
    }
    if waiting is not None:
        context |= compared(waiting.before.content, waiting.content) | {
            "may_sign": request.user.has_perm("journal.sign_correction", article),
            "may_decline": request.user.has_perm("journal.sign_correction", article)
            or waiting.proposed_by_id == request.user.pk,
            "objection": corrections.objection(waiting, request.user, remark="一人多岗"),
            "asks_remark": bool(corrections.objection(waiting, request.user)),
        }
    elif preview is not None:
        told = [asdict(one) for one in errata(versions.compare(text.current.content, preview))]
        context |= {"preview": told, "is_moved": form.cleaned_data["seen"] != text.current_id}
    return TemplateResponse(request, "admin/journal/correct.html", context)


def _initial(content: Content, seen: int) -> dict:
    facts = {name: getattr(content, name) for name in CorrectionForm.PLAIN}
    body = with_images(content.html, EDITOR_WIDTH)
    return facts | {"bylines": lines_of(content.bylines), "body": body, "seen": seen}


def _proposed(request, article: Article, form: CorrectionForm, content: Content) -> bool:
    asked = form.cleaned_data
    try:
        corrections.propose(article, request.user, content, reason=asked["reason"], seen=asked["seen"])
    except corrections.CorrectionRefused as refused:
        messages.error(request, str(refused))
        return False
    messages.success(request, f"《{article}》的更正已提出，等主任或主编签发。签发以后读者才看到。")
    return True


def _decided(request, article: Article):
    """Redirect after 签发 or 退回; None when refused, with the reason as a message."""
    form = SignForm(request.POST)
    found = form.is_valid() and article.corrections.filter(pk=form.cleaned_data["correction"]).first()
    if not found:
        messages.error(request, "这处更正已经不在了。请刷新页面看最新情况。")
        return None
    remark = form.cleaned_data["remark"]
    try:
        if request.POST["decision"] == "sign":
            corrections.sign(found, request.user, remark=remark)
            messages.success(request, f"《{article}》已更正，读者现在看到的就是更正后的文字，文末有更正说明。")
        else:
            corrections.decline(found, request.user, remark=remark)
            messages.success(request, f"《{article}》的这处更正没有做，原因记下了。")
    except corrections.CorrectionRefused as refused:
        messages.error(request, str(refused))
        return None
    return redirect("admin:journal_article_correct", article.pk)
