# SPDX-License-Identifier: MulanPSL-2.0
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import linli.base.definitions
import linli.base.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("workflow", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Definition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=32)),
                ("key", models.CharField(max_length=64)),
                (
                    "place_path",
                    linli.base.scope.PathField(blank=True, db_index=True, max_length=255),
                ),
                ("pack", models.CharField(max_length=64)),
                ("version", models.CharField(max_length=16)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                ("clause", models.CharField(max_length=200)),
                ("position", models.PositiveIntegerField(default=0)),
                ("is_removed", models.BooleanField(default=False)),
                ("digest", models.CharField(max_length=64)),
                ("body", linli.base.definitions.BodyField()),
            ],
            options={
                "abstract": False,
                "indexes": [
                    models.Index(
                        fields=["kind", "key", "place_path"], name="ballots_def_kind_49523d_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "key", "place_path", "starts_on", "digest"),
                        name="ballots_definition_version",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gate_key", models.CharField(max_length=100, unique=True)),
                ("opened_at", models.DateTimeField()),
                ("closes_at", models.DateTimeField(blank=True, null=True)),
                ("derivation", models.JSONField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("good", "Rated good"),
                            ("bad", "Rated bad"),
                            ("silent", "No mark"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ballots",
                        to="workflow.matter",
                    ),
                ),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ballots.definition",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "via",
                    models.CharField(
                        choices=[
                            ("web", "Online"),
                            ("phone", "By telephone"),
                            ("paper", "On paper"),
                        ],
                        max_length=8,
                    ),
                ),
                ("mark", models.CharField(max_length=64)),
                ("reasons", models.JSONField(blank=True, default=list)),
                ("values", models.JSONField(blank=True, default=dict)),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ballot",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vote",
                        to="ballots.ballot",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="ballot",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["closes_at"],
                name="ballot_open_closes",
            ),
        ),
        migrations.AddConstraint(
            model_name="ballot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("result", "")),
                    models.Q(("closed_at__isnull", False), models.Q(("result", ""), _negated=True)),
                    _connector="OR",
                ),
                name="ballot_closes_with_a_result",
            ),
        ),
    ]
