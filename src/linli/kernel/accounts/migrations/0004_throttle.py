# SPDX-License-Identifier: MulanPSL-2.0
"""Where django-allauth counts attempts: in the database, so that all processes count together."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.migrations.state import StateApps

TABLE = "accounts_throttle"


def _table() -> type[models.Model]:
    """The table as Django's cache in the database wants it."""

    class Throttle(models.Model):  # noqa: DJ008 - nobody ever sees a row
        cache_key = models.CharField(max_length=255, primary_key=True)
        value = models.TextField()
        expires = models.DateTimeField(db_index=True)

        class Meta:
            app_label = "accounts"
            db_table = TABLE
            apps = StateApps([], {})

    return Throttle


def forwards(apps: Apps, schema_editor: Any) -> None:
    del apps
    schema_editor.create_model(_table())


def backwards(apps: Apps, schema_editor: Any) -> None:
    del apps
    schema_editor.delete_model(_table())


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_invitations")]

    operations = [migrations.RunPython(forwards, backwards)]
