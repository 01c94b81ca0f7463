/* What the current person can see, as plain data. Views read it and are told what changed; only
 * this module writes it. Chats are keyed by the server's string keys, never by numbers, so that
 * ids beyond 2^53 stay exact. */

export const GENERAL = 1; // Telegram's thread id of a forum's General topic

export class Store {
  constructor() {
    this.listeners = new Set();
    this.clear();
  }

  clear() {
    this.me = null;
    this.people = new Map();
    this.bots = new Map();
    this.chats = new Map();
    this.messages = new Map(); // chat key -> Map(message id -> message)
  }

  /** listener({kind: "reset"|"messages"|"chats"|"typing"|"answer", chatKey?, event?}) */
  subscribe(listener) {
    this.listeners.add(listener);
  }

  #tell(change) {
    this.listeners.forEach((listener) => listener(change));
  }

  /** Replace everything by a fresh /client/state. */
  load(state) {
    this.clear();
    this.me = state.me;
    state.people.forEach((person) => this.people.set(person.id, person));
    state.bots.forEach((bot) => this.bots.set(bot.id, bot));
    state.chats.forEach((chat) => this.chats.set(chat.key, chat));
    for (const [key, list] of Object.entries(state.messages)) {
      this.messages.set(key, new Map(list.map((message) => [message.message_id, message])));
    }
    this.#tell({ kind: "reset" });
  }

  /** One event of the stream. Applying the same event twice changes nothing. */
  apply(event) {
    const { type, message, chat } = event;
    if (message) this.put(message, type === "message");
    else if (type === "deleted") this.#remove(event);
    else if (type === "chat") this.#putChat(chat);
    else if (type === "typing") this.#tell({ kind: "typing", chatKey: event.chat_key, event });
    else if (type === "callback_answer") this.#tell({ kind: "answer", event });
  }

  put(message, isNew = false) {
    const key = message.chat_key;
    if (!this.messages.has(key)) this.messages.set(key, new Map());
    const known = this.messages.get(key).has(message.message_id);
    this.messages.get(key).set(message.message_id, message);
    this.#tell({ kind: "messages", chatKey: key, arrived: isNew && !known ? message : null });
  }

  #remove({ chat_key: key, message_ids: ids }) {
    ids.forEach((id) => this.messages.get(key)?.delete(id));
    this.#tell({ kind: "messages", chatKey: key, arrived: null });
  }

  #putChat(chat) {
    const isNew = !this.chats.has(chat.key);
    this.chats.set(chat.key, chat);
    this.#tell({ kind: "chats", chatKey: chat.key, isNew });
  }

  /** Chats to show, groups first in the order they were made, private chats last. */
  visibleChats() {
    return [...this.chats.values()]
      .filter((chat) => !chat.migrated_to && (chat.type === "private" || chat.member_ids.includes(this.me.id)))
      .sort((a, b) => (a.type === "private") - (b.type === "private"));
  }

  /** Messages of a chat, oldest first; of one topic if `thread` is given. */
  list(chatKey, thread = null) {
    const all = [...(this.messages.get(chatKey)?.values() ?? [])].filter((message) => !message.deleted);
    all.sort((a, b) => a.message_id - b.message_id);
    return thread === null ? all : all.filter((message) => threadOf(message) === thread);
  }

  find(chatKey, messageId) {
    const message = this.messages.get(chatKey)?.get(messageId);
    return message && !message.deleted ? message : null;
  }

  topics(chat) {
    return (chat.topics ?? []).filter((topic) => !topic.deleted);
  }

  isAdmin(chat, personId = this.me.id) {
    return chat.admin_ids?.includes(personId) ?? false;
  }

  name(id) {
    return this.people.get(id)?.name ?? this.bots.get(id)?.name ?? String(id);
  }

  botByUsername(username) {
    return [...this.bots.values()].find((bot) => bot.username.toLowerCase() === username.toLowerCase()) ?? null;
  }

  privateKey(botId, personId = this.me.id) {
    return `private:${personId}:${botId}`;
  }
}

/** The topic a forum message belongs to; General for those outside every topic. */
export function threadOf(message) {
  return message.is_topic_message && message.thread_id ? message.thread_id : GENERAL;
}

/** The chat_id to send in a /client call: the bot's id for a private chat, else the group's.
 *  A number where JavaScript can hold it exactly, else the string. */
export function wireId(chatKey) {
  const id = chatKey.startsWith("private:") ? chatKey.split(":")[2] : chatKey;
  return Number.isSafeInteger(Number(id)) ? Number(id) : id;
}

/** One line that stands for a message in lists, quotes and notices. */
export function preview(message, t) {
  if (message.service) return message.service.text;
  const words = message.text || message.caption || "";
  if (!message.media) return words;
  const kind = t(`${message.media.kind}_label`);
  const what = message.media.kind === "document" ? message.media.file_name || kind : kind;
  return words ? `[${what}] ${words}` : `[${what}]`;
}

/** Who a message is from, as people see it: the group or channel it was sent as, or the person. */
export function senderOf(message) {
  if (message.sender_chat) return { id: message.sender_chat.id, name: message.sender_chat.title, isBot: false, anonymous: true };
  return { id: message.from.id, name: message.from.name, isBot: message.from.is_bot, anonymous: false };
}
