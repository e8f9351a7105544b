"""Filters of the office's lists, worded as people ask, and remembered while one goes to and fro."""

from urllib.parse import urlsplit

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect

from members.models import Unit

from ..models import Submission
from ..states import AWAITING_REVIEW, Stage, State
from . import queue

DECIDED = (State.ACCEPTED, State.REJECTED, State.WITHDRAWN)


def is_key(value: str) -> bool:
    """Whether a typed value can be a primary key: digits, no more than a database takes."""
    return value.isascii() and value.isdigit() and len(value) < 19


class StepFilter(admin.SimpleListFilter):
    """State and stage in one list: 待初审, 待复审, 待终审, 退修中, 已录用 …"""

    title = "到哪一步"
    parameter_name = "step"

    def lookups(self, request, model_admin):
        return [
            ("endorse", "等单位审核"),
            *((stage.value, f"待{stage.label}") for stage in Stage),
            ("secrecy", "等保密审查"),
            *((state.value, state.label) for state in (State.RETURNED, *DECIDED)),
            ("late", "超期"),
        ]

    def queryset(self, request, queryset):
        value = self.value()
        if value in Stage.values:
            return queryset.filter(state__in=AWAITING_REVIEW, stage=value)
        if value in State.values:
            return queryset.filter(state=value)
        if value == "endorse":
            return queue.unendorsed(queryset)
        if value == "secrecy":
            return queue.without_secrecy(queryset)
        if value == "late":
            return queryset.filter(queue.late_q())
        return queryset


class OwnerFilter(admin.SimpleListFilter):
    """Whose turn it is: mine, nobody's yet, or a colleague's by name."""

    title = "经办人"
    parameter_name = "owner"

    def lookups(self, request, model_admin):
        people = Submission.objects.awaiting_review().exclude(assignee=None).exclude(assignee=request.user)
        named = people.values_list("assignee", "assignee__name").order_by("assignee__name").distinct()
        return [("me", "我"), ("nobody", "还没有指定"), *((str(pk), name) for pk, name in named)]

    def queryset(self, request, queryset):
        value = self.value() or ""
        if value == "me":
            return queryset.filter(state__in=AWAITING_REVIEW, assignee=request.user)
        if value == "nobody":
            return queryset.filter(state__in=AWAITING_REVIEW, assignee=None)
        if is_key(value):
            return queryset.filter(state__in=AWAITING_REVIEW, assignee=int(value))
        return queryset


class UnitFilter(admin.SimpleListFilter):
    """Units that have sent something, by the name people use."""

    title = "单位"
    parameter_name = "unit"

    def lookups(self, request, model_admin):
        sent = Submission.objects.sent().filter(unit=OuterRef("pk"))
        return [(unit.pk, str(unit)) for unit in Unit.objects.filter(Exists(sent))]

    def queryset(self, request, queryset):
        value = self.value() or ""
        return queryset.filter(unit=int(value)) if is_key(value) else queryset


class RememberedFilters:
    """A list opens as the person left it: filters, search and order are kept in the session, by list.

    Applied when one comes from another page of the site without asking for anything; the list's own links clear it.
    An address typed or opened from a bookmark shows what it says.
    """

    def changelist_view(self, request, extra_context=None):
        if request.method == "GET" and "_popup" not in request.GET:
            key = f"list:{self.opts.label_lower}"
            asked = {name: values for name, values in request.GET.lists() if name not in ("p", "e") and any(values)}
            if asked:
                kept = request.GET.copy()
                for name in ("p", "e"):
                    kept.pop(name, None)
                request.session[key] = kept.urlencode()
            elif request.GET or self._from_itself(request):
                request.session.pop(key, None)
            elif request.session.get(key) and self._from_the_site(request):
                return redirect(f"{request.path}?{request.session[key]}")
        return super().changelist_view(request, extra_context)

    def _from_the_site(self, request) -> bool:
        return urlsplit(request.headers.get("Referer", "")).netloc == request.get_host()

    def _from_itself(self, request) -> bool:
        return self._from_the_site(request) and urlsplit(request.headers["Referer"]).path == request.path
