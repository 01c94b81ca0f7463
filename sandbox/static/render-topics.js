/* The topics of a forum: a list like a chat list, each with its last message and unread count. */

import { h, icon, iconButton, reconcile } from "./dom.js";
import { clock, language, t } from "./i18n.js";
import { preview, senderOf } from "./state.js";

const COLORS = { 7322096: "#6fb9f0", 16766590: "#e0a800", 13338331: "#cb86db", 9367192: "#5fb56a", 16749490: "#e5779a", 16478047: "#e2644d" };

export class TopicList {
  constructor({ store, unread, onPick, onCreate }) {
    Object.assign(this, { store, unread, onPick });
    this.items = h("div", { class: "topic-items", role: "listbox" });
    this.title = h("span", {});
    this.create = iconButton("plus", t("new_topic"), { "data-testid": "new-topic", onclick: onCreate });
    this.element = h("div", { class: "topics" }, h("div", { class: "topics-head" }, this.title, this.create), this.items);
  }

  render(chat, chosen) {
    this.title.textContent = t("topic_list");
    this.create.title = t("new_topic");
    this.create.setAttribute("aria-label", t("new_topic"));
    this.create.hidden = !this.store.isAdmin(chat);
    this.items.setAttribute("aria-label", t("topics"));
    reconcile(this.items, this.#sorted(chat).map((topic) => this.#item(chat, topic, chosen)));
  }

  /** General first, then the topic somebody wrote in last. */
  #sorted(chat) {
    const newest = (topic) => this.store.list(chat.key, topic.thread_id).at(-1)?.message_id ?? topic.thread_id;
    return this.store.topics(chat).sort((a, b) => (b.is_general ?? false) - (a.is_general ?? false) || newest(b) - newest(a));
  }

  #item(chat, topic, chosen) {
    const last = this.store.list(chat.key, topic.thread_id).at(-1) ?? null;
    const count = this.unread.count(this.store.me.id, chat.key, topic.thread_id);
    const selected = topic.thread_id === chosen;
    const signature = JSON.stringify([topic, last, count, selected, language()]);
    return { key: `t${topic.thread_id}`, signature, build: () => this.#build(topic, last, count, selected) };
  }

  #build(topic, last, count, selected) {
    const line = last ? `${last.service ? "" : `${senderOf(last).name}：`}${preview(last, t)}` : t("empty");
    return h("button", {
      type: "button", class: `topic${selected ? " selected" : ""}${topic.closed ? " closed" : ""}`, role: "option",
      "aria-selected": String(selected), "data-testid": `topic-${topic.thread_id}`, dataset: { closed: String(Boolean(topic.closed)) },
      onclick: () => this.onPick(topic.thread_id),
    },
    h("span", { class: "topic-icon", style: { "--color": COLORS[topic.icon_color] ?? "#6f9fd8" } }, topic.is_general ? icon("hash") : sign(topic.name)),
    h("span", { class: "entry-words" },
      h("span", { class: "entry-top" }, h("b", {}, topic.name), topic.closed ? icon("lock") : null, last ? h("time", {}, clock(last.date)) : null),
      h("span", { class: "entry-bottom" }, h("span", { class: "entry-preview" }, line), count ? h("span", { class: "badge", "aria-label": t("unread", { n: count }) }, String(count)) : null)));
  }
}

/** The character that tells topics apart: numbers in front ("LF-0001 · …") look all the same. */
function sign(name) {
  return name.match(/\p{Script=Han}/u)?.[0] ?? [...name][0] ?? "";
}
