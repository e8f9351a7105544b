"""发放登记、样刊登记、稿费登记: kept by the managing editor or an administrator, each leaves as a sheet."""

from urllib.parse import quote

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from journal.models import Article, Issue

from .. import registers, sample_letters
from ..ledger.sheets import Sheet, write
from ..registers import DistributionLine, Fee, RegisterRefused, SampleCopy

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ISSUES_OFFERED = 8


class RegisterAdmin(admin.ModelAdmin):
    """A list with 导出; `columns` are its titles and widths, `cells` a row's values."""

    change_list_template = "admin/submissions/ledger_register.html"
    list_per_page = 100
    autocomplete_fields = ("unit",)
    columns: tuple[tuple[str, int], ...] = ()

    def cells(self, row) -> tuple:
        raise NotImplementedError

    def _name(self, act: str) -> str:
        return f"submissions_{self.opts.model_name}_{act}"

    def get_urls(self):
        export = self.admin_site.admin_view(require_safe(self.export_view))
        return [path("export/", export, name=self._name("export")), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        query = request.GET.urlencode()
        own = {
            "export_url": reverse(f"admin:{self._name('export')}") + (f"?{query}" if query else ""),
            "issues": Issue.objects.order_by("-year", "-number")[:ISSUES_OFFERED],
            "balances": registers.balances() if self.has_view_permission(request) else [],
        }
        return super().changelist_view(request, own | (extra_context or {}))

    def export_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_changelist_instance(request).get_queryset(request)
        data = write([Sheet(self.opts.verbose_name, self.columns, (self.cells(row) for row in rows))])
        response = HttpResponse(data, content_type=XLSX)
        name = f"{self.opts.verbose_name}{timezone.localdate():%Y%m%d}.xlsx"
        response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
        return response

    def _for_issue(self, request, verb, done: str):
        """Call a verb with the issue the form names, and say what it did."""
        chosen = request.POST.get("issue", "")
        known = chosen.isascii() and chosen.isdecimal() and len(chosen) < 10
        issue = Issue.objects.filter(pk=chosen).first() if known else None
        if issue is None:
            raise Http404("没有这一期。")
        try:
            count = verb(issue, request.user)
        except RegisterRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, done.format(issue=issue, count=count) if count else f"{issue}没有要新增的。")
        address = reverse(f"admin:{self._name('changelist')}")
        return redirect(f"{address}?issue__id__exact={issue.pk}")


