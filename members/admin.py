"""Accounts and units in the admin: approving applicants, roles, passwords. Nobody lifts anybody above the own reach."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_http_methods

from . import departing, resets, second_factor, sessions, units
from .departures import Departure
from .invitations import units_to_invite_for
from .models import Event, Unit, UnitAlias, User, normal_login_name
from .privacy import PrivacyNotice
from .read_only import ReadOnlyAdmin
from .roles import EDITORIAL, SENDERS, Role

# Rights come with roles; raw groups and permissions would be a second, unaudited door. So would the library's own lists.
admin.site.unregister([Group, EmailAddress, Authenticator])

OUTSIDE_ROLES = [role for role in Role if role not in EDITORIAL]


def assigns_editorial_roles(actor) -> bool:
    """Only the chief editor and administrators make editors."""
    return actor.is_superuser or bool(actor.roles & {Role.CHIEF_EDITOR, Role.ADMINISTRATOR})


def may_manage(actor, person) -> bool:
    """May change this account: its roles, its password, whether it can sign in.

    An account of the office is a way into the office: editors manage outside accounts only.
    """
    if actor.is_superuser:
        return True
    if person.is_superuser:
        return False
    return assigns_editorial_roles(actor) or not person.groups.filter(name__in=[r.label for r in EDITORIAL]).exists()


def assignable(actor) -> list[Role]:
    return list(Role) if assigns_editorial_roles(actor) else OUTSIDE_ROLES


class RolesField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(
            label="身份",
            choices=Role.choices,
            error_messages={
                "required": "请至少勾选一个身份，例如“投稿人”。",
                "invalid_choice": "您不能给人这个身份。编辑部的身份由主编或管理员分配。",
            },
            **kwargs,
        )


class AccountFormMixin:
    """`actor` is set by the admin for each request: it decides which roles are offered and taken."""

    actor: User

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "granted" in self.fields:
            self.fields["granted"].choices = [(role.value, role.label) for role in assignable(self.actor)]
            if not assigns_editorial_roles(self.actor):
                self.fields["granted"].help_text = "编辑部的身份由主编或管理员分配。"

    def clean_login_name(self):
        return normal_login_name(self.cleaned_data["login_name"])

    def needs_unit(self, granted) -> bool:
        return bool(SENDERS & set(granted)) and not self.cleaned_data.get("unit")


class AccountForm(AccountFormMixin, UserChangeForm):
    granted = RolesField(required=False)

    class Meta:
        model = User
        fields = ("login_name", "name", "unit", "post", "phone", "email", "is_active")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "granted" in self.fields:
            names = set(self.instance.groups.values_list("name", flat=True))
            self.initial["granted"] = [role.value for role in Role if role.label in names]

    def clean(self):
        super().clean()
        if "_approve" in self.data and "granted" in self.cleaned_data:
            granted = self.cleaned_data["granted"]
            if not granted:
                self.add_error("granted", "请至少勾选一个身份，例如“投稿人”，再批准。")
            elif self.needs_unit(granted):
                self.add_error("unit", "投稿人和通讯员要有单位。请选好单位，再批准；没有的单位先在“单位”里新建。")
        return self.cleaned_data


class NewAccountForm(AccountFormMixin, forms.ModelForm):
    """Without a password: the person chooses one, with the code that the next page shows."""

    granted = RolesField()

    class Meta:
        model = User
        fields = ("login_name", "name", "unit", "post", "phone", "email")


class ApprovalFilter(admin.SimpleListFilter):
    title = "批准"
    parameter_name = "approval"

    def lookups(self, request, model_admin):
        return [("pending", "待批准"), ("approved", "已批准"), ("off", "已停用")]

    def queryset(self, request, queryset):
        chosen = {
            "pending": Q(approved_at=None, is_active=True),
            "approved": Q(approved_at__isnull=False, is_active=True),
            "off": Q(is_active=False),
        }
        return queryset.filter(chosen[self.value()]) if self.value() in chosen else queryset


class RoleFilter(admin.SimpleListFilter):
    title = "身份"
    parameter_name = "role"

    def lookups(self, request, model_admin):
        return Role.choices

    def queryset(self, request, queryset):
        if self.value() in Role.values:
            return queryset.filter(groups__name=Role(self.value()).label)
        return queryset


@admin.register(User)
class UserAdmin(StockUserAdmin):
    form = AccountForm
    add_form = NewAccountForm
    # The stock page for a new account is half in English and offers what is not there.
    add_form_template = "admin/change_form.html"
    change_form_template = "admin/members/account_form.html"
    list_display = ("name", "login_name", "unit", "roles_held", "standing", "date_joined")
    list_filter = (ApprovalFilter, RoleFilter, "unit")
    list_select_related = ("unit",)
    list_per_page = 50
    search_fields = ("name", "login_name", "phone", "unit__name", "unit__short_name", "unit_claimed")
    search_help_text = "按姓名、登录名、手机、单位查找。"
    ordering = ("name", "pk")
    filter_horizontal = ()
    autocomplete_fields = ("unit",)
    readonly_fields = ("unit_claimed", "approved_at", "approved_by", "date_joined", "last_login")
    actions = None
    fieldsets = (
        (None, {"fields": ("name", "login_name")}),
        ("单位和联系", {"fields": ("unit_claimed", "unit", "post", "phone", "email")}),
        ("身份", {"fields": ("granted", "is_active")}),
        ("经过", {"fields": ("date_joined", "approved_at", "approved_by", "last_login")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": ("name", "login_name", "unit", "post", "phone", "email", "granted"),
                "description": "替不方便上网的同志建账号：不设初始密码。建好以后显示一个重设码，请当面或电话告诉本人，本人用它自己定密码。",
            },
        ),
    )

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may_manage(request.user, obj))

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        own = obj is not None and obj.pk == request.user.pk and not request.user.is_superuser
        return (*self.readonly_fields, "roles_held", "is_active") if own else self.readonly_fields

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or (self.has_change_permission(request, obj) and obj.pk != request.user.pk):
            return fieldsets
        if request.user.is_superuser and self.has_change_permission(request, obj):
            return fieldsets
        # Where roles cannot be changed they are told, not offered.
        return [
            (name, options | {"fields": tuple("roles_held" if f == "granted" else f for f in options["fields"])})
            for name, options in fieldsets
        ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        extra = {"actor": request.user}
        if "granted" not in flatten_fieldsets(self.get_fieldsets(request, obj)):
            # A declared field would be taken from a crafted form even where the page does not show it.
            extra["granted"] = None
        return type(form.__name__, (form,), extra)

    def save_model(self, request, obj, form, change):
        approving = not change or ("_approve" in request.POST and obj.approved_at is None)
        if approving:
            obj.approved_at, obj.approved_by = timezone.now(), request.user
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            Event.objects.record(request.user, "建账号", obj)
        elif approving:
            Event.objects.record(request.user, "批准账号", obj, before="待批准", after="已批准")
        if change and "is_active" in form.changed_data:
            Event.objects.record(request.user, "启用账号" if obj.is_active else "停用账号", obj)
        if "granted" in form.cleaned_data:
            self._grant(request.user, obj, [Role(value) for value in form.cleaned_data["granted"]])

    def _grant(self, actor, person, wanted: list[Role]) -> None:
        before = {group.name for group in person.groups.all()}
        if before == {role.label for role in wanted}:
            return
        person.set_roles(wanted)
        # What the old role opened is open no longer, and the rules of the new one hold from the next sign-in on.
        sessions.end_all(person)
        note = f"{'、'.join(sorted(before)) or '无'} → {'、'.join(role.label for role in wanted) or '无'}"
        Event.objects.record(actor, "改身份", person, note=note)

    def get_urls(self):
        reset = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.second_factor_view))
        return [path("<int:pk>/second-factor/", reset, name="members_user_second_factor"), *super().get_urls()]

    def second_factor_view(self, request, pk):
        """Take a person's second factor away (a lost phone), with the reason."""
        person = get_object_or_404(User, pk=pk)
        if not second_factor.may_reset(request.user, person):
            raise PermissionDenied
        reason, problem = request.POST.get("reason", "").strip()[:300], ""
        if request.method == "POST" and reason:
            second_factor.reset(person, request.user, reason)
            messages.success(request, f"“{person}”的两步验证已重置，别处都已退出。请本人登录后重新设置。")
            return redirect("admin:members_user_change", person.pk)
        if request.method == "POST":
            problem = "还没有写原因。请写明为什么重置、怎样核实是本人。"
        context = {
            **self.admin_site.each_context(request),
            "title": f"{person}：重置两步验证",
            "opts": self.opts,
            "person": person,
            "is_set_up": second_factor.is_set_up(person),
            "problem": problem,
        }
        return TemplateResponse(request, "admin/members/second_factor.html", context)

    def user_change_password(self, request, id, form_url=""):
        """In place of the stock page, where an editor would know the password: a code, told by phone, used once."""
        person = self.get_object(request, id)
        if person is None:
            raise Http404
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        if request.method == "POST":
            return self._reset_page(request, person, resets.issue_code(person, request.user))
        return self._reset_page(request, person, "")

    def _reset_page(self, request, person, code: str):
        context = {
            **self.admin_site.each_context(request),
            "title": f"{person}：重设密码",
            "opts": self.opts,
            "person": person,
            "code": code,
            "hours": resets.CODE_HOURS,
            "address": request.build_absolute_uri(reverse("reset_by_code")),
        }
        response = TemplateResponse(request, "admin/members/reset.html", context)
        add_never_cache_headers(response)
        return response

    def response_add(self, request, obj, post_url_continue=None):
        if IS_POPUP_VAR in request.POST:
            return super().response_add(request, obj, post_url_continue)
        return self._reset_page(request, obj, resets.issue_code(obj, request.user))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        person = self.get_object(request, object_id)
        waits = person is not None and person.approved_at is None and self.has_change_permission(request, person)
        locked = person is not None and not may_manage(request.user, person)
        resettable = (
            person is not None and second_factor.may_reset(request.user, person) and second_factor.is_set_up(person)
        )
        shown = {"waits": waits, "locked": locked, "resettable": resettable, "show_save_and_add_another": False}
        return super().change_view(request, object_id, form_url, shown | (extra_context or {}))

    @admin.display(description="身份")
    def roles_held(self, person):
        names = {group.name for group in person.groups.all()}
        return "、".join(role.label for role in Role if role.label in names) or "无"

    @admin.display(description="状态", ordering="approved_at")
    def standing(self, person):
        if not person.is_active:
            return "已停用"
        return "已批准" if person.approved_at else "待批准"


