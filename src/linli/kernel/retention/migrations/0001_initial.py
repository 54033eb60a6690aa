# SPDX-License-Identifier: MulanPSL-2.0
"""How long classes of rows are kept, and the ledger of what went."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RetentionPeriod",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("days", models.PositiveIntegerField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("set_at", models.DateTimeField()),
                (
                    "set_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RetentionRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("manner", models.CharField(max_length=16)),
                ("version", models.PositiveIntegerField()),
                ("days", models.PositiveIntegerField()),
                ("until", models.DateTimeField()),
                ("rows", models.PositiveBigIntegerField(default=0)),
                ("oldest", models.DateTimeField(blank=True, null=True)),
                ("newest", models.DateTimeField(blank=True, null=True)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, db_index=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("name",),
                        name="retention_one_run_at_once",
                    )
                ],
            },
        ),
    ]
