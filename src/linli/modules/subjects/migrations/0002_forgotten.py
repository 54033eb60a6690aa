# SPDX-License-Identifier: MulanPSL-2.0
"""When the words of a request went."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subjects", "0001_requests")]

    operations = [
        migrations.AddField(
            model_name="datarequest",
            name="forgotten_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
