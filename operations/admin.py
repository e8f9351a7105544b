"""The queue's stock page is a programmer's, in English, with traces in it: the office sees each work where it asked for it."""

from django.contrib import admin
from django_tasks_db.models import DBTaskResult

admin.site.unregister(DBTaskResult)
