// SPDX-License-Identifier: MulanPSL-2.0
// <linli-outbox>: forms marked `data-outbox` are kept on the device before they are sent, and sent again
// until the server has them: through lost signal, a closed tab and an expired session, exactly once.
import { account, define, icon, make, say, uuid } from "../lib/dom";
import { LONGEST_WAIT, partsOf, reasonOf, send } from "../lib/post";
import { type Parcel, parcelDrop, parcelKeep, parcels } from "../lib/store";

const AGAIN_AFTER = 45_000;

class Outbox extends HTMLElement {
  private needsSignIn = false;

  connectedCallback(): void {
    document.addEventListener("submit", (event) => void this.onSubmit(event));
    document.addEventListener("linli:parcels", () => void this.draw());
    window.addEventListener("online", () => void this.flush());
    window.addEventListener("offline", () => void this.draw());
    document.addEventListener("visibilitychange", () => void this.flush());
    window.setInterval(() => void this.flush(), AGAIN_AFTER);
    void this.refill().then(() => this.flush());
  }

  private async onSubmit(event: Event): Promise<void> {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !("outbox" in form.dataset) || event.defaultPrevented) return;
    event.preventDefault();
    if (form.classList.contains("busy")) return;
    const parcel = parcelOf(form);
    try {
      await parcelKeep(parcel);
    } catch {
      // A private window has no store: the browser sends the form the plain way.
      form.submit();
      return;
    }
    form.classList.add("busy");
    const outcome = await send(parcel);
    form.classList.remove("busy");
    if (outcome.kind === "sent") await this.arrived(form, parcel, outcome.landing);
    else if (outcome.kind === "refused") await this.refused(form, parcel, outcome.page);
    else await this.kept(form, parcel, outcome.kind === "sign-in");
  }

  private async arrived(form: HTMLFormElement, parcel: Parcel, landing: string): Promise<void> {
    await parcelDrop(parcel.key);
    form.dispatchEvent(new CustomEvent("linli:kept", { bubbles: true }));
    location.assign(landing);
  }

  /** The person is still at the form: show what is wrong beside what they wrote. */
  private async refused(form: HTMLFormElement, parcel: Parcel, page: Document): Promise<void> {
    await parcelDrop(parcel.key);
    form.querySelectorAll("[data-field]").forEach((field) => {
      const name = (field as HTMLElement).dataset.field ?? "";
      const answer = page.querySelector(`[data-field="${CSS.escape(name)}"]`);
      field.querySelector(".problem")?.remove();
      field.toggleAttribute("data-bad", answer?.hasAttribute("data-bad") ?? false);
      const problem = answer?.querySelector(".problem");
      if (problem) field.append(document.importNode(problem, true));
    });
    const messages = document.getElementById("messages");
    const said = page.getElementById("messages");
    messages?.replaceChildren(...Array.from(said?.childNodes ?? []));
    if (!form.querySelector("[data-bad]") && !messages?.childElementCount) {
      messages?.append(notice(reasonOf(page) || say("outbox_refused"), "late"));
    }
    const first = form.querySelector("[data-bad] input, [data-bad] textarea, [data-bad] select");
    if (first instanceof HTMLElement) first.focus();
    else messages?.scrollIntoView({ block: "center" });
  }

  private async kept(form: HTMLFormElement, parcel: Parcel, needsSignIn: boolean): Promise<void> {
    this.needsSignIn = needsSignIn;
    await parcelKeep({ ...parcel, heldUntil: 0 });
    form.dispatchEvent(new CustomEvent("linli:kept", { bubbles: true }));
    const title = make("h2", "", say(needsSignIn ? "outbox_sign_in" : "outbox_kept"));
    const home = make("a", "button primary", say("outbox_home"));
    home.href = form.dataset.home ?? document.documentElement.dataset.home ?? "/";
    const card = make("section", "card empty", icon("sync"), title, make("p", "muted", say("outbox_kept_more")), home);
    card.setAttribute("role", "status");
    card.tabIndex = -1;
    form.replaceWith(make("main", "", card));
    card.focus();
    await this.draw();
  }

  /** Send everything of this account that waits; one tab does it at a time. */
  private async flush(): Promise<void> {
    if (navigator.onLine && !document.hidden) {
      const work = () => this.sendAll();
      if ("locks" in navigator) {
        await navigator.locks.request("linli-outbox", { ifAvailable: true }, (lock) => (lock ? work() : undefined));
      } else {
        await work();
      }
    }
    await this.draw();
  }

  private async sendAll(): Promise<void> {
    const now = Date.now();
    const waiting = (await all()).filter(
      (parcel) => parcel.account === account() && !parcel.refused && parcel.heldUntil < now,
    );
    this.needsSignIn = false;
    for (const parcel of waiting) {
      const outcome = await send(parcel);
      if (outcome.kind === "sent") {
        await parcelDrop(parcel.key);
        document.dispatchEvent(new CustomEvent("linli:changed"));
      } else if (outcome.kind === "refused") {
        await parcelKeep({ ...parcel, refused: reasonOf(outcome.page) || say("outbox_refused") });
      } else {
        this.needsSignIn = outcome.kind === "sign-in";
        await parcelKeep({ ...parcel, tries: parcel.tries + 1 });
        if (outcome.kind === "sign-in" || !outcome.reached) return;
      }
    }
  }

  /** Bring a refused parcel back into its form: the address ends with `#parcel=<key>`. */
  private async refill(): Promise<void> {
    const key = /^#parcel=([\w-]+)$/.exec(location.hash)?.[1];
    const form = document.querySelector<HTMLFormElement>("form[data-outbox]");
    if (!key || !form) return;
    const parcel = (await all()).find((one) => one.key === key && one.account === account());
    if (!parcel) return;
    history.replaceState(null, "", location.pathname + location.search);
    fill(form, parcel);
    document.getElementById("messages")?.append(notice(parcel.refused, "late"));
    await parcelDrop(key);
  }

  private async draw(): Promise<void> {
    const waiting = await all();
    const mine = waiting.filter((parcel) => parcel.account === account());
    const offline = !navigator.onLine;
    document.documentElement.classList.toggle("is-offline", offline);
    document.querySelectorAll<HTMLElement>("[data-unsent]").forEach((badge) => {
      badge.textContent = String(waiting.length);
      badge.hidden = waiting.length === 0;
    });
    const sentence = this.sentence(mine, waiting.length - mine.length, offline);
    if (this.firstElementChild?.querySelector("span")?.textContent === sentence) return;
    this.replaceChildren();
    if (!sentence) return;
    const line = make("p", "offline", icon(offline ? "offline" : "sync"), make("span", "", sentence));
    line.setAttribute("role", "status");
    const list = this.dataset.list;
    if (list && waiting.length > 0) {
      const look = make("a", "", say(this.needsSignIn ? "outbox_sign_in_link" : "outbox_look"));
      look.href = this.needsSignIn ? `${this.dataset.signIn ?? ""}?next=${encodeURIComponent(location.pathname)}` : list;
      line.append(look);
    }
    this.append(line);
  }

  private sentence(mine: Parcel[], others: number, offline: boolean): string {
    const refused = mine.filter((parcel) => parcel.refused).length;
    if (refused) return say("outbox_some_refused", { count: refused });
    if (this.needsSignIn && mine.length) return say("outbox_wait_sign_in", { count: mine.length });
    if (mine.length) return say("outbox_waiting", { count: mine.length });
    if (others) return say("outbox_others", { count: others });
    return offline ? say("offline") : "";
  }
}

