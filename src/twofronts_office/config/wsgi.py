"""WSGI entry for gunicorn, which loads it once and forks its workers from it."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "twofronts_office.config.settings")
application = get_wsgi_application()
get_resolver()._populate()  # every page's code now, so that the workers share it and start warm
