# SPDX-License-Identifier: MulanPSL-2.0
"""Why a call did not get through, in words that hold for calls of any length."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("exchange", "0002_secrets"),
    ]

    operations = [
        migrations.AlterField(
            model_name="attempt",
            name="trouble",
            field=models.CharField(
                blank=True,
                choices=[
                    ("address", "The address is not allowed"),
                    ("name", "The name of the host is not known"),
                    ("connection", "Nobody answers"),
                    ("certificate", "The certificate is not good"),
                    ("time", "It took too long"),
                    ("answer", "The answer cannot be read"),
                    ("size", "The answer is too large"),
                    ("redirect", "It sends us elsewhere; redirects are not followed"),
                    ("status", "It did not take the message"),
                ],
                default="",
                max_length=12,
            ),
        ),
    ]
