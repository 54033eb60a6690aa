# SPDX-License-Identifier: MulanPSL-2.0
"""Which version this is."""

from importlib.metadata import version

VERSION = version("linli")
