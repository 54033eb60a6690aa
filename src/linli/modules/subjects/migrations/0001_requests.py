# SPDX-License-Identifier: MulanPSL-2.0
"""Requests about one's own data."""

import django.db.models.deletion
from django.db import migrations, models

import linli.base.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0004_erasures"),
        ("workflow", "0006_lists_of_matters"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("access", "A copy of my data"),
                            ("correction", "A correction"),
                            ("deletion", "Deletion"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "fact",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("name", "Name of the person"),
                            ("phone", "Telephone"),
                            ("address", "Address"),
                            ("other", "Something else"),
                        ],
                        default="",
                        max_length=16,
                    ),
                ),
                (
                    "wish",
                    linli.base.fields.EncryptedTextField(
                        blank=True, context="subjects.datarequest.wish", default=""
                    ),
                ),
                (
                    "answer",
                    linli.base.fields.EncryptedTextField(
                        blank=True, context="subjects.datarequest.answer", default=""
                    ),
                ),
                ("law", models.CharField(blank=True, default="", max_length=200)),
                (
                    "copy",
                    linli.base.fields.EncryptedTextField(
                        blank=True, context="subjects.datarequest.copy", default=""
                    ),
                ),
                ("copy_until", models.DateTimeField(blank=True, db_index=True, null=True)),
                ("language", models.CharField(default="zh-hans", max_length=16)),
                (
                    "matter",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="data_request",
                        to="workflow.matter",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
        ),
    ]
