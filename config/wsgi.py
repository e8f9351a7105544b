import os
import time

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# For a server that does not tell its start itself (gunicorn.conf.py): pages kept by an earlier one are not given out.
os.environ.setdefault("SERVED_SINCE", str(int(time.time())))
application = get_wsgi_application()

# Addresses and admin pages are loaded before the first visitor comes, not by him.
import config.urls  # noqa: E402, F401
from operations.starting import refuse_demonstration  # noqa: E402

refuse_demonstration()
