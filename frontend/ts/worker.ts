// SPDX-License-Identifier: MulanPSL-2.0
// The service worker. The server puts `self.LINLI` (what to keep, and a version) before this text at /sw.js.

/** What the server tells: the version of the build, the files and the pages to have at hand. */
interface Told {
  version: string;
  assets: string[];
  pages: string[];
  fallback: string;
}

const self_ = self as unknown as ServiceWorkerGlobalScope & { LINLI: Told };
const told = self_.LINLI;
const ASSETS = `linli-assets-${told.version}`;
const PAGES = "linli-pages";
const OWNER = "/linli-owner";
const PATIENCE = 6000;

self_.addEventListener("install", (event) => {
  event.waitUntil(install());
});

self_.addEventListener("activate", (event) => {
  event.waitUntil(activate());
});

self_.addEventListener("message", (event) => {
  const said = event.data as { kind?: string; account?: string; home?: string };
  if (said.kind === "linli-here") event.waitUntil(here(said.account ?? "", said.home ?? ""));
});

self_.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname.startsWith("/static/dist/")) event.respondWith(assetFirst(request));
  else if (request.mode === "navigate" && told.pages.includes(address.pathname)) event.respondWith(pageFresh(request));
});

async function install(): Promise<void> {
  const cache = await caches.open(ASSETS);
  await cache.addAll(told.assets);
  await self_.skipWaiting();
}

async function activate(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith("linli-assets-") && name !== ASSETS) await caches.delete(name);
  }
  await self_.clients.claim();
}

/** Pages are kept for one person; when somebody else is here, they are thrown away first. */
async function here(account: string, home: string): Promise<void> {
  const owner = await (await (await caches.open(PAGES)).match(OWNER))?.text();
  if (owner !== account) await caches.delete(PAGES);
  const cache = await caches.open(PAGES);
  await cache.put(OWNER, new Response(account));
  for (const page of told.pages) {
    if (!home || !page.startsWith(home) || (await cache.match(page))) continue;
    try {
      await keep(page, await fetch(page, { credentials: "same-origin" }));
    } catch {
      return; // no signal now: the pages come when they are opened
    }
  }
}

async function keep(address: string, answer: Response): Promise<void> {
  if (!answer.ok || answer.redirected) return;
  const cache = await caches.open(PAGES);
  await cache.put(new URL(address, location.origin).pathname, answer.clone());
}

async function assetFirst(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(ASSETS)).put(request, answer.clone());
  return answer;
}

/** The server's page when it comes in time, else the kept one. */
async function pageFresh(request: Request): Promise<Response> {
  const path = new URL(request.url).pathname;
  const cache = await caches.open(PAGES);
  const kept = await cache.match(path);
  try {
    const answer = await within(kept ? PATIENCE : 60_000, fetch(request));
    await keep(path, answer);
    return answer;
  } catch {
    return kept ?? (await cache.match(told.fallback)) ?? Response.error();
  }
}

function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("slow")), milliseconds);
    work.then(resolve, reject);
  });
}
