/* The chat page of the sandbox: builds the views and carries news between them.
 *
 * Stable hooks for browser tests, all as data-testid:
 *   person-<id>            switch to that person (aria-current on the present one); unread-<id> its badge
 *   chat-<key>             one chat window; key is "-100…" or "private:<person>:<bot>"
 *   open-chat-<key>        that chat's line in the list of a phone
 *   message                a bubble, with data-chat-key and data-message-id; an album is one bubble
 *   service                a centred service line, with the same data attributes
 *   quote                  the quoted message in a bubble, with data-reply-to
 *   button                 an inline keyboard button, found by its text; data-kind "callback" or "url"
 *   reaction               a reaction chip          message-menu   a bubble's "⌄" (also right click, long press)
 *   menu-reply menu-edit menu-copy menu-forward menu-delete · react (data-emoji)   lines of that menu
 *   photo (data-message-id) · file · voice · sticker · location                    media in bubbles
 *   composer send attach commands anonymous attachments file-input                 in each chat window
 *   attach-photo attach-file attach-location attach-sticker command-<name>         menu lines of those
 *   reply-bar reply-cancel  what is being answered or edited
 *   topic-<thread_id>      a forum's topic (data-closed); new-topic chat-menu back members jump-down
 *   start unblock          the buttons in place of the composer in a private chat
 *   toast alert confirm prompt prompt-input choice lightbox members-dialog forward-dialog   overlays
 *   language tips tips-open tips-close tip-<n> tip<n>-go tip<n>-then
 *   <div id="app"> has data-ready="true" once the state is shown, data-person, and data-online.
 * Address: /?as=<person id>&lang=zh|en picks the person and the language.
 */

import { Actions } from "./actions.js";
import { Connection } from "./api.js";
import { AFFILIATIONS } from "./demo.js";
import { toast } from "./dialogs.js";
import { h } from "./dom.js";
import { asksForReply, Drafts } from "./drafts.js";
import { applyToDocument, language, setLanguage, t } from "./i18n.js";
import { closeMenu } from "./menu.js";
import { ChatPane } from "./render-pane.js";
import { ChatList, PeopleRail } from "./render-people.js";
import { GENERAL, Store, threadOf } from "./state.js";
import { Tips } from "./tips.js";
import { Unread } from "./unread.js";

const STORED_PERSON = "huzhu.person";
const FIRST_PERSON = "101";
const PHONE = matchMedia("(max-width: 720px)");

