# SPDX-License-Identifier: MulanPSL-2.0
"""The addresses as a demo has them, for tests."""

from django.urls import include, path

from linli.config.urls import handler400, handler403, handler404, handler500
from linli.config.urls import urlpatterns as house

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [path("", include("linli.demo.urls")), *house]
