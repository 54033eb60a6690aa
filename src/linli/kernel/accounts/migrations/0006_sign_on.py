# SPDX-License-Identifier: MulanPSL-2.0
"""By whom a single sign-on means an account."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import linli.base.fields


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_password_set_at")]

    operations = [
        migrations.CreateModel(
            name="SignOn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("issuer", models.CharField(max_length=200)),
                (
                    "subject",
                    linli.base.fields.EncryptedTextField(context="accounts.signon.subject"),
                ),
                ("subject_index", models.CharField(max_length=64)),
                ("bound_at", models.DateTimeField()),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_on",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("issuer", "subject_index"), name="sign_on_subject_once"
                    )
                ]
            },
        ),
    ]
