# SPDX-License-Identifier: MulanPSL-2.0
"""A matter keeps the path of its place, so that lists begin with an index of its own."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery

import linli.base.scope


def paths_fill(apps: Any, _editor: Any) -> None:
    """Every matter of before gets the path that its place has now."""
    place = apps.get_model("places", "Place").objects.filter(pk=OuterRef("place_id"))
    matters = apps.get_model("workflow", "Matter").objects
    matters.update(place_path=Subquery(place.values("path")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("places", "0003_kinds_then_and_bounded"),
        ("workflow", "0004_supervision"),
    ]

    operations = [
        migrations.AddField(
            model_name="matter",
            name="place_path",
            field=linli.base.scope.PathField(db_index=False, default="", max_length=255),
            preserve_default=False,
        ),
        migrations.RunPython(paths_fill, migrations.RunPython.noop),
    ]
