# SPDX-License-Identifier: MulanPSL-2.0
"""Every address of the platform: mounts what the frame, the faces and the manifests declare."""

from importlib import import_module

from django.conf import settings
from django.urls import include, path

from linli.config.api import api, open_api
from linli.config.health import healthz, readyz
from linli.config.metrics import metrics
from linli.kernel.sockets import registry
from linli.shells.frame import faces
from linli.shells.frame import urls as frame
from linli.shells.tokens.guide import guide

for surface in registry.surfaces():
    import_module(surface)

handler400, handler403 = frame.handler400, frame.handler403
handler404, handler500 = frame.handler404, frame.handler500

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("api/v1/", api.urls),
    path("api/open/", open_api.urls),
    path("api/docs/", guide, {"apis": (api, open_api)}, name="api_docs"),
    path("accounts/", include("linli.shells.identity.urls")),
    *faces.urlpatterns(),
    path("", include(frame)),
]
if settings.IS_DEMO:  # the guided round stands before everything else
    urlpatterns.insert(0, path("", include("linli.demo.urls")))
