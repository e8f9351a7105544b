"""Filters of the list of manuscripts, worded as people ask."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.utils import timezone

from members.models import Unit

from ..models import Submission
from ..states import AWAITING_REVIEW, Stage, State
from .queue import REVIEW_DAYS


class StepFilter(admin.SimpleListFilter):
    """State and stage in one list: 待初审, 待复审, 待终审, 退修中, 已录用 …"""

    title = "到哪一步"
    parameter_name = "step"

    def lookups(self, request, model_admin):
        waiting = [(stage.value, f"待{stage.label}") for stage in Stage]
        return [*waiting, *((state.value, state.label) for state in (State.RETURNED, *DECIDED)), ("late", "超期未审")]

    def queryset(self, request, queryset):
        value = self.value()
        if value in Stage.values:
            return queryset.filter(state__in=AWAITING_REVIEW, stage=value)
        if value in State.values:
            return queryset.filter(state=value)
        if value == "late":
            limit = timezone.localdate() - timedelta(days=REVIEW_DAYS)
            return queryset.filter(state__in=AWAITING_REVIEW, waiting_since__date__lt=limit)
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
        return queryset.filter(unit=int(value)) if value.isdigit() else queryset


DECIDED = (State.ACCEPTED, State.REJECTED, State.WITHDRAWN)
