// SPDX-License-Identifier: MulanPSL-2.0
// <linli-map>: places and points on a map that moves; tiles lie below where the house names some. Leaflet comes only when a map is on the
// page. With `data-pick` a tap (or Enter at the middle) chooses a point for the form around it.
import type * as LeafletNamespace from "leaflet";
import { define, icon, make, say } from "../lib/dom";

type Leaflet = typeof LeafletNamespace;

/** What the page gives the map, as JSON inside the element. Coordinates are WGS-84. */
interface Given {
  areas?: GeoJSON.FeatureCollection;
  here?: string;
  spots?: { lon: number; lat: number; text?: string; state?: "next" | "done" }[];
  route?: [number, number][];
  clusters?: Cluster[];
  bounds?: [number, number, number, number];
  center?: [number, number];
  zoom?: number;
}

/** Cases near one another; a lone one leads to its page. */
interface Cluster {
  lon: number;
  lat: number;
  count: number;
  late: number;
  href: string;
}

class LinliMap extends HTMLElement {
  private map: LeafletNamespace.Map | null = null;
  private pin: LeafletNamespace.Marker | null = null;
  private leaflet: Leaflet | null = null;
  private asked = 0;

  connectedCallback(): void {
    if (this.map) return;
    void this.build();
  }

  disconnectedCallback(): void {
    this.map?.remove();
    this.map = null;
  }

  private async build(): Promise<void> {
    const { L } = await import("../lib/leaflet");
    this.leaflet = L;
    const given = await this.given();
    const ground = make("div");
    this.prepend(ground);
    const tiles = document.documentElement.dataset.tiles;
    const map = L.map(ground, { zoomControl: false, attributionControl: false, zoomSnap: 0.25 });
    L.control.zoom({ zoomInTitle: say("map_in"), zoomOutTitle: say("map_out") }).addTo(map);
    this.map = map;
    if (tiles) L.tileLayer(tiles).addTo(map);
    const bounds = this.draw(L, map, given);
    if (given.center) map.setView([given.center[1], given.center[0]], given.zoom ?? 16);
    else if (bounds.isValid()) map.fitBounds(bounds, { padding: [16, 16], maxZoom: 17 });
    else map.setView([0, 0], 2);
    if ("pick" in this.dataset) this.pickable(L, map);
    if (this.dataset.clusters) this.follow(L, map, given.clusters ?? []);
    this.dispatchEvent(new CustomEvent("linli:map", { bubbles: true }));
  }

  private async given(): Promise<Given> {
    const inline = this.querySelector('script[type="application/json"]');
    const given = JSON.parse(inline?.textContent || "{}") as Given;
    if (!this.dataset.url) return given;
    const answer = await fetch(this.dataset.url, { credentials: "same-origin" });
    if (!answer.ok) return given;
    return { ...given, areas: (await answer.json()) as GeoJSON.FeatureCollection };
  }

  private draw(L: Leaflet, map: LeafletNamespace.Map, given: Given): LeafletNamespace.LatLngBounds {
    const bounds = L.latLngBounds([]);
    if (given.areas?.features?.length) {
      const areas = L.geoJSON(given.areas, {
        style: (feature) => ({ className: feature?.id === given.here ? "m-area m-here" : "m-area" }),
        onEachFeature: (feature, layer) => nameArea(feature, layer, given.here),
      }).addTo(map);
      const here = areas.getLayers().find((layer) => (layer as LeafletNamespace.GeoJSON).feature && idOf(layer) === given.here);
      bounds.extend(here ? (here as LeafletNamespace.Polygon).getBounds() : areas.getBounds());
    }
    if (given.bounds) {
      const [west, south, east, north] = given.bounds;
      bounds.extend([south, west]).extend([north, east]);
    }
    if (given.route?.length) {
      L.polyline(given.route.map(([lon, lat]) => L.latLng(lat, lon)), { className: "m-route" }).addTo(map);
    }
    for (const spot of given.spots ?? []) {
      const point = L.latLng(spot.lat, spot.lon);
      L.marker(point, { icon: spotIcon(L, spot), interactive: false, keyboard: false }).addTo(map);
      bounds.extend(point);
    }
    return bounds;
  }

