# SPDX-License-Identifier: MulanPSL-2.0
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import linli.base.definitions
import linli.base.fields
import linli.base.scope


class Migration(migrations.Migration):
    initial = True

    dependencies = [
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
                        fields=["kind", "key", "place_path"], name="notify_defi_kind_c08d9a_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "key", "place_path", "starts_on", "digest"),
                        name="notify_definition_version",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=140, unique=True)),
                ("text_key", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=120)),
                ("body", linli.base.fields.EncryptedTextField(context="notify.notice.body")),
                ("link", models.CharField(blank=True, max_length=200)),
                (
                    "place_path",
                    linli.base.scope.PathField(blank=True, db_index=True, max_length=255),
                ),
                ("sent_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-sent_at", "-pk"],
                "indexes": [
                    models.Index(fields=["account", "read_at"], name="notice_account_read")
                ],
            },
        ),
    ]