@admin.register(DistributionLine)
class DistributionLineAdmin(RegisterAdmin):
    list_display = ("receiver", "issue", "copies", "address", "contact", "sent_on")
    list_display_links = ("receiver",)
    list_editable = ("copies", "sent_on")
    list_filter = ("issue",)
    list_select_related = ("issue", "unit")
    search_fields = ("name", "unit__name", "unit__short_name", "address", "contact")
    search_help_text = "按名称、地址、收件人查找。"
    columns = (
        ("期", 16), ("次序", 6), ("发给", 30), ("份数", 8), ("地址", 40), ("收件人、电话", 24), ("发出日期", 12), ("备注", 24),
    )  # fmt: skip

    @admin.display(description="发给", ordering="position")
    def receiver(self, line):
        return line.receiver

    def cells(self, row):
        return (str(row.issue), row.position, row.receiver, row.copies, row.address, row.contact, row.sent_on, row.note)

    def get_urls(self):
        copy = self.admin_site.admin_view(require_POST(self.copy_view))
        return [path("copy/", copy, name=self._name("copy")), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        own = {
            "verb_url": reverse(f"admin:{self._name('copy')}"),
            "verb_label": "照上一期抄",
            "verb_note": "把上一期的发放单位和份数抄到选定的一期，已有的不动，再逐行改。",
        }
        return super().changelist_view(request, own | (extra_context or {}))

    def copy_view(self, request):
        return self._for_issue(request, registers.copy_distribution, "{issue}已抄入 {count} 行。请核对份数。")


@admin.register(SampleCopy)
class SampleCopyAdmin(RegisterAdmin):
    list_display = ("name", "unit", "article", "issue", "copies", "told_on", "posted_on", "collected_on")
    list_filter = (
        "issue",
        ("told_on", admin.EmptyFieldListFilter),
        ("posted_on", admin.EmptyFieldListFilter),
        ("collected_on", admin.EmptyFieldListFilter),
    )
    list_select_related = ("issue", "unit", "article__section")
    search_fields = ("name", "unit__name", "unit__short_name", "article__title", "address")
    search_help_text = "按姓名、单位、文章、地址查找。"
    autocomplete_fields = ("unit", "article")
    actions = ("send_letters", "mark_told", "mark_posted", "mark_collected")
    columns = (
        ("期", 16), ("给谁", 20), ("单位", 28), ("文章", 40), ("份数", 8), ("地址、电话", 36), ("已通知", 12), ("已寄出", 12),
        ("已领取", 12), ("备注", 24),
    )  # fmt: skip

    def cells(self, row):
        return (
            str(row.issue), row.name, str(row.unit or ""), row.article.title, row.copies, row.address, row.told_on,
            row.posted_on, row.collected_on, row.note,
        )  # fmt: skip

    def get_urls(self):
        propose = self.admin_site.admin_view(require_POST(self.propose_view))
        return [path("propose/", propose, name=self._name("propose")), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        own = {
            "verb_url": reverse(f"admin:{self._name('propose')}"),
            "verb_label": "按署名列出",
            "verb_note": "给选定一期每篇文章的每个署名（个人、单位）各列一本，已有的不动。",
        }
        return super().changelist_view(request, own | (extra_context or {}))

    def propose_view(self, request):
        return self._for_issue(request, registers.propose_samples, "{issue}新增 {count} 行样刊。")

    @admin.action(description="发样刊通知给投稿人", permissions=["change"])
    def send_letters(self, request, samples):
        sent, left = sample_letters.tell(samples, request.user)
        messages.success(request, f"发了 {sent} 封样刊通知；早已通知过的没有再发。")
        if left:
            messages.warning(
                request, f"{left} 行的文章不是从投稿来的，没有投稿人账号。请打电话告诉，再记下“今天已通知”。"
            )

    @admin.action(description="记下：今天已通知", permissions=["change"])
    def mark_told(self, request, samples):
        self._tick(request, samples, "told_on")

    @admin.action(description="记下：今天已寄出", permissions=["change"])
    def mark_posted(self, request, samples):
        self._tick(request, samples, "posted_on")

    @admin.action(description="记下：今天已领取", permissions=["change"])
    def mark_collected(self, request, samples):
        self._tick(request, samples, "collected_on")

    def _tick(self, request, samples, field):
        done = registers.tick_samples(samples, field, request.user)
        label = SampleCopy._meta.get_field(field).verbose_name
        messages.success(request, f"{done} 行记为今天{label}；早已记过的日期没有改。")


@admin.register(Fee)
class FeeAdmin(RegisterAdmin):
    list_display = ("name", "unit", "article", "amount", "paid_on", "recorded_by")
    list_filter = (("paid_on", admin.EmptyFieldListFilter), "article__issue")
    list_select_related = ("unit", "article__issue", "recorded_by")
    list_editable = ("paid_on",)
    search_fields = ("name", "unit__name", "unit__short_name", "article__title", "note")
    search_help_text = "按姓名、单位、文章查找。"
    autocomplete_fields = ("unit", "article")
    columns = (
        ("期", 16), ("文章", 40), ("付给", 20), ("单位", 28), ("金额（元）", 12), ("付款日期", 12), ("备注", 24), ("登记人", 12),
    )  # fmt: skip

    def cells(self, row):
        return (
            str(row.article.issue or ""), row.article.title, row.name, str(row.unit or ""), row.amount, row.paid_on,
            row.note, str(row.recorded_by),
        )  # fmt: skip

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "article":
            kwargs["queryset"] = Article.objects.published()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.recorded_by = request.user
        super().save_model(request, obj, form, change)
