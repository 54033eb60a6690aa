# SPDX-License-Identifier: MulanPSL-2.0
"""The API of appeals and cases, below `/api/v1/`."""
