/* One chat window: head, topics (in forums), messages, composer. */

import { confirmDialog, chooseDialog, promptDialog } from "./dialogs.js";
import { Composer } from "./composer.js";
import { h, iconButton } from "./dom.js";
import { t } from "./i18n.js";
import { openMenu } from "./menu.js";
import { MessageList } from "./message-list.js";
import { avatar, colorOf, colorOfChat } from "./render-message.js";
import { TopicList } from "./render-topics.js";
import { GENERAL } from "./state.js";

const WIDE_FORUM_PX = 560; // the same width as the container query in css/layout.css
const TYPING_MS = 5000;

export class ChatPane {
  constructor({ app, chatKey }) {
    const { store, unread, drafts, actions } = app;
    Object.assign(this, { app, store, unread, chatKey, thread: null, typing: "" });
    this.mode = this.chat.is_forum ? "topics" : "thread";
    this.list = new MessageList({ store, actions, onRead: () => this.#read() });
    this.topics = new TopicList({ store, unread, onPick: (thread) => this.openThread(thread), onCreate: () => this.#createTopic() });
    this.composer = new Composer({ store, drafts, actions, place: () => ({ chat: this.chat, thread: this.place }) });
    this.composer.takeDrops(this.list.element);
    this.composer.takeDrops(this.composer.element);
    this.head = h("header", { class: "pane-head" });
    this.element = h("article", { class: "pane", "data-testid": `chat-${chatKey}`, dataset: { chatKey } }, this.head,
      h("div", { class: "pane-body" }, this.chat.is_forum ? this.topics.element : null, h("div", { class: "thread" }, this.list.element, this.composer.element)));
  }

  get chat() {
    return this.store.chats.get(this.chatKey);
  }

  /** The topic that is shown and written to; null in chats without topics. */
  get place() {
    return this.chat.is_forum ? this.thread ?? GENERAL : null;
  }

  get topic() {
    return this.chat.topics?.find((topic) => topic.thread_id === this.place) ?? null;
  }

  get isWide() {
    return this.element.clientWidth >= WIDE_FORUM_PX;
  }

  /** Whether the reader has this topic before their eyes. */
  shows(thread) {
    if (!this.app.isOnScreen(this.chatKey) || document.hidden) return false;
    if (!this.chat.is_forum) return true;
    return (this.mode === "thread" || this.isWide) && this.place === thread;
  }

  openThread(thread) {
    this.thread = thread;
    this.mode = "thread";
    this.render();
    if (this.app.isDesktop()) this.composer.focus();
  }

  back() {
    if (this.chat.is_forum && this.mode === "thread" && !this.isWide) {
      this.mode = "topics";
      this.render();
    } else this.app.closeChat();
  }

  render(arrived = null) {
    if (this.topic?.deleted) Object.assign(this, { thread: null, mode: "topics" });
    this.element.dataset.mode = this.mode;
    this.element.classList.toggle("forum", this.chat.is_forum);
    this.element.setAttribute("aria-label", this.chat.title);
    this.#renderHead();
    const messages = this.store.list(this.chatKey, this.place);
    const label = this.chat.is_forum ? `${this.chat.title} · ${this.topic?.name ?? ""}` : this.chat.title;
    const emptyText = t(this.chat.type === "private" ? "empty_private" : "empty");
    this.list.render({ chat: this.chat, messages, label, emptyText, arrived: messages.includes(arrived) ? arrived : null });
    if (this.chat.is_forum) this.topics.render(this.chat, this.place);
    this.composer.setLock(this.#lock(messages));
  }

  #lock(messages) {
    const { chat } = this;
    if (chat.type === "private") {
      if (chat.blocked) return { text: t("blocked"), button: { text: t("unblock"), hook: "unblock", act: () => this.app.actions.blockBot(this.botId, false) } };
      if (!messages.length) return { button: { text: t("start"), hook: "start", act: () => this.app.actions.startBot(this.botId) } };
    }
    if (this.topic?.closed && !this.store.isAdmin(chat)) return { text: t("topic_closed") };
    return null;
  }

  get botId() {
    return Number(this.chatKey.split(":")[2]);
  }

  #renderHead() {
    const { chat, topic } = this;
    const inTopic = chat.is_forum && this.mode === "thread" && topic;
    const state = JSON.stringify([chat.title, topic, this.mode, this.typing, chat.member_ids, chat.blocked, document.documentElement.lang]);
    if (this.head.dataset.state === state) return;
    this.head.dataset.state = state;
    this.head.replaceChildren(
      iconButton("back", t("back"), { class: "pane-back", "data-testid": "back", onclick: () => this.back() }),
      avatar(chat.title, colorOfChat(chat, this.store), "square"),
      h("button", { type: "button", class: "pane-title", "data-testid": "members", onclick: () => this.#showMembers() },
        h("h2", {}, inTopic ? topic.name : chat.title),
        h("small", { class: this.typing ? "typing" : "" }, this.#subtitle(inTopic))),
      ...this.#menuButton());
  }

  #subtitle(inTopic) {
    if (this.typing) return t("typing", { name: this.typing });
    if (this.chat.type === "private") return t("bot_chat");
    const members = t("members", { n: this.chat.member_ids.length });
    return inTopic ? `${this.chat.title} · ${members}` : members;
  }

  #menuButton() {
    const items = this.chat.type === "private" ? this.#botMenu() : this.#topicMenu();
    if (!items.length) return [];
    const label = t(this.chat.type === "private" ? "chat_actions" : "topic_actions");
    return [iconButton("more", label, { "data-testid": "chat-menu", "aria-haspopup": "menu", onclick: (event) => openMenu(event.currentTarget.getBoundingClientRect(), items) })];
  }

  #botMenu() {
    const { blocked } = this.chat;
    return [{ text: t(blocked ? "unblock" : "block"), icon: blocked ? "check" : "close", hook: "menu-block", act: () => this.app.actions.blockBot(this.botId, !blocked) }];
  }

  #topicMenu() {
    const { topic } = this;
    if (!topic || !this.store.isAdmin(this.chat)) return [];
    const change = (action, more = {}) => this.app.actions.topic(this.chatKey, action, { thread_id: topic.thread_id, ...more });
    const closing = topic.closed ? "reopen" : "close";
    return [
      { text: t(`${closing}_topic`), icon: topic.closed ? "check" : "lock", hook: `menu-${closing}-topic`, act: () => change(closing) },
      { text: t("rename_topic"), icon: "edit", hook: "menu-rename-topic", act: async () => {
        const name = await promptDialog(t("topic_name"), topic.name);
        if (name) change("edit", { name });
      } },
      !topic.is_general && { text: t("delete_topic"), icon: "trash", hook: "menu-delete-topic", danger: true, act: async () => {
        if (await confirmDialog(t("delete_topic_sure", { name: topic.name }))) change("delete");
      } },
    ].filter(Boolean);
  }

  async #createTopic() {
    const name = await promptDialog(t("topic_name"));
    if (!name) return;
    const done = await this.app.actions.topic(this.chatKey, "create", { name });
    if (done?.thread_id) this.openThread(done.thread_id);
  }

  async #showMembers() {
    const { chat, store } = this;
    if (chat.type === "private") return;
    const members = chat.member_ids.map((id) => {
      const person = store.people.get(id);
      const roles = store.bots.has(id) ? [t("bot")] : person ? this.app.roleOf(person) : [];
      const note = [...new Set([...roles, ...(store.isAdmin(chat, id) ? [t("admin")] : [])])].join(" · ");
      return { text: store.name(id), note, lead: avatar(store.name(id), colorOf(id, store)), value: id };
    });
    const id = await chooseDialog(`${t("member_list")} · ${members.length}`, members, "members-dialog");
    if (store.bots.has(id)) this.app.openChat(store.privateKey(id));
  }

  showTyping(name) {
    clearTimeout(this.typingTimer);
    this.typing = name;
    this.#renderHead();
    if (name) this.typingTimer = setTimeout(() => this.showTyping(""), TYPING_MS);
  }

  #read() {
    const thread = this.place ?? GENERAL;
    if (this.shows(thread) && this.unread.clear(this.store.me.id, this.chatKey, thread)) this.app.unreadChanged();
  }
}
