# SPDX-License-Identifier: MulanPSL-2.0
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Leaf",
            fields=[("id", models.BigAutoField(primary_key=True, serialize=False))],
        )
    ]