  /** Clusters that are drawn anew for what is seen, each time the map has been moved. */
  private follow(L: Leaflet, map: LeafletNamespace.Map, first: Cluster[]): void {
    const layer = L.layerGroup().addTo(map);
    const show = (clusters: Cluster[]): void => {
      layer.clearLayers();
      for (const each of apart(map, clusters)) layer.addLayer(clusterMark(L, map, each));
    };
    show(first);
    map.on("moveend", () => {
      const turn = ++this.asked;
      void clustersOf(this.dataset.clusters ?? "", map.getBounds()).then((found) => {
        if (found && turn === this.asked) show(found);
      });
    });
  }

  private pickable(L: Leaflet, map: LeafletNamespace.Map): void {
    map.on("click", (event) => this.pick(event.latlng.lng, event.latlng.lat));
    map.getContainer().setAttribute("aria-label", say("map_pick"));
    map.getContainer().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.pick(map.getCenter().lng, map.getCenter().lat);
    });
    const [lon = NaN, lat = NaN] = this.kept();
    if (Number.isFinite(lon) && Number.isFinite(lat)) this.place(L, lon, lat);
    if ("geolocation" in navigator) this.append(this.locateButton());
  }

  /** The point that the form holds already: one field "lon,lat" (`data-point`), or two fields. */
  private kept(): number[] {
    const together = this.dataset.point ? this.box(this.dataset.point)?.value : undefined;
    const texts = together === undefined ? [this.box("lon")?.value, this.box("lat")?.value] : together.split(",");
    return texts.map((text) => (text ? Number(text) : NaN));
  }

  private box(name: string): HTMLInputElement | null {
    return this.closest("form")?.querySelector<HTMLInputElement>(`input[name="${CSS.escape(name)}"]`) ?? null;
  }

  private locateButton(): HTMLElement {
    const button = make("button", "button", icon("target"), say("map_locate"));
    button.type = "button";
    button.addEventListener("click", () => {
      button.disabled = true;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          button.disabled = false;
          this.pick(coords.longitude, coords.latitude);
          this.map?.setView([coords.latitude, coords.longitude], 17);
        },
        () => {
          button.disabled = false;
          this.answer(say("map_locate_failed"), true);
        },
        { enableHighAccuracy: true, timeout: 10_000, maximumAge: 60_000 },
      );
    });
    return make("div", "map-tools", button);
  }

  /** Choose a point: fill the form's hidden fields and ask what the place is called. */
  pick(lon: number, lat: number): void {
    if (!this.leaflet) return;
    this.place(this.leaflet, lon, lat);
    const texts = this.dataset.point
      ? { [this.dataset.point]: `${lon.toFixed(6)},${lat.toFixed(6)}` }
      : { lon: lon.toFixed(6), lat: lat.toFixed(6) };
    for (const [name, text] of Object.entries(texts)) {
      const box = this.box(name);
      if (!box) continue;
      box.value = text;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
    void this.ask(lon, lat);
  }

  private place(L: Leaflet, lon: number, lat: number): void {
    const point = L.latLng(lat, lon);
    if (this.pin) this.pin.setLatLng(point);
    else if (this.map) this.pin = L.marker(point, { icon: pinIcon(L), keyboard: false }).addTo(this.map);
  }

  private async ask(lon: number, lat: number): Promise<void> {
    if (!this.dataset.ask) return;
    const turn = ++this.asked;
    try {
      const address = `${this.dataset.ask}?lon=${lon.toFixed(6)}&lat=${lat.toFixed(6)}`;
      const reply = await fetch(address, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      const told = (await reply.json()) as { name?: string; problem?: string; place?: string };
      if (turn !== this.asked) return;
      this.answer(told.problem ?? told.name ?? "", Boolean(told.problem));
      this.dispatchEvent(new CustomEvent("linli:place", { bubbles: true, detail: told }));
    } catch {
      if (turn === this.asked) this.answer(say("map_name_later"), false);
    }
  }

  private answer(sentence: string, isProblem: boolean): void {
    const target = this.dataset.answer ? document.querySelector<HTMLElement>(this.dataset.answer) : null;
    if (!target) return;
    target.textContent = sentence;
    target.classList.toggle("tone-late", isProblem);
  }
}

async function clustersOf(address: string, seen: LeafletNamespace.LatLngBounds): Promise<Cluster[] | null> {
  const url = new URL(address, location.href);
  const sides = { west: seen.getWest(), south: seen.getSouth(), east: seen.getEast(), north: seen.getNorth() };
  for (const [side, value] of Object.entries(sides)) url.searchParams.set(side, value.toFixed(6));
  try {
    const reply = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    return reply.ok ? ((await reply.json()) as { clusters: Cluster[] }).clusters : null;
  } catch {
    return null;
  }
}

/** The same clusters, those whose marks would lie over one another as one. */
function apart(map: LeafletNamespace.Map, clusters: Cluster[]): Cluster[] {
  const kept: Cluster[] = [];
  for (const each of [...clusters].sort((one, other) => other.count - one.count)) {
    const point = map.project([each.lat, each.lon]);
    const near = kept.find((one) => point.distanceTo(map.project([one.lat, one.lon])) < (markSize(one) + markSize(each)) / 2 + 2);
    if (near) Object.assign(near, { count: near.count + each.count, late: near.late + each.late, href: "" });
    else kept.push({ ...each });
  }
  return kept;
}

/** A target is no smaller than 24, whatever stands beside it. */
function markSize(each: Cluster): number {
  return Math.round(26 + 9 * Math.min(2, Math.log10(each.count)));
}

/** A lone case is a link to it; many are a button that brings the map nearer. */
function clusterMark(L: Leaflet, map: LeafletNamespace.Map, each: Cluster): LeafletNamespace.Marker {
  const size = markSize(each);
  const face = make("span", "", each.count > 1 ? String(each.count) : "");
  const icon_ = L.divIcon({ className: `spot cluster ${each.late ? "next" : ""}`, html: face, iconSize: [size, size] });
  const words = each.late ? `${say("map_cases")} ${each.count}, ${say("map_late")} ${each.late}` : `${say("map_cases")} ${each.count}`;
  const mark = L.marker([each.lat, each.lon], { icon: icon_, title: words, alt: words });
  mark.on("click", () => {
    if (each.href) location.assign(each.href);
    else map.setView([each.lat, each.lon], Math.min(map.getZoom() + 2, 19));
  });
  return mark;
}

function idOf(layer: LeafletNamespace.Layer): unknown {
  return ((layer as LeafletNamespace.GeoJSON).feature as GeoJSON.Feature | undefined)?.id;
}

function nameArea(feature: GeoJSON.Feature, layer: LeafletNamespace.Layer, here?: string): void {
  const name = String(feature.properties?.name ?? "");
  if (!name) return;
  const className = feature.id === here ? "here" : "";
  layer.bindTooltip(document.createTextNode(name) as unknown as HTMLElement, { permanent: true, direction: "center", className });
}

function spotIcon(L: Leaflet, spot: NonNullable<Given["spots"]>[number]): LeafletNamespace.DivIcon {
  const size = spot.state === "next" ? 26 : 22;
  const face = make("span", "", spot.text ?? "");
  return L.divIcon({ className: `spot ${spot.state ?? ""}`, html: face, iconSize: [size, size] });
}

function pinIcon(L: Leaflet): LeafletNamespace.DivIcon {
  const mark = icon("pin-fill");
  const holder = make("span");
  holder.append(mark);
  return L.divIcon({ className: "pin", html: holder, iconSize: [36, 36], iconAnchor: [18, 34] });
}

define("linli-map", LinliMap);
