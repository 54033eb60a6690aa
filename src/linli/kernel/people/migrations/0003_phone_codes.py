# SPDX-License-Identifier: MulanPSL-2.0
"""Codes by phone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0002_erased")]

    operations = [
        migrations.CreateModel(
            "PhoneCode",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("phone_index", models.CharField(db_index=True, max_length=64)),
                ("code_index", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(db_index=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
    ]
