# SPDX-License-Identifier: MulanPSL-2.0
"""The packs of a small city, on an ordinary Friday afternoon."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from pytest_django.plugin import DjangoDbBlocker

from linli.base import clock
from linli.config.testing.kept import kept_for_module, own_copy
from linli.kernel.packs.factories import willow
from linli.kernel.workflow.factories import FRIDAY


@pytest.fixture
def packs_folder(tmp_path: Path) -> Path:
    """A folder in which a copy of the base lies."""
    return _with_base(tmp_path)


@pytest.fixture(scope="module")
def city_kept(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[SimpleNamespace]:
    """The small city with its pack in force (see `willow`), made once for a module."""
    del django_db_setup
    with kept_for_module(django_db_blocker):
        with clock.at(FRIDAY):
            made = willow(_with_base(tmp_path_factory.mktemp("packs")))
        yield made


@pytest.fixture
def city(city_kept: SimpleNamespace, db: None, packs_folder: Path) -> Iterator[SimpleNamespace]:
    """A test's own copy of the small city, its pack's folder too."""
    del db
    with own_copy(city_kept, FRIDAY) as own:
        own.folder = shutil.copytree(city_kept.folder, packs_folder / city_kept.pack)
        yield own


def _with_base(folder: Path) -> Path:
    shutil.copytree(Path(settings.LINLI_PACKS) / "base", folder / "base")
    return folder
