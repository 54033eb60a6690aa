// SPDX-License-Identifier: MulanPSL-2.0
// <linli-draft name="report">: what is being written survives a reload, a closed tab and a log-out.
import { account, cookie, cookieDrop, define, make, say } from "../lib/dom";

const PREFIX = "linli-draft";
const SENT = "linli_sent";
const OLDEST = 30 * 24 * 3600 * 1000;

interface Draft {
  at: number;
  fields: Record<string, string[]>;
}

type Box = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

class DraftKeeper extends HTMLElement {
  private waiting = 0;

  connectedCallback(): void {
    this.mark();
    this.restore();
    this.form?.addEventListener("input", () => this.later());
    this.form?.addEventListener("change", () => this.later());
    this.form?.addEventListener("linli:kept", () => this.drop());
    window.addEventListener("pagehide", () => this.flush());
  }

  /** The form says which draft it is, so that the server can say which one has arrived. */
  private mark(): void {
    const mark = make("input");
    mark.type = "hidden";
    mark.name = "_draft";
    mark.value = this.getAttribute("name") ?? location.pathname;
    this.form?.append(mark);
  }

  private get form(): HTMLFormElement | null {
    return this.querySelector("form") ?? this.closest("form");
  }

  private get key(): string {
    return [PREFIX, account(), this.getAttribute("name") ?? location.pathname].join(":");
  }

  private later(): void {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.save(), 300);
  }

  private flush(): void {
    if (!this.waiting) return;
    window.clearTimeout(this.waiting);
    this.save();
  }

  private save(): void {
    this.waiting = 0;
    const fields: Draft["fields"] = {};
    let written = false;
    for (const box of this.boxes()) {
      const isTick = isTickable(box);
      if (isTick && !box.checked) continue;
      (fields[box.name] ??= []).push(box.value);
      written ||= !isTick && box.value !== initial(box);
    }
    if (!written) return;
    try {
      localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), fields } satisfies Draft));
    } catch {
      // A full or forbidden store: the page works on without a draft.
    }
  }

  private boxes(): Box[] {
    const all = Array.from(this.form?.elements ?? []) as Box[];
    return all.filter(
      (box) =>
        box.name !== "" &&
        !box.name.startsWith("_") &&
        !["file", "password", "hidden", "submit", "button"].includes(box.type) &&
        !("private" in box.dataset),
    );
  }

  /** A field that the server filled in (a refused form shown again) is left as it is. */
  private restore(): void {
    const draft = read(this.key);
    if (!draft || !this.form || this.hasAttribute("data-answered")) return;
    let changed = false;
    for (const box of this.boxes()) {
      const kept = draft.fields[box.name];
      if (isTickable(box)) {
        if (kept && this.offers(box, kept)) box.checked = kept.includes(box.value);
      } else if (kept?.[0] !== undefined && box.value === initial(box) && box.value !== kept[0]) {
        box.value = kept[0];
        changed = true;
      }
    }
    if (!changed) return;
    this.offerToDrop();
    const tell = () => this.form?.dispatchEvent(new CustomEvent("linli:restored", { bubbles: true }));
    // htmx listens only once the page is ready.
    if (document.readyState === "complete") tell();
    else window.addEventListener("load", tell, { once: true });
  }

  /** A radio chosen from options that the page does not show now leaves the page's own choice. */
  private offers(box: HTMLInputElement, kept: string[]): boolean {
    if (box.type !== "radio") return true;
    return this.boxes().some((other) => other.name === box.name && kept.includes(other.value));
  }

  private offerToDrop(): void {
    const again = make("button", "button quiet small", say("draft_drop"));
    again.type = "button";
    const line = make("p", "notice draft-note", make("span", "grow", say("draft_restored")), again);
    line.setAttribute("role", "status");
    again.addEventListener("click", () => {
      this.drop();
      this.form?.reset();
      line.remove();
    });
    (this.querySelector("[data-draft-note]") ?? this).prepend(line);
  }

  private drop(): void {
    window.clearTimeout(this.waiting);
    this.waiting = 0;
    localStorage.removeItem(this.key);
  }
}

function isTickable(box: Box): box is HTMLInputElement {
  return box instanceof HTMLInputElement && (box.type === "checkbox" || box.type === "radio");
}

function initial(box: Box): string {
  if (box instanceof HTMLSelectElement) {
    const chosen = Array.from(box.options).find((option) => option.defaultSelected) ?? box.options[0];
    return chosen?.value ?? "";
  }
  return box.defaultValue;
}

function read(key: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? "null") as Draft | null;
    return draft && Date.now() - draft.at < OLDEST ? draft : null;
  } catch {
    return null;
  }
}

/** The server names, in a cookie, the form it has just taken: its draft has done its work. */
function clearSent(): void {
  const sent = cookie(SENT);
  if (!sent) return;
  localStorage.removeItem([PREFIX, account(), sent].join(":"));
  cookieDrop(SENT);
}

clearSent();
document.addEventListener("htmx:afterRequest", clearSent);
define("linli-draft", DraftKeeper);
