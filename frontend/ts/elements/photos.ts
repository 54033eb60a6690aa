// SPDX-License-Identifier: MulanPSL-2.0
// <linli-photos>: a file input becomes tiles; without script it stays a file input.
import { define, icon, make, say } from "../lib/dom";
import { shrink } from "../lib/shrink";

class Photos extends HTMLElement {
  private files: File[] = [];
  private addresses: string[] = [];

  connectedCallback(): void {
    this.input?.addEventListener("change", () => void this.take());
    this.closest("form")?.addEventListener("reset", () => this.keep([]));
  }

  disconnectedCallback(): void {
    this.forget();
  }

  private get input(): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>("input[type=file]");
  }

  private get most(): number {
    return Number(this.dataset.most ?? "6");
  }

  private async take(): Promise<void> {
    const chosen = Array.from(this.input?.files ?? []);
    this.classList.add("busy");
    const small = await Promise.all(chosen.map(shrink));
    this.classList.remove("busy");
    const all = this.files.concat(small);
    this.keep(all.slice(0, this.most));
    this.note(all.length > this.most ? say("photos_most", { most: this.most }) : "");
  }

  /** The input always holds what the tiles show, so that the form goes out as it looks. */
  private keep(files: File[]): void {
    this.files = files;
    const carrier = new DataTransfer();
    for (const file of files) carrier.items.add(file);
    if (this.input) this.input.files = carrier.files;
    this.draw();
    this.dispatchEvent(new CustomEvent("linli:photos", { bubbles: true, detail: { count: files.length } }));
  }

  private draw(): void {
    this.forget();
    this.querySelectorAll(".upload[data-taken]").forEach((tile) => tile.remove());
    const add = this.querySelector<HTMLElement>(".upload.add");
    this.files.forEach((file, index) => add?.before(this.tile(file, index)));
    if (add) add.hidden = this.files.length >= this.most;
  }

  private tile(file: File, index: number): HTMLElement {
    const tile = make("figure", "upload");
    tile.dataset.taken = "";
    if (file.type.startsWith("image/")) {
      const picture = make("img");
      picture.src = URL.createObjectURL(file);
      picture.alt = say("photo_number", { number: index + 1 });
      this.addresses.push(picture.src);
      tile.append(picture);
    } else {
      tile.append(icon("image"), make("figcaption", "clip", file.name));
    }
    const drop = make("button", "drop", icon("close"));
    drop.type = "button";
    drop.setAttribute("aria-label", say("photo_drop", { number: index + 1 }));
    drop.addEventListener("click", () => this.keep(this.files.filter((_, at) => at !== index)));
    tile.append(drop);
    return tile;
  }

  private note(sentence: string): void {
    this.querySelector(".problem")?.remove();
    if (!sentence) return;
    const note = make("p", "problem", icon("alert"), sentence);
    note.setAttribute("role", "status");
    this.append(note);
  }

  private forget(): void {
    this.addresses.forEach((address) => URL.revokeObjectURL(address));
    this.addresses = [];
  }
}

define("linli-photos", Photos);
