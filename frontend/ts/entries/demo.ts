// SPDX-License-Identifier: MulanPSL-2.0
import "../../css/demo.css";
import "../lib/start";
import "../elements/queue";
