// SPDX-License-Identifier: MulanPSL-2.0
import "../../css/console.css";
import "../lib/start";
import "../elements/queue";
import "../elements/boxes";
import "../elements/busy";
