# SPDX-License-Identifier: MulanPSL-2.0
"""Pure rules of registers: what one may say, how a record is read, checked and found."""
