# SPDX-License-Identifier: MulanPSL-2.0
"""What the abuse list shows of a source; entries made before show nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0002_tokens")]

    operations = [
        migrations.AddField(
            model_name="abuseentry",
            name="masked",
            field=models.CharField(blank=True, default="", max_length=64),
        )
    ]
