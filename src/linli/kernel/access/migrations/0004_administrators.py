# SPDX-License-Identifier: MulanPSL-2.0
"""Sensitive roles wait for a second person, and nobody is two of the three administrators."""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models

from linli.kernel.access import triggers

ROLES = {
    "system_administrator": "system",
    "security_administrator": "security",
    "auditor": "audit",
}


def forwards(apps: Apps, schema_editor: Any) -> None:
    """What the roles of the base pack make of those who hold them; the pairs that stand are left."""
    grants = apps.get_model("access", "Grant").objects
    for role, administrator in ROLES.items():
        grants.filter(role=role).update(administrator=administrator)
    triggers.install(schema_editor.connection)


def backwards(apps: Apps, schema_editor: Any) -> None:
    del apps
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("access", "0003_abuse_masked"),
    ]

    operations = [
        migrations.AddField(
            model_name="grant",
            name="administrator",
            field=models.CharField(
                blank=True,
                choices=[
                    ("system", "system administrator"),
                    ("security", "security administrator"),
                    ("audit", "audit administrator"),
                ],
                default="",
                max_length=16,
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="is_waiting",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="grant",
            name="asked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(forwards, backwards),
    ]
