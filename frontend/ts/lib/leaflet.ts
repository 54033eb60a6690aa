// SPDX-License-Identifier: MulanPSL-2.0
// Leaflet with its style, in a piece of its own that is fetched when a page has a map.
import * as L from "leaflet";
import "leaflet/dist/leaflet.css";

export { L };
