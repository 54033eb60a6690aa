# SPDX-License-Identifier: MulanPSL-2.0
"""Sessions in a table of our own; whoever is signed in signs in once more."""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import migrations, models
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import StateApps

OLD = "django_session"


def forwards(apps: Apps, schema_editor: Any) -> None:
    del apps
    schema_editor.execute(f"DROP TABLE IF EXISTS {OLD}")


def backwards(apps: Apps, schema_editor: Any) -> None:
    """Django's own table, where its migration believes that it stands."""
    del apps
    if ("sessions", "0001_initial") not in MigrationRecorder(
        schema_editor.connection
    ).applied_migrations():
        return

    class OldSession(AbstractBaseSession):
        class Meta:
            app_label = "accounts"
            db_table = OLD
            apps = StateApps([], {})

    schema_editor.create_model(OldSession)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="session key",
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("device", models.CharField(blank=True, default="", max_length=80)),
                ("address", models.CharField(blank=True, default="", max_length=64)),
                ("opened_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
                ("rest_minutes", models.PositiveSmallIntegerField(default=15)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.RunPython(forwards, backwards),
    ]
