# SPDX-License-Identifier: MulanPSL-2.0
"""The addresses of the guided round; mounted in demo mode only, before everything else."""

from django.urls import path

from linli.demo import door, phone_page

urlpatterns = [
    path("", door.door, name="door"),
    path("demo/enter/", door.enter, name="door_enter"),
    path("demo/phone/", phone_page.phone, name="demo_phone"),
    path("demo/clock/", door.clock_on, name="door_clock"),
]
