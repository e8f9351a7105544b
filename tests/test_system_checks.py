"""Django's own checks, the admin's included: its pages are found only when addresses are loaded."""

import importlib

import pytest
from django.contrib import admin
from django.core import checks


@pytest.mark.django_db
def test_nothing_to_complain_of():
    importlib.import_module("config.urls")
    assert len(admin.site._registry) > 10
    assert [complaint for complaint in checks.run_checks() if not complaint.is_silenced()] == []
