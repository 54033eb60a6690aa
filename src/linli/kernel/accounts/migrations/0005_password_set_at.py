# SPDX-License-Identifier: MulanPSL-2.0
"""Since when a password holds; for those that are there already it begins with this upgrade."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.utils import timezone


def forwards(apps: Apps, schema_editor: Any) -> None:
    del schema_editor
    apps.get_model("accounts", "Account")._base_manager.update(password_set_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_throttle")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="password_set_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
