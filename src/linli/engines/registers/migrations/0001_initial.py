# SPDX-License-Identifier: MulanPSL-2.0
"""Registers: definitions, records, and what stands beside them."""

from functools import partial

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import linli.base.definitions
import linli.base.scope
import linli.engines.registers.models

ID = partial(
    models.BigAutoField, auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
)
WORDS = [
    (
        f"word_{number}",
        linli.engines.registers.models.WordField(blank=True, max_length=400, null=True),
    )
    for number in range(1, 13)
]
WORD_INDEXES = [
    migrations.AddIndex(
        model_name="record",
        index=models.Index(
            condition=models.Q((f"word_{number}__isnull", False)),
            fields=["register", f"word_{number}"],
            name=f"record_word_{number}",
        ),
    )
    for number in range(1, 13)
]


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0004_erasures"),
        ("places", "0004_ground_then"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Definition",
            fields=[
                ("id", ID()),
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
                        fields=["kind", "key", "place_path"], name="registers_d_kind_7ee4d5_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "key", "place_path", "starts_on", "digest"),
                        name="registers_definition_version",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("id", ID()),
                ("register", models.CharField(max_length=64)),
                ("place_path", linli.base.scope.PathField(db_index=False, max_length=255)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("standing", "standing"), ("ended", "ended")],
                        default="standing",
                        max_length=16,
                    ),
                ),
                ("told_until", models.DateField(blank=True, null=True)),
                ("ended_reason", models.CharField(blank=True, default="", max_length=200)),
                ("values", models.JSONField(blank=True, default=dict)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                *WORDS,
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registers.definition",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="people.household",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="people.person",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="places.place",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="units.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", ID()),
                ("field", models.CharField(max_length=64)),
                (
                    "household",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="record_links",
                        to="people.household",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="record_links",
                        to="people.person",
                    ),
                ),
                (
                    "place",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="record_links",
                        to="places.place",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="record_links",
                        to="units.unit",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="registers.record",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="linked_from",
                        to="registers.record",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", ID()),
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("hand", "by hand"),
                            ("import", "from a file"),
                            ("pack", "from the plan pack"),
                            ("procedure", "by a procedure"),
                        ],
                        default="hand",
                        max_length=16,
                    ),
                ),
                ("source_key", models.CharField(blank=True, default="", max_length=100)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("values", models.JSONField(blank=True, default=dict)),
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
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registers.definition",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="registers.record",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                ("id", ID()),
                ("register", models.CharField(max_length=64)),
                ("field", models.CharField(max_length=64)),
                ("type", models.CharField(max_length=16)),
                ("number", models.PositiveSmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("register", "field"), name="register_slot_of_a_field"
                    ),
                    models.UniqueConstraint(
                        fields=("register", "number"), name="register_slot_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1), ("number__lte", 12)),
                        name="register_slots",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Uniqueness",
            fields=[
                ("id", ID()),
                ("register", models.CharField(max_length=64)),
                ("city", models.CharField(max_length=64)),
                ("number", models.PositiveSmallIntegerField()),
                ("digest", models.CharField(max_length=64)),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uniquenesses",
                        to="registers.record",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                fields=["register", "place_path"],
                name="record_at_place",
                opclasses=["varchar_ops", "varchar_pattern_ops"],
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("ends_on__isnull", False), ("state", "standing")),
                fields=["register", "ends_on"],
                name="record_ending",
            ),
        ),
        *WORD_INDEXES,
        migrations.AddConstraint(
            model_name="record",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="record_ends_after_it_starts",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                fields=("record", "field"), name="record_link_of_a_field"
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("pk__in", []),
                    models.Q(
                        ("household__isnull", True),
                        ("person__isnull", False),
                        ("place__isnull", True),
                        ("target__isnull", True),
                        ("unit__isnull", True),
                    ),
                    models.Q(
                        ("household__isnull", False),
                        ("person__isnull", True),
                        ("place__isnull", True),
                        ("target__isnull", True),
                        ("unit__isnull", True),
                    ),
                    models.Q(
                        ("household__isnull", True),
                        ("person__isnull", True),
                        ("place__isnull", False),
                        ("target__isnull", True),
                        ("unit__isnull", True),
                    ),
                    models.Q(
                        ("household__isnull", True),
                        ("person__isnull", True),
                        ("place__isnull", True),
                        ("target__isnull", True),
                        ("unit__isnull", False),
                    ),
                    models.Q(
                        ("household__isnull", True),
                        ("person__isnull", True),
                        ("place__isnull", True),
                        ("target__isnull", False),
                        ("unit__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="record_link_points_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.UniqueConstraint(fields=("record", "number"), name="record_revision"),
        ),
        migrations.AddConstraint(
            model_name="uniqueness",
            constraint=models.UniqueConstraint(
                fields=("register", "city", "number", "digest"), name="register_unique"
            ),
        ),
    ]
