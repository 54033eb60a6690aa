# SPDX-License-Identifier: MulanPSL-2.0
"""A part that a new version brings, for the tests of upgrading."""