@admin.register(PrivacyNotice)
class PrivacyNoticeAdmin(admin.ModelAdmin):
    list_display = ("version", "in_force_from", "agreements_made")
    actions = None

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        # What people agreed to is not rewritten behind them.
        return super().has_change_permission(request, obj) and not (obj and obj.is_agreed_to)

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(agreed=Count("agreements"))

    @admin.display(description="同意的人数")
    def agreements_made(self, notice):
        return notice.agreed


@admin.register(Departure)
class DepartureAdmin(ReadOnlyAdmin):
    change_form_template = "admin/members/departure_form.html"
    list_display = ("user", "asked_at", "due_at", "standing")
    list_select_related = ("user",)
    actions = None

    def get_urls(self):
        confirm = self.admin_site.admin_view(require_http_methods(["POST"])(self.confirm_view))
        return [path("<int:pk>/confirm/", confirm, name="members_departure_confirm"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        departure = self.get_object(request, object_id)
        reasons = departing.needs_confirmation(departure.user) if departure and not departure.done_at else []
        may = bool(reasons) and not departure.confirmed_at and departing.may_confirm(request.user, departure)
        return super().change_view(request, object_id, form_url, {"reasons": reasons, "may_confirm": may})

    def confirm_view(self, request, pk):
        departure = get_object_or_404(Departure.objects.select_related("user"), pk=pk)
        if departing.confirm(departure, request.user):
            messages.success(request, f"已同意“{departure.user}”注销，冷静期满以后办理。")
        else:
            messages.warning(request, "这份申请已经有人办过，或者本人撤回了。")
        return redirect("admin:members_departure_change", pk)

    @admin.display(description="状态")
    def standing(self, departure):
        if departure.done_at:
            return "已注销"
        return "已同意，等冷静期满" if departure.confirmed_at else "冷静期"


class AliasInline(admin.TabularInline):
    model = UnitAlias
    extra = 1


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    change_form_template = "admin/members/unit_form.html"
    list_display = ("name", "short_name", "parent", "endorsement_required", "is_active")
    list_filter = ("is_active", "endorsement_required")
    list_select_related = ("parent",)
    search_fields = ("name", "short_name", "aliases__name")
    search_help_text = "按全称、简称、别名查找。"
    autocomplete_fields = ("parent",)
    inlines = (AliasInline,)
    actions = None

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        merge = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.merge_view))
        return [path("<int:pk>/merge/", merge, name="members_unit_merge"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        may = request.user.has_perm("members.merge_units") and object_id.isdecimal()
        may_invite = object_id.isdecimal() and units_to_invite_for(request.user).filter(pk=object_id).exists()
        own = {
            "merge_url": reverse("admin:members_unit_merge", args=[object_id]) if may else "",
            "invite_url": f"{reverse('unit_invitations')}?unit={object_id}" if may_invite else "",
        }
        return super().change_view(request, object_id, form_url, own | (extra_context or {}))

    def merge_view(self, request, pk):
        """Choose a unit, see what would go over, merge; for a merged unit the way back."""
        if not request.user.has_perm("members.merge_units"):
            raise PermissionDenied
        unit = get_object_or_404(Unit.objects.select_related("merged_into", "parent"), pk=pk)
        chosen = (request.POST if request.method == "POST" else request.GET).get("into", "")
        into = _unit_chosen(chosen) if chosen else None
        problem, preview = "", None
        try:
            if request.method == "POST":
                self._merge_or_part(request, unit, into)
                return redirect("admin:members_unit_change", unit.pk)
            if into and not unit.merged_into_id:
                preview = units.preview(unit, into)
        except units.MergeRefused as refusal:
            problem = str(refusal)
            unit.refresh_from_db()
        context = {
            **self.admin_site.each_context(request),
            "title": f"{unit}：{'撤销并入' if unit.merged_into_id else '并入其他单位'}",
            "opts": self.opts,
            "unit": unit,
            "into": into,
            "preview": preview,
            "problem": problem,
            "others": Unit.objects.filter(is_active=True, merged_into=None).exclude(pk=unit.pk),
        }
        return TemplateResponse(request, "admin/members/unit_merge.html", context)

    def _merge_or_part(self, request, unit, into):
        act = request.POST.get("act")
        if act == "part":
            units.part(unit, request.user)
            messages.success(request, f"“{unit}”已恢复为单独的单位。")
        elif act == "merge" and into is not None:
            units.merge(unit, into, request.user)
            messages.success(request, f"“{unit}”已并入“{into}”。办错了可以在本页撤销。")
        else:
            raise Http404("没有这个办法。")


def _unit_chosen(text: str) -> Unit:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Http404("没有这个单位。")
    return get_object_or_404(Unit, pk=int(text))
