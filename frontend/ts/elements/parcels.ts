// SPDX-License-Identifier: MulanPSL-2.0
// <linli-parcels>: the list of what still waits on this device, with what to do about each.
import { account, define, icon, make, say } from "../lib/dom";
import { type Parcel, parcelDrop, parcels } from "../lib/store";

class Parcels extends HTMLElement {
  connectedCallback(): void {
    void this.draw();
    document.addEventListener("linli:changed", () => void this.draw());
  }

  private async draw(): Promise<void> {
    let waiting: Parcel[] = [];
    try {
      waiting = await parcels();
    } catch {
      waiting = [];
    }
    const empty = this.querySelector<HTMLElement>("[data-empty]");
    if (empty) empty.hidden = waiting.length > 0;
    this.querySelector("[data-list]")?.replaceChildren(...waiting.map((parcel) => this.row(parcel)));
    document.dispatchEvent(new CustomEvent("linli:parcels"));
  }

  private row(parcel: Parcel): HTMLElement {
    const photos = parcel.parts.filter((part) => "file" in part).length;
    const isMine = parcel.account === account();
    const when = new Date(parcel.madeAt).toLocaleString(document.documentElement.lang, {
      month: "numeric",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
    });
    const facts = [when];
    if (photos) facts.push(say("photos_count", { count: photos }));
    const row = make("li", "stack tight card", make("b", "", isMine ? parcel.title : say("parcel_of_other")));
    row.append(make("p", "faint sm", facts.join("·")));
    row.append(make("p", parcel.refused ? "problem tone-late" : "sm muted", this.state(parcel, isMine)));
    const buttons = make("div", "buttons");
    if (parcel.refused && isMine) buttons.append(this.mend(parcel));
    buttons.append(this.drop(parcel));
    row.append(buttons);
    return row;
  }

  private state(parcel: Parcel, isMine: boolean): string {
    if (parcel.refused) return parcel.refused;
    if (!isMine) return say("parcel_other_sign_in");
    return parcel.tries ? say("parcel_tried", { count: parcel.tries }) : say("parcel_waits");
  }

  private mend(parcel: Parcel): HTMLElement {
    const link = make("a", "button primary", say("parcel_mend"));
    link.href = `${parcel.action}#parcel=${parcel.key}`;
    return link;
  }

  private drop(parcel: Parcel): HTMLElement {
    const button = make("button", "button", icon("close"), say("parcel_drop"));
    button.type = "button";
    button.addEventListener("click", () => {
      if (!window.confirm(say("parcel_drop_sure"))) return;
      void parcelDrop(parcel.key).then(() => this.draw());
    });
    return button;
  }
}

define("linli-parcels", Parcels);
