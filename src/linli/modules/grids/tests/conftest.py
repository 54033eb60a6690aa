# SPDX-License-Identifier: MulanPSL-2.0
"""A community of Binhai on an ordinary Tuesday morning."""

from linli.config.testing.kept import kept_fixtures
from linli.modules.grids.tests.town import NOON, town_make

kept, town = kept_fixtures(town_make, NOON)
