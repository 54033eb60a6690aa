# SPDX-License-Identifier: MulanPSL-2.0
"""Pages about what goes out to others."""
