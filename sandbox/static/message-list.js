/* The scrolling list of one chat or topic: keeps to the bottom while the reader is there, counts
 * what arrives while they read further up, and can jump to a message. */

import { h, iconButton, reconcile } from "./dom.js";
import { t } from "./i18n.js";
import { messageSignature, renderMessage } from "./render-message.js";
import { toRows } from "./rows.js";

const NEAR_BOTTOM_PX = 90;

export class MessageList {
  constructor({ store, actions, onRead }) {
    Object.assign(this, { store, actions, onRead, missed: 0, shown: null, bottom: true });
    this.list = h("div", { class: "messages", role: "log", tabindex: "0" });
    this.badge = h("span", { class: "badge" });
    this.jump = iconButton("down", t("jump_down"), { class: "jump", "data-testid": "jump-down", onclick: () => this.toBottom(true) });
    this.jump.append(this.badge);
    this.element = h("div", { class: "message-area" }, this.list, this.jump);
    this.list.addEventListener("scroll", () => this.#noteScroll());
    // The composer below grows and shrinks; a reader at the bottom stays there.
    new ResizeObserver(() => this.bottom && this.toBottom(false)).observe(this.list);
  }

  /** Show `messages` of `chat`; `arrived` is the message that has just come in, if any. */
  render({ chat, messages, label, emptyText, arrived }) {
    const stick = this.#changedPlace(`${chat.key}/${label}`) || this.atBottom() || (arrived && this.actions.isMine(arrived));
    if (arrived && !stick && messages.includes(arrived)) this.missed += 1;
    this.list.setAttribute("aria-label", label);
    const find = (id) => this.store.find(chat.key, id);
    const rows = toRows(messages, { chat, isMine: this.actions.isMine, find });
    reconcile(this.list, rows.length ? rows.map((row) => this.#item(row)) : [this.#empty(emptyText)]);
    if (stick) this.toBottom(false);
    this.#noteScroll();
  }

  #changedPlace(place) {
    const changed = this.shown !== place;
    if (changed) {
      this.list.replaceChildren();
      this.missed = 0;
    }
    this.shown = place;
    return changed;
  }

  #item(row) {
    if (row.type === "message") {
      return { key: row.key, signature: messageSignature(row, this.store), build: () => renderMessage(row, this.actions, this.store) };
    }
    const dataset = row.message ? { chatKey: row.message.chat_key, messageId: row.message.message_id } : {};
    return { key: row.key, signature: row.text, build: () => h("div", { class: `notice ${row.type}`, "data-testid": row.type, dataset }, h("span", {}, row.text)) };
  }

  #empty(text) {
    return { key: "empty", signature: text, build: () => h("div", { class: "notice empty" }, h("span", {}, text)) };
  }

  atBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.list;
    return scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM_PX;
  }

  toBottom(smooth) {
    this.list.scrollTo({ top: this.list.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  #noteScroll() {
    this.bottom = this.atBottom();
    if (this.bottom) {
      this.missed = 0;
      this.onRead();
    }
    this.jump.classList.toggle("shown", !this.bottom);
    this.badge.textContent = this.missed || "";
  }

  /** Scroll to a message and let it flash. -> false if it is not in this list. */
  reveal(messageId) {
    const node = this.list.querySelector(`[data-message-id="${messageId}"]`);
    if (!node) return false;
    const row = node.closest(".message, .notice");
    row.scrollIntoView({ block: "center", behavior: "smooth" });
    row.classList.remove("flash");
    void row.offsetWidth; // restarts the animation when the same message is asked for twice
    row.classList.add("flash");
    row.focus({ preventScroll: true });
    return true;
  }
}

