// SPDX-License-Identifier: MulanPSL-2.0
// What waits on this device: submissions in IndexedDB, which outlive the tab and the session.

const NAME = "linli";
const SHELF = "outbox";

/** One field of a kept form; a file keeps its bytes and its name. */
export type Part = { name: string; value: string } | { name: string; file: Blob; filename: string };

/** One submission that has not been confirmed by the server. */
export interface Parcel {
  /** The Idempotency-Key: the server takes it once however often it is sent. */
  key: string;
  account: string;
  action: string;
  title: string;
  parts: Part[];
  madeAt: number;
  tries: number;
  /** Until then the form that made it is still sending it itself. */
  heldUntil: number;
  /** Set when the server said no: the sentence to show, until the person mends or drops it. */
  refused: string;
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(SHELF, { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function run<T>(mode: IDBTransactionMode, work: (shelf: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(SHELF, mode);
      const request = work(transaction.objectStore(SHELF));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? request.error);
      transaction.onerror = () => reject(transaction.error ?? request.error);
    });
  } finally {
    database.close();
  }
}

/** Keep a parcel, or overwrite the one with its key. */
export async function parcelKeep(parcel: Parcel): Promise<void> {
  await run("readwrite", (shelf) => shelf.put(parcel));
}

/** Forget a parcel that has arrived or was dropped by its writer. */
export async function parcelDrop(key: string): Promise<void> {
  await run("readwrite", (shelf) => shelf.delete(key));
}

/** Everything that waits, oldest first. */
export async function parcels(): Promise<Parcel[]> {
  const all = await run<Parcel[]>("readonly", (shelf) => shelf.getAll() as IDBRequest<Parcel[]>);
  return all.sort((one, other) => one.madeAt - other.madeAt);
}
