# SPDX-License-Identifier: MulanPSL-2.0
"""The addresses of the frame itself; config puts those of the faces beside them."""

from django.conf import settings
from django.urls import path

from linli.shells.frame import gallery, live, presence, resting, views, worker

urlpatterns = [
    path("", views.root, name="root"),
    path("look/", views.look, name="look"),
    path("live/", live.live, name="live"),
    path("busy/", presence.busy, name="busy"),
    path("rest/", resting.rest, name="rest"),
    path("sw.js", worker.worker, name="worker"),
]

if settings.IS_DEMO or settings.IS_TEST:
    urlpatterns.append(path("components/", gallery.components, name="components"))

handler400 = "linli.shells.frame.views.bad_request"
handler403 = "linli.shells.frame.views.denied"
handler404 = "linli.shells.frame.views.not_found"
handler500 = "linli.shells.frame.views.server_error"
