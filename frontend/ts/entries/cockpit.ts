// SPDX-License-Identifier: MulanPSL-2.0
import "../../css/cockpit.css";
import "../lib/start";