class App {
  constructor(root) {
    this.root = root;
    this.store = new Store();
    this.unread = new Unread();
    this.drafts = new Drafts();
    this.actions = new Actions({ store: this.store, app: this });
    this.panes = new Map();
    this.current = null; // the chat that is open on a phone
    this.seq = 0;
    this.rail = new PeopleRail({
      store: this.store, unread: this.unread, roleOf: (person) => this.roleOf(person),
      onSwitch: (id) => this.switchPerson(id), onLanguage: () => this.#switchLanguage(), onHelp: () => this.#openTips(),
    });
    this.chatList = new ChatList({ store: this.store, unread: this.unread, onOpen: (key) => this.openChat(key) });
    this.tips = new Tips({ store: this.store, go: (step) => this.#followTip(step) });
    this.status = h("div", { class: "status", role: "status", hidden: true });
    this.paneBox = h("div", { class: "panes" });
    this.stage = h("main", { class: "stage" }, this.status, this.tips.element, this.chatList.element, this.paneBox);
    root.append(this.rail.element, this.stage);
    this.connection = new Connection({ onState: (state) => this.#load(state), onEvent: (event) => this.#hear(event), onStatus: (online) => this.#showStatus(online) });
  }

  async start() {
    applyToDocument();
    this.store.subscribe((change) => this.#changed(change));
    addEventListener("popstate", () => this.#showList());
    document.addEventListener("visibilitychange", () => document.hidden || this.#renderPanes());
    PHONE.addEventListener("change", () => this.#renderPanes());
    const asked = new URLSearchParams(location.search).get("as") ?? sessionStorage.getItem(STORED_PERSON) ?? FIRST_PERSON;
    await this.connection.follow(asked);
  }

  // ── what others ask of the app ──

  isDesktop() {
    return !PHONE.matches;
  }

  isOnScreen(chatKey) {
    return this.isDesktop() || this.current === chatKey;
  }

  pane(chatKey) {
    return this.panes.get(chatKey) ?? null;
  }

  /** -> [role, workplace], those that are known. */
  roleOf(person) {
    const place = person.affiliation || AFFILIATIONS[language()][person.id];
    return [person.role ? t(person.role) : "", place].filter(Boolean);
  }

  async switchPerson(id) {
    closeMenu();
    if (id === this.store.me?.id) return;
    this.#showList();
    await this.connection.follow(id).catch((error) => toast(t("failed", { why: error.message })));
  }

  reload() {
    return this.connection.follow(this.store.me.id);
  }

  openChat(chatKey, thread = null) {
    const pane = this.pane(chatKey);
    if (!pane) return null;
    if (!this.isDesktop() && this.current !== chatKey) {
      // So that a phone's own back gesture returns to the list instead of leaving the page.
      if (this.current === null) history.pushState({ chat: true }, "");
      this.current = chatKey;
    }
    this.root.dataset.view = "chat";
    this.panes.forEach((one, key) => one.element.classList.toggle("open", key === chatKey));
    if (thread !== null) pane.openThread(thread);
    else pane.render();
    pane.list.toBottom(false);
    if (this.isDesktop()) pane.element.scrollIntoView({ inline: "nearest", block: "nearest" });
    if (this.isDesktop()) pane.composer.focus();
    return pane;
  }

  closeChat() {
    if (history.state?.chat) history.back();
    else this.#showList();
  }

  /** Jump to a message wherever it is. -> false if the current person cannot see it. */
  showMessage(chatKey, messageId) {
    const message = this.store.find(chatKey, messageId);
    const pane = this.pane(chatKey);
    if (!message || !pane) return false;
    if (!this.isOnScreen(chatKey)) this.openChat(chatKey);
    if (pane.chat.is_forum) pane.openThread(threadOf(message));
    return pane.list.reveal(messageId);
  }

  unreadChanged() {
    this.rail.render();
    this.chatList.render();
    this.panes.forEach((pane) => pane.chat.is_forum && pane.topics.render(pane.chat, pane.place));
  }

  // ── news ──

  #load(state) {
    if (state.seq < this.seq) this.#serverRestarted();
    this.seq = state.seq;
    this.store.load(state);
    this.drafts.resumePrompts(this.store);
    this.#syncPanes();
    this.#renderAll();
    sessionStorage.setItem(STORED_PERSON, state.me.id);
    keepInAddress("as", state.me.id);
    Object.assign(this.root.dataset, { ready: "true", person: state.me.id });
  }

  /** The stream also tells what the other people see, for their badges: event.for names the readers. */
  #hear(event) {
    const me = this.store.me.id;
    const readers = event.for ?? [me];
    if (readers.includes(me)) this.store.apply(event);
    if (event.type !== "message" || event.message.service) return;
    this.unread.add(event.message, readers.filter((id) => id !== me && id !== event.message.from.id));
    this.rail.render();
  }

  #serverRestarted() {
    this.unread.reset();
    this.drafts.drafts.clear(); // they may answer messages that are gone
    this.actions.sentAnonymously.clear();
  }

  #changed({ kind, chatKey, arrived, isNew, event }) {
    if (kind === "messages") this.#messagesChanged(chatKey, arrived);
    else if (kind === "chats") this.#chatsChanged(isNew);
    else if (kind === "typing") this.pane(chatKey)?.showTyping(event.name);
    else if (kind === "answer") this.actions.lateAnswer(event);
  }

  #messagesChanged(chatKey, arrived) {
    const pane = this.pane(chatKey);
    if (arrived) this.#noteArrival(arrived, pane);
    pane?.render(arrived);
    this.chatList.render();
  }

  #noteArrival(message, pane) {
    if (message.from.id !== this.store.me.id) pane?.showTyping("");
    if (asksForReply(message, this.store)) {
      this.drafts.replyTo(this.store, message);
      if (this.isDesktop() && pane?.shows(threadOf(message))) setTimeout(() => pane.composer.focus());
    }
    const isNews = !message.service && !this.actions.isMine(message);
    const thread = pane?.chat.is_forum ? threadOf(message) : GENERAL;
    if (isNews && !pane?.shows(thread)) {
      this.unread.add(message, [this.store.me.id]);
      this.unreadChanged();
    }
  }

  #chatsChanged(isNew) {
    if (isNew) return this.reload(); // somebody took this person in: what was said before belongs to it
    this.#syncPanes();
    return this.#renderAll();
  }

  // ── drawing ──

  /** One window per chat of the current person; windows of the same person stay as they are. */
  #syncPanes() {
    const samePerson = this.shownFor === this.store.me.id;
    const keys = this.store.visibleChats().map((chat) => chat.key);
    if (samePerson && keys.join() === [...this.panes.keys()].join()) return;
    const kept = samePerson ? this.panes : new Map();
    this.shownFor = this.store.me.id;
    this.panes = new Map(keys.map((key) => [key, kept.get(key) ?? new ChatPane({ app: this, chatKey: key })]));
    this.paneBox.replaceChildren(...[...this.panes.values()].map((pane) => pane.element));
    // A forum holds two columns, so it gets more of the room.
    const share = ({ chat }) => (chat.is_forum ? 1.5 : chat.type === "private" ? 0.9 : 1.1);
    const columns = [...this.panes.values()].map((pane) => `minmax(285px, ${share(pane)}fr)`);
    this.paneBox.style.setProperty("--columns", columns.join(" "));
    if (!this.panes.has(this.current)) this.#showList();
  }

