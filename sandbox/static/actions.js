/* What people can do to messages. Every view gets this one object; methods are bound. */

import { act } from "./api.js";
import { avatar, colorOfChat } from "./render-message.js";
import { alertDialog, chooseDialog, confirmDialog, toast } from "./dialogs.js";
import { t } from "./i18n.js";
import { parseLink } from "./links.js";
import { openMenu, reactionRow } from "./menu.js";
import { wireId } from "./state.js";

const PRESS_WAIT_MS = 5000;

export class Actions {
  constructor({ store, app }) {
    this.store = store;
    this.app = app;
    this.late = 0; // presses whose answer did not come in time and may still arrive as an event
    this.sentAnonymously = new Set();
  }

  isMine = (message) => (message.from.id === this.store.me.id && !message.sender_chat) || this.sentAnonymously.has(ownKey(this.store.me.id, message));

  /** Take over what a /client call returned; the event stream tells the same again, harmlessly. */
  accept = ({ message, messages }) => {
    for (const one of messages ?? (message?.chat_key ? [message] : [])) {
      if (one.sender_chat) this.sentAnonymously.add(ownKey(this.store.me.id, one));
      this.store.put(one, true);
    }
  };

  #try = async (call) => {
    try {
      return await call();
    } catch (error) {
      toast(t("failed", { why: error.message }));
      return null;
    }
  };

  #address(message) {
    return { as: this.store.me.id, chat_id: wireId(message.chat_key), message_id: message.message_id };
  }

  react = async (message, emoji) => {
    const done = await this.#try(() => act("react", { ...this.#address(message), emoji }));
    if (done) this.accept(done);
  };

  press = async (message, data) => {
    const answer = await this.#try(() => act("press", { ...this.#address(message), data, wait_ms: PRESS_WAIT_MS }));
    if (!answer) return;
    if (answer.answered) this.showAnswer(answer);
    else this.late += 1;
  };

  /** A callback answer that came as an event: only this tab's own late ones are shown. */
  lateAnswer = (event) => {
    if (this.late === 0) return;
    this.late -= 1;
    this.showAnswer(event);
  };

  showAnswer({ text, show_alert: isAlert, url }) {
    if (url) this.openLink(url);
    if (!text) return;
    if (isAlert) alertDialog(text);
    else toast(text);
  }

  openLink = async (url) => {
    const link = parseLink(url);
    const bot = link.username ? this.store.botByUsername(link.username) : null;
    if (link.kind === "start" && bot) return this.startBot(bot.id, link.payload);
    if (link.kind === "profile" && bot) return this.app.openChat(this.store.privateKey(bot.id));
    if (link.kind === "message") return this.jumpTo(link.chatKey, link.messageId);
    if (!/^(https?|tg):/i.test(url)) return toast(url);
    if (await confirmDialog(`${t("external")}\n${url}`)) open(url, "_blank", "noopener");
  };

  startBot = async (botId, payload = "") => {
    const body = { as: this.store.me.id, bot_id: botId };
    const done = await this.#try(() => act("start", payload ? { ...body, payload } : body));
    if (!done) return;
    this.accept(done);
    this.app.openChat(this.store.privateKey(botId));
  };

  blockBot = (botId, blocked) => this.#try(async () => {
    await act("block", { as: this.store.me.id, bot_id: botId, blocked });
    await this.app.reload();
  });

  /** whom: a username, or the user of a text_mention. */
  mention = (message, whom) => {
    const bot = typeof whom === "string" ? this.store.botByUsername(whom) : null;
    if (bot) return this.app.pane(message.chat_key)?.composer.prefill(`@${bot.username} `);
    const person = [...this.store.people.values()].find((one) => one.username === whom || one.id === whom?.id);
    if (person) toast([person.name, ...this.app.roleOf(person)].join(" · "));
  };

  command = (message, command) => this.app.pane(message.chat_key)?.composer.sendText(command);

  jumpTo = (chatKey, messageId) => this.app.showMessage(chatKey, messageId) || toast(t("no_such_message"));

  topic = (chatKey, action, more = {}) => this.#try(() => act("topic", { as: this.store.me.id, chat_id: wireId(chatKey), action, ...more }));

  openMenu = (row, anchor) => {
    const [message] = row.messages;
    const { store } = this;
    const composer = this.app.pane(message.chat_key).composer;
    const written = row.messages.find((one) => one.text || one.caption);
    const own = message.from.id === store.me.id || this.isMine(message);
    const mayDelete = own || store.isAdmin(row.chat) || row.chat.type === "private";
    const items = [
      { text: t("reply"), icon: "reply", hook: "menu-reply", act: () => composer.reply(message) },
      own && !message.forward_from && (written || message.media) && { text: t("edit"), icon: "edit", hook: "menu-edit", act: () => composer.edit(written ?? message) },
      written && { text: t("copy"), icon: "copy", hook: "menu-copy", act: () => this.#copy(written) },
      !row.chat.protected && { text: t("forward"), icon: "forward", hook: "menu-forward", act: () => this.#forward(row.messages) },
      mayDelete && { text: t("delete"), icon: "trash", hook: "menu-delete", danger: true, act: () => this.#delete(row.messages) },
    ];
    openMenu(anchor, items.filter(Boolean), reactionRow((emoji) => this.react(message, emoji)));
  };

  async #copy(message) {
    // The clipboard is refused on plain http addresses other than localhost.
    const done = await navigator.clipboard?.writeText(message.text || message.caption).then(() => true, () => false);
    if (done) toast(t("copied"));
  }

  async #delete(messages) {
    if (!(await confirmDialog(t("delete_sure")))) return;
    await this.#try(async () => {
      for (const message of messages) await act("delete", this.#address(message));
    });
  }

  async #forward(messages) {
    const target = await chooseDialog(t("forward_to"), this.#targets(), "forward-dialog");
    if (!target) return;
    await this.#try(async () => {
      for (const { chat_key: key, message_id: id } of messages) {
        this.accept(await act("send", { as: this.store.me.id, ...target, forward_from: { chat_id: wireId(key), message_id: id } }));
      }
    });
  }

  #targets() {
    return this.store.visibleChats().flatMap((chat) => {
      const lead = avatar(chat.title, colorOfChat(chat, this.store));
      if (!chat.is_forum) return [{ text: chat.title, lead, value: { chat_id: wireId(chat.key) } }];
      return this.store.topics(chat).filter((topic) => !topic.closed).map((topic) => ({
        text: topic.name, note: chat.title, lead: lead.cloneNode(true),
        value: { chat_id: wireId(chat.key), ...(topic.is_general ? {} : { thread_id: topic.thread_id }) },
      }));
    });
  }
}

const ownKey = (me, message) => `${me}/${message.chat_key}/${message.message_id}`;
