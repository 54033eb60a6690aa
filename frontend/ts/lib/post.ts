// SPDX-License-Identifier: MulanPSL-2.0
// Sending one parcel, and what the server made of it.
import { cookie } from "./dom";
import type { Parcel, Part } from "./store";

/** Sent; refused with a page that says why; to be signed for first; or not taken now (`reached`: by a busy server). */
export type Outcome =
  | { kind: "sent"; landing: string }
  | { kind: "refused"; page: Document }
  | { kind: "sign-in" }
  | { kind: "away"; reached: boolean };

export const LONGEST_WAIT = 60_000;

/** What a form holds now, as parts that IndexedDB can keep; empty file inputs are left out. */
export function partsOf(form: HTMLFormElement): Part[] {
  const parts: Part[] = [];
  new FormData(form).forEach((value, name) => {
    if (name === "csrfmiddlewaretoken" || name === "_once") return;
    if (typeof value === "string") parts.push({ name, value });
    else if (value.size > 0) parts.push({ name, file: value, filename: value.name });
  });
  return parts;
}

/** Send a parcel under its key; the server takes a key once, so this may be repeated. */
export async function send(parcel: Parcel): Promise<Outcome> {
  try {
    let answer = await post(parcel);
    if (answer.status === 403) {
      await fetch(parcel.action, { credentials: "same-origin" });
      answer = await post(parcel);
    }
    return await judge(answer);
  } catch {
    return { kind: "away", reached: false };
  }
}

async function post(parcel: Parcel): Promise<Response> {
  const body = new FormData();
  for (const part of parcel.parts) {
    if ("file" in part) body.append(part.name, part.file, part.filename);
    else body.append(part.name, part.value);
  }
  const stop = new AbortController();
  const late = window.setTimeout(() => stop.abort(), LONGEST_WAIT);
  try {
    return await fetch(parcel.action, {
      method: "POST",
      body,
      credentials: "same-origin",
      signal: stop.signal,
      headers: {
        "X-CSRFToken": cookie("csrftoken"),
        "Idempotency-Key": parcel.key,
        "Linli-Account": parcel.account,
      },
    });
  } finally {
    window.clearTimeout(late);
  }
}

async function judge(answer: Response): Promise<Outcome> {
  if (answer.ok) return { kind: "sent", landing: answer.url };
  if (answer.status === 401) return { kind: "sign-in" };
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408) {
    return { kind: "away", reached: true };
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { kind: "refused", page };
}

/** What a refusal page says, as one text. */
export function reasonOf(page: Document): string {
  const said = page.querySelectorAll("#messages .notice, .problem, .halt p");
  return Array.from(said, (line) => (line.textContent ?? "").trim()).filter(Boolean).join(" ");
}
