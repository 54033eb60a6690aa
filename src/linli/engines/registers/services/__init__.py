# SPDX-License-Identifier: MulanPSL-2.0
"""What others call: adding, changing and ending records, and opening what is personal in one."""

from linli.engines.registers.services.opening import value_open
from linli.engines.registers.services.records import record_add, record_change, record_end

__all__ = ["record_add", "record_change", "record_end", "value_open"]
