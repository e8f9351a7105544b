"""补录纸质校对: the page where a proof that was signed on a printed galley is written down (small office alone)."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect

from .. import proof_papers, proof_progress, signed
from ..models import Article, ProofMark
from ..proofing import ProofRefused
from .scan_field import scan_field

CHOOSE_AGAIN = "签字件请重新选一次。"


class PaperForm(forms.Form):
    """What the paper says; one count for each kind of error. `stage` is the proof the page was opened for."""

    stage = forms.CharField(widget=forms.HiddenInput, max_length=12)
    signer = forms.CharField(
        label="校对签字人",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请写明校对签字人是谁。"},
    )
    signed_on = forms.DateField(
        label="签字日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="按这一天的文字记，以后的校样改动不受影响。",
        error_messages={
            "required": "请写明签字日期。",
            "invalid": "签字日期不是日期。请写成 2026-12-05 这样。",
        },
    )
    reason = forms.CharField(
        label="为什么补录",
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "例如：在纸质清样上校对，没有登录"}),
        error_messages={"required": "请写明为什么补录，会写进校对记录和操作记录。"},
    )
    scan = scan_field()
    opinion = forms.CharField(
        label="纸上写的意见", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for error in ProofMark.Error:
            self.fields[f"errors_{error}"] = forms.IntegerField(
                label=error.label,
                required=False,
                min_value=0,
                max_value=proof_papers.MAX_ERRORS,
                error_messages={
                    "invalid": "差错数请写数字，没有就空着。",
                    "min_value": "差错数不能小于 0。",
                    "max_value": f"差错数最多写 {proof_papers.MAX_ERRORS}。",
                },
            )

    def counts(self) -> list[forms.BoundField]:
        return [self[f"errors_{error}"] for error in ProofMark.Error]

    def paper(self, actor) -> proof_papers.SignedProof:
        """The scan kept, where there is one. Raises signed.SheetRefused."""
        given = self.cleaned_data
        scan = given["scan"]
        return proof_papers.SignedProof(
            signer=given["signer"],
            signed_on=given["signed_on"],
            reason=given["reason"],
            sheet=signed.store_sheet(scan, scan.name, actor) if scan else None,
            opinion=given["opinion"],
            errors={error.value: given[f"errors_{error}"] or 0 for error in ProofMark.Error},
        )


@transaction.atomic
def _record(article: Article, actor, form: PaperForm):
    """Nothing is kept where it is refused, the scan's row neither."""
    return proof_papers.record(article, actor, form.paper(actor), stage=form.cleaned_data["stage"])


def view(request, article: Article):
    """What the page shows, as a dict; the redirect after a paper was recorded. Raises PermissionDenied."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    if not request.user.has_perm("journal.proofread", article):
        raise PermissionDenied("您的身份不参加校对，这一步没有做。")
    found = proof_progress.progress(article)
    stage = proof_papers.recordable(found)
    form = PaperForm(request.POST or None, request.FILES or None, initial={"stage": stage})
    if request.method == "POST" and form.is_valid():
        try:
            approval = _record(article, request.user, form)
        except (ProofRefused, signed.SheetRefused) as refusal:
            again = CHOOSE_AGAIN if form.cleaned_data["scan"] else ""
            messages.error(request, f"{refusal}您填的都还在下面，没有丢。{again}")
        else:
            messages.success(request, f"已补录{approval.get_kind_display()}：{approval.holder}。")
            return redirect("admin:journal_proofmark_article", article.pk)
    return {
        "title": f"补录《{article}》的纸质校对",
        "article": article,
        "form": form,
        "stage": stage,
        "refusal": proof_papers.objection(article, found),
    }
