# SPDX-License-Identifier: MulanPSL-2.0
"""When an appeal ceased to name anybody."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appeals", "0002_photo_releases")]

    operations = [
        migrations.AddField(
            model_name="appeal",
            name="forgotten_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
