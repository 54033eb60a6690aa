// SPDX-License-Identifier: MulanPSL-2.0
// What every face starts with: htmx under our rules, and the elements that all of them use.
import htmx from "htmx.org";
import "../elements/look";
import "../elements/draft";
import "../elements/photos";
import "../elements/map";
import "../elements/live";
import "../elements/speak";
import "../elements/asked";
import "../elements/rows";
import "../elements/rest";
import { cookie } from "./dom";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;
htmx.config.scrollBehavior = "auto";
/** Refusals are pages too: what went wrong is shown where the answer would be. */
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "[45]..", swap: true, error: true },
] as typeof htmx.config.responseHandling;

document.addEventListener("htmx:configRequest", (event) => {
  const { detail } = event as CustomEvent<{ verb: string; headers: Record<string, string> }>;
  if (detail.verb !== "get") detail.headers["X-CSRFToken"] = cookie("csrftoken");
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || "outbox" in form.dataset) return;
  if (form.classList.contains("busy")) event.preventDefault();
  form.classList.add("busy");
  const free = () => form.classList.remove("busy");
  window.addEventListener("pageshow", free, { once: true });
  window.setTimeout(free, 8000);
});
document.addEventListener("htmx:afterRequest", (event) => {
  (event.target as HTMLElement).closest?.("form")?.classList.remove("busy");
});

document.addEventListener("click", (event) => {
  const target = event.target as HTMLElement;
  const opener = target.closest<HTMLElement>("[data-dialog]");
  if (opener?.dataset.dialog) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
    event.preventDefault();
  }
  if (target.closest("[data-dialog-close]")) {
    target.closest("dialog")?.close();
    event.preventDefault();
  }
  if (target.closest("[data-print]")) window.print();
  if (target.closest("[data-back]") && history.length > 1) {
    history.back();
    event.preventDefault();
  }
});

document.addEventListener("change", (event) => {
  const box = (event.target as HTMLElement).closest<HTMLInputElement>("[data-submit-on-change] input, [data-submit-on-change] select");
  box?.form?.requestSubmit();
});

/** A tap on a toast or notice's close button takes it away. */
document.addEventListener("click", (event) => {
  (event.target as HTMLElement).closest("[data-dismiss]")?.closest(".toast, .notice")?.remove();
});
