/* Who one acts as: the rail on the left of a desktop, a row of faces on top of a phone. And on the
 * phone the list of that person's chats. */

import { h, iconButton, reconcile } from "./dom.js";
import { clock, language, t } from "./i18n.js";
import { avatar, colorOf, colorOfChat } from "./render-message.js";
import { preview, senderOf } from "./state.js";

export class PeopleRail {
  constructor({ store, unread, roleOf, onSwitch, onLanguage, onHelp }) {
    Object.assign(this, { store, unread, roleOf, onSwitch });
    this.title = h("h1", {});
    this.note = h("p", {});
    this.heading = h("h2", { class: "rail-heading" });
    this.people = h("nav", { class: "people" });
    this.language = h("button", { type: "button", class: "rail-button", "data-testid": "language", onclick: onLanguage });
    this.help = iconButton("help", "", { class: "rail-help", "data-testid": "tips-open", onclick: onHelp });
    this.element = h("aside", { class: "rail" },
      h("div", { class: "brand" }, h("img", { src: "/static/icon.svg", alt: "", width: "36", height: "36" }), h("div", { class: "brand-words" }, this.title, this.note),
        h("div", { class: "rail-buttons" }, this.language, this.help)),
      this.heading, this.people);
  }

  render() {
    this.title.textContent = t("brand");
    this.note.textContent = t("brand_note");
    this.heading.textContent = t("people");
    this.people.setAttribute("aria-label", t("people"));
    this.language.textContent = t("language");
    this.language.setAttribute("aria-label", t("language_label"));
    this.help.title = t("help");
    this.help.setAttribute("aria-label", t("help"));
    reconcile(this.people, [...this.store.people.values()].map((person) => this.#item(person)));
  }

  #item(person) {
    const current = person.id === this.store.me.id;
    const count = this.unread.ofPerson(person.id);
    const signature = JSON.stringify([person, current, count, language()]);
    return { key: `p${person.id}`, signature, build: () => this.#build(person, current, count) };
  }

  #build(person, current, count) {
    return h("button", {
      type: "button", class: `person${current ? " current" : ""}`, "data-testid": `person-${person.id}`, "aria-current": current ? "true" : null,
      title: this.roleOf(person).join(" · "), onclick: () => this.onSwitch(person.id),
    }, h("span", { class: "avatar-wrap" }, avatar(person.name, colorOf(person.id, this.store)),
      count ? h("span", { class: "badge", "data-testid": `unread-${person.id}`, "aria-label": t("unread", { n: count }) }, String(count)) : null),
    h("span", { class: "person-words" }, h("b", {}, person.name), h("small", {}, this.roleOf(person).map((words) => h("span", {}, words)))));
  }
}

export class ChatList {
  constructor({ store, unread, onOpen }) {
    Object.assign(this, { store, unread, onOpen });
    this.element = h("nav", { class: "chat-list" });
  }

  render() {
    this.element.setAttribute("aria-label", t("chats"));
    reconcile(this.element, this.store.visibleChats().map((chat) => this.#item(chat)));
  }

  #item(chat) {
    const last = this.store.list(chat.key).at(-1) ?? null;
    const count = this.unread.ofChat(this.store.me.id, chat.key);
    return { key: chat.key, signature: JSON.stringify([chat.title, last, count, language()]), build: () => this.#build(chat, last, count) };
  }

  #build(chat, last, count) {
    const line = last ? `${last.service || chat.type === "private" ? "" : `${senderOf(last).name}：`}${preview(last, t)}` : t("empty");
    return h("button", { type: "button", class: "chat-entry", "data-testid": `open-chat-${chat.key}`, onclick: () => this.onOpen(chat.key) },
      avatar(chat.title, colorOfChat(chat, this.store), "square"),
      h("span", { class: "entry-words" },
        h("span", { class: "entry-top" }, h("b", {}, chat.title), last ? h("time", {}, clock(last.date)) : null),
        h("span", { class: "entry-bottom" }, h("span", { class: "entry-preview" }, line), count ? h("span", { class: "badge", "aria-label": t("unread", { n: count }) }, String(count)) : null)));
  }
}
