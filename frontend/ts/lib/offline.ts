// SPDX-License-Identifier: MulanPSL-2.0
// The service worker for the faces that work without signal.

/** Start the worker and tell it who is here, and in which face: it keeps that face's pages for them alone. */
export async function startWorker(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/sw.js", { scope: "/" });
  } catch {
    return; // an address without https: the pages work, only not without signal
  }
  const ready = await navigator.serviceWorker.ready;
  const { account = "", home = "" } = document.documentElement.dataset;
  ready.active?.postMessage({ kind: "linli-here", account, home });
}
