// SPDX-License-Identifier: MulanPSL-2.0
import "../../css/portal.css";
import "../lib/start";
import "../elements/outbox";
import "../elements/parcels";
import "../elements/passkey";
import { startWorker } from "../lib/offline";

void startWorker();
