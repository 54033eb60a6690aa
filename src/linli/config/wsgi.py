# SPDX-License-Identifier: MulanPSL-2.0
"""The application that the web server runs; production unless LINLI_MODE says otherwise."""

import gc
import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
application = get_wsgi_application()


def _refuse_a_demo_in_production() -> None:
    from django.conf import settings

    from linli.config.checks import problems_of_production

    problems = problems_of_production() if settings.IS_PRODUCTION else []
    if problems:
        raise ImproperlyConfigured("refusing to start in production: " + "; ".join(problems))


_refuse_a_demo_in_production()
get_resolver().url_patterns  # noqa: B018 - reads every page now: whatever is broken stops the start
gc.collect()
gc.set_threshold(20_000, 20, 100)  # a page makes many small things; looked through less often
gc.freeze()  # what stands as long as the process is not looked through again with every request
