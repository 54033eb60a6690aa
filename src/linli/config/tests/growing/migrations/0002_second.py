# SPDX-License-Identifier: MulanPSL-2.0
from typing import Any

from django.conf import settings
from django.db import migrations


def grow(apps: Any, schema_editor: Any) -> None:
    apps.get_model("growing", "Leaf").objects.create()
    apps.get_model("files", "StoredFile").objects.all().delete()
    while_growing: Any = getattr(settings, "WHILE_GROWING")  # noqa: B009 - set by the test
    while_growing()


class Migration(migrations.Migration):
    dependencies = [("growing", "0001_first"), ("files", "0001_initial")]
    operations = [migrations.RunPython(grow, migrations.RunPython.noop)]