function parcelOf(form: HTMLFormElement): Parcel {
  const parts = partsOf(form);
  const said = form.querySelector("textarea")?.value.trim() ?? "";
  return {
    key: uuid(),
    account: account(),
    action: form.action,
    title: (said || form.dataset.title || document.title).slice(0, 60),
    parts,
    madeAt: Date.now(),
    tries: 0,
    heldUntil: Date.now() + 2 * LONGEST_WAIT,
    refused: "",
  };
}

function fill(form: HTMLFormElement, parcel: Parcel): void {
  const files = new Map<string, File[]>();
  for (const part of parcel.parts) {
    if ("file" in part) {
      const file = new File([part.file], part.filename, { type: part.file.type });
      files.set(part.name, [...(files.get(part.name) ?? []), file]);
      continue;
    }
    const boxes = form.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(part.name)}"]`);
    boxes.forEach((box) => {
      if (box.type === "radio" || box.type === "checkbox") box.checked ||= box.value === part.value;
      else box.value = part.value;
    });
  }
  files.forEach((list, name) => {
    const input = form.querySelector<HTMLInputElement>(`input[type=file][name="${CSS.escape(name)}"]`);
    const carrier = new DataTransfer();
    list.forEach((file) => carrier.items.add(file));
    if (!input) return;
    input.files = carrier.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

/** Without a store (a private window) nothing waits. */
async function all(): Promise<Parcel[]> {
  try {
    return await parcels();
  } catch {
    return [];
  }
}

function notice(sentence: string, tone: string): HTMLElement {
  const line = make("p", "notice", icon("alert"), make("span", "grow", sentence));
  line.dataset.tone = tone;
  return line;
}

define("linli-outbox", Outbox);
