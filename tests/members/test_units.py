"""Units are merged and parted: what goes over, what stays, who may, and two who press at once."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from journal import assembly
from members import units
from members.models import Event, Unit, UnitAlias, User


@pytest.fixture
def town(unit):
    """The unit's successor."""
    UnitAlias.objects.create(unit=unit, name="榕岭支部")
    return Unit.objects.create(name="临港镇党委", short_name="临港镇")


def names_of(unit):
    return set(unit.aliases.values_list("name", flat=True))


def test_people_names_and_lower_units_go_over_and_come_back(unit, town, cast):
    group = Unit.objects.create(name="榕岭第一小组", parent=unit)
    older = Unit.objects.create(name="旧榕岭村", merged_into=unit, is_active=False)
    units.merge(unit, town, cast.chief)
    for one in (unit, group, older, cast.contributor):
        one.refresh_from_db()
    assert (unit.merged_into, unit.is_active, group.parent, older.merged_into) == (town, False, town, town)
    assert cast.contributor.unit == town
    assert names_of(town) == {"榕岭支部", "望海区榕岭村党总支", "榕岭村党总支"}
    assert {assembly.find_unit(name) for name in ("榕岭支部", "榕岭村党总支", "旧榕岭村")} == {town}
    units.part(unit, cast.managing)
    for one in (unit, group, older, cast.contributor):
        one.refresh_from_db()
    assert (unit.merged_into, unit.is_active, group.parent, older.merged_into) == (None, True, unit, unit)
    assert cast.contributor.unit == unit
    assert (names_of(unit), names_of(town)) == ({"榕岭支部"}, set())
    assert list(Event.objects.about(unit).values_list("verb", flat=True)) == [units.PARTED, units.MERGED]


def test_who_moved_on_in_between_stays_where_they_are(unit, town, cast):
    units.merge(unit, town, cast.chief)
    third = Unit.objects.create(name="望海港")
    User.objects.filter(pk=cast.contributor.pk).update(unit=third)
    units.part(unit, cast.chief)
    cast.contributor.refresh_from_db()
    assert cast.contributor.unit == third


def test_into_a_unit_below_its_lower_units(unit, town, cast):
    """No circle comes of it: the branch the successor stands on is lifted."""
    branch = Unit.objects.create(name="榕岭片区", parent=unit)
    Unit.objects.filter(pk=town.pk).update(parent=branch)
    other = Unit.objects.create(name="榕岭第二小组", parent=unit)
    town.refresh_from_db()
    units.merge(unit, town, cast.chief)
    for one in (branch, town, other):
        one.refresh_from_db()
        one.clean()
    assert (branch.parent, town.parent, other.parent) == (None, branch, town)
    units.part(unit, cast.chief)
    branch.refresh_from_db()
    assert branch.parent == unit


def test_a_chain_of_mergers_ends_in_the_last(unit, town, cast):
    county = Unit.objects.create(name="望海区委")
    units.merge(unit, town, cast.chief)
    units.merge(town, county, cast.chief)
    unit.refresh_from_db()
    assert unit.merged_into == county
    units.part(town, cast.chief)
    unit.refresh_from_db()
    assert unit.merged_into == town


def test_what_cannot_be_merged(unit, town, cast):
    for wrong in (lambda: units.merge(unit, unit, cast.chief), lambda: units.part(unit, cast.chief)):
        with pytest.raises(units.MergeRefused):
            wrong()
    units.merge(unit, town, cast.chief)
    third = Unit.objects.create(name="望海港")
    with pytest.raises(units.MergeRefused, match="早已并入"):
        units.merge(unit, third, cast.chief)
    with pytest.raises(units.MergeRefused, match="自己已经并入"):
        units.merge(third, unit, cast.chief)
    Unit.objects.filter(pk=town.pk).update(is_active=False)
    with pytest.raises(units.MergeRefused, match="停用"):
        units.preview(third, Unit.objects.get(pk=town.pk))


@pytest.mark.parametrize("who", ["contributor", "liaison", "editor", "proofreader"])
def test_who_may_not(unit, town, cast, who, client):
    person = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        units.merge(unit, town, person)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("admin:members_unit_merge", args=[unit.pk])
    assert client.post(address, {"act": "merge", "into": town.pk}, follow=True).status_code == 403
    unit.refresh_from_db()
    assert unit.merged_into is None


def test_the_page_shows_first_then_does(unit, town, cast, client, make_submission):
    make_submission("submitted")
    client.force_login(cast.managing, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("admin:members_unit_merge", args=[unit.pk])
    assert town.name in client.get(address).content.decode()
    shown = client.get(address, {"into": town.pk}).content.decode()
    assert "林晓舟" in shown
    assert "稿件 1 条" in shown
    assert client.get(address, {"into": "x"}).status_code == 404
    assert client.get(address, {"into": 999999}).status_code == 404
    assert client.post(address, {"act": "dance"}).status_code == 404
    assert client.post(address, {"act": "merge", "into": town.pk}).status_code == 302
    again = client.post(address, {"act": "merge", "into": town.pk})
    assert "早已并入" in again.content.decode()
    assert "撤销并入" in client.get(reverse("admin:members_unit_change", args=[unit.pk])).content.decode()
    assert client.post(address, {"act": "part"}).status_code == 302
    unit.refresh_from_db()
    assert unit.merged_into is None


@pytest.mark.django_db(transaction=True)
def test_two_mergers_at_once_make_one(unit, cast):
    others = [Unit.objects.create(name=f"第{number}单位") for number in range(2)]
    outcome, start = [], threading.Barrier(2)

    def press(into):
        start.wait()
        try:
            units.merge(Unit.objects.get(pk=unit.pk), into, cast.chief)
            outcome.append("done")
        except units.MergeRefused:
            outcome.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[into]) for into in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome) == ["done", "refused"]
    assert Event.objects.filter(verb=units.MERGED).count() == 1
