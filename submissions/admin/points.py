"""积分规则 and 年度任务: what the ledger measures by, set by those who answer for it."""

from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from members.models import Event, Unit
from members.roles import Role

from ..ledger import PointRule, Quota

MOST_PIECES = 999


@admin.register(PointRule)
class PointRuleAdmin(admin.ModelAdmin):
    change_list_template = "admin/submissions/ledger_points.html"
    list_display = ("year", "what", "points", "first_in_issue")
    list_display_links = ("what",)
    list_filter = ("year",)
    list_select_related = ("section",)
    actions = None

    @admin.display(description="哪些稿件")
    def what(self, rule):
        kind = rule.get_kind_display() if rule.kind else ""
        return "、".join(part for part in (kind, str(rule.section or "")) if part) or "各类稿件"

    def get_changeform_initial_data(self, request):
        return {"year": timezone.localdate().year} | super().get_changeform_initial_data(request)

    def _open(self, request, rule) -> bool:
        """A past year's points stand in reports that went out: an administrator alone corrects its rules."""
        return rule is None or rule.year >= timezone.localdate().year or Role.ADMINISTRATOR in request.user.roles

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._open(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._open(request, obj)

    def get_urls(self):
        copy = self.admin_site.admin_view(require_POST(self.copy_view))
        return [path("copy/", copy, name="submissions_pointrule_copy"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        year = timezone.localdate().year
        has = PointRule.objects.filter(year=year).exists()
        last = None if has else PointRule.objects.filter(year__lt=year).aggregate(last=Max("year"))["last"]
        own = {"copy_from": last if self.has_add_permission(request) else None, "this_year": year}
        return super().changelist_view(request, own | (extra_context or {}))

    def copy_view(self, request):
        """The newest earlier year's rules for this year, where it has none."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        year = timezone.localdate().year
        with transaction.atomic():
            last = PointRule.objects.filter(year__lt=year).aggregate(last=Max("year"))["last"]
            if last is None or PointRule.objects.filter(year=year).exists():
                messages.warning(
                    request, f"{year}年已经有积分规则，或者往年没有，什么都没有抄。请直接在下面修改、添加。"
                )
            else:
                rules = PointRule.objects.filter(year=last)
                made = PointRule.objects.bulk_create(
                    PointRule(
                        year=year,
                        kind=rule.kind,
                        section_id=rule.section_id,
                        points=rule.points,
                        first_in_issue=rule.first_in_issue,
                    )
                    for rule in rules
                )
                for rule in made:
                    Event.objects.record(request.user, "新建积分规则", rule, note=f"照{last}年")
                messages.success(request, f"已照{last}年的规则写下{year}年的 {len(made)} 条，可以再改。")
        return redirect("admin:submissions_pointrule_changelist")


@dataclass(frozen=True)
class Asked:
    """One line of the form for many units. was: as stored when the page was made, "" without a quota."""

    unit: Unit
    value: str
    was: str
    problem: str = ""


@admin.register(Quota)
class QuotaAdmin(admin.ModelAdmin):
    change_list_template = "admin/submissions/ledger_quotas.html"
    list_display = ("unit", "year", "pieces")
    list_filter = ("year",)
    list_editable = ("pieces",)
    list_select_related = ("unit",)
    search_fields = ("unit__name", "unit__short_name", "unit__aliases__name")
    search_help_text = "按单位查找。"
    autocomplete_fields = ("unit",)
    actions = None

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """In the list a field has no label of its own beside it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "pieces":
            field.widget.attrs["aria-label"] = str(field.label)
        return field

    def get_changeform_initial_data(self, request):
        return {"year": timezone.localdate().year} | super().get_changeform_initial_data(request)

    def changelist_view(self, request, extra_context=None):
        own = {"may_set": self.has_add_permission(request)}
        return super().changelist_view(request, own | (extra_context or {}))

    def get_urls(self):
        many = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.many_view))
        return [path("many/", many, name="submissions_quota_many"), *super().get_urls()]

    def many_view(self, request):
        """The quotas of all units of a year on one page; an empty field is no quota."""
        if not (self.has_add_permission(request) and self.has_change_permission(request)):
            raise PermissionDenied
        year = _year(request.POST.get("year") or request.GET.get("year"))
        stored = dict(Quota.objects.filter(year=year).order_by().values_list("unit", "pieces"))
        units = list(Unit.objects.filter(is_active=True, merged_into=None) | Unit.objects.filter(pk__in=stored))
        offered = {} if stored else dict(Quota.objects.filter(year=year - 1).order_by().values_list("unit", "pieces"))
        if request.method == "POST":
            lines = [_typed(request.POST, unit, stored) for unit in units]
            if not any(line.problem for line in lines):
                changed = save_quotas(year, lines, request.user)
                messages.success(request, f"{year}年任务已保存，改动 {changed} 个单位。" if changed else "没有改动。")
                return redirect(f"{reverse('admin:submissions_ledger_changelist')}?year={year}")
        else:
            lines = [
                Asked(unit, _text(stored.get(unit.pk, offered.get(unit.pk))), _text(stored.get(unit.pk)))
                for unit in units
            ]
        context = {
            **self.admin_site.each_context(request),
            "title": f"{year}年各单位任务",
            "opts": self.opts,
            "year": year,
            "lines": lines,
            "offered": bool(offered) and request.method != "POST",
            "problems": sum(bool(line.problem) for line in lines),
        }
        return TemplateResponse(request, "admin/submissions/ledger_quotas_many.html", context)


def _text(pieces: int | None) -> str:
    return "" if pieces is None else str(pieces)


def _year(text: str | None) -> int:
    if not text:
        return timezone.localdate().year
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise Http404("没有这个年度。")
    return int(text)


def _typed(post, unit: Unit, stored: dict[int, int]) -> Asked:
    value, was = post.get(f"unit-{unit.pk}", "").strip(), post.get(f"was-{unit.pk}", "")
    now = _text(stored.get(unit.pk))
    problem = ""
    if value not in ("", "0", was):
        try:
            forms.IntegerField(min_value=0, max_value=MOST_PIECES).clean(value)
        except forms.ValidationError:
            problem = f"请写 1 到 {MOST_PIECES} 的整数，没有任务就空着。"
    if not problem and value != was and was != now:
        problem = f"同事刚刚改成了 {now or '没有任务'}。请看过再保存。"
    return Asked(unit, value, now, problem)


@transaction.atomic
def save_quotas(year: int, lines: list[Asked], actor) -> int:
    """Write the lines whose value differs from what is stored; gives how many. An empty or zero value takes it away."""
    changed = 0
    for line in lines:
        value = "" if line.value in ("", "0") else str(int(line.value))
        if value == line.was:
            continue
        changed += 1
        if value:
            quota, _ = Quota.objects.update_or_create(unit=line.unit, year=year, defaults={"pieces": int(value)})
            Event.objects.record(actor, "定任务", quota, before=line.was or "无", after=value)
        else:
            quota = Quota.objects.get(unit=line.unit, year=year)
            Event.objects.record(actor, "定任务", quota, before=line.was, after="无")
            quota.delete()
    return changed
