# SPDX-License-Identifier: MulanPSL-2.0
"""How far each column has been renewed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Renewal",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("key_id", models.CharField(max_length=16)),
                ("after", models.CharField(blank=True, default="", max_length=64)),
                ("renewed", models.PositiveBigIntegerField(default=0)),
                ("stuck", models.PositiveBigIntegerField(default=0)),
                ("begun_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
    ]
