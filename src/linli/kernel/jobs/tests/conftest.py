# SPDX-License-Identifier: MulanPSL-2.0
"""Tests with real transactions may empty the record."""

from linli.kernel.audit.testing import _record_can_be_emptied

__all__ = ["_record_can_be_emptied"]
