/* How many messages each person has not seen, per chat and topic. Kept for the browser tab, so
 * that a reload does not forget what is waiting at the desk. */

import { GENERAL, threadOf } from "./state.js";

const STORED = "huzhu.unread";

export class Unread {
  constructor() {
    this.counts = new Map(JSON.parse(sessionStorage.getItem(STORED) ?? "[]"));
    this.seen = new Set(); // "reader chat/message": a call's answer and the stream may tell of the same message
  }

  /** A new message: one more for each of `readers` (person ids). */
  add(message, readers) {
    const id = `${message.chat_key}/${message.message_id}`;
    for (const reader of readers) {
      if (this.seen.has(`${reader} ${id}`)) continue;
      this.seen.add(`${reader} ${id}`);
      const key = place(reader, message.chat_key, threadOf(message));
      this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    }
    this.#keep();
  }

  count(person, chatKey, thread = GENERAL) {
    return this.counts.get(place(person, chatKey, thread)) ?? 0;
  }

  /** All topics of a chat together. */
  ofChat(person, chatKey) {
    return this.#sum(`${person}|${chatKey}|`);
  }

  ofPerson(person) {
    return this.#sum(`${person}|`);
  }

  #sum(prefix) {
    let sum = 0;
    for (const [key, count] of this.counts) if (key.startsWith(prefix)) sum += count;
    return sum;
  }

  /** -> whether anything was unread. */
  clear(person, chatKey, thread = GENERAL) {
    const had = this.counts.delete(place(person, chatKey, thread));
    if (had) this.#keep();
    return had;
  }

  /** The server began anew: what was waiting is gone. */
  reset() {
    this.counts.clear();
    this.seen.clear();
    this.#keep();
  }

  #keep() {
    sessionStorage.setItem(STORED, JSON.stringify([...this.counts]));
  }
}

const place = (person, chatKey, thread) => `${person}|${chatKey}|${thread}`;
