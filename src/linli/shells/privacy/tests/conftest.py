# SPDX-License-Identifier: MulanPSL-2.0
"""Two cities, each with its security administrator."""

from functools import partial

from linli.config.testing.kept import kept_fixtures
from linli.kernel.workflow.factories import FRIDAY
from linli.shells.places.tests.towns import two_towns

kept, towns = kept_fixtures(partial(two_towns, "security_administrator"), FRIDAY)