  #renderAll() {
    this.rail.render();
    this.tips.render();
    this.chatList.render();
    this.#renderPanes();
  }

  #renderPanes() {
    this.panes.forEach((pane) => pane.render());
  }

  #showList() {
    this.current = null;
    this.root.dataset.view = "list";
    this.panes.forEach((pane) => pane.element.classList.remove("open"));
  }

  #showStatus(online) {
    this.root.dataset.online = String(online);
    this.status.hidden = online;
    this.status.textContent = t("connecting");
  }

  #switchLanguage() {
    setLanguage(language() === "zh" ? "en" : "zh");
    keepInAddress("lang", language());
    this.#renderAll();
  }

  #openTips() {
    if (!this.isDesktop()) this.closeChat();
    this.tips.toggle();
  }

  /** One step of the tips: become that person, open that chat, put the words into the box. */
  async #followTip({ person, chat, text, newestTopic }) {
    await this.switchPerson(person);
    const pane = this.pane(chat);
    if (!pane) return toast(t("not_a_member", { name: this.store.name(person) }));
    if (!newestTopic) {
      this.openChat(chat);
      if (text) pane.composer.prefill(text);
      return true;
    }
    const card = this.store.list(chat).findLast((message) => message.from.is_bot && message.buttons.length && threadOf(message) !== GENERAL);
    if (!card) return toast(t("tip3_wait"));
    this.openChat(chat, threadOf(card));
    pane.composer.reply(card);
    pane.composer.prefill(text);
    return true;
  }
}

/** An address that names a person or language must not undo a later choice on reload. */
function keepInAddress(name, value) {
  const address = new URL(location.href);
  if (!address.searchParams.has(name) || address.searchParams.get(name) === String(value)) return;
  address.searchParams.set(name, value);
  history.replaceState(history.state, "", address);
}

const app = new App(document.getElementById("app"));
app.start().catch((error) => {
  app.root.dataset.online = "false";
  toast(t("failed", { why: error.message || t("offline") }));
});
