/* Unread counts for the people one is not acting as just now. The page follows the admin of the demo
 * beside the current person, because the admin is in every group; what the bot writes to others in
 * private is not seen this way and is counted when one switches to them. */

import { Connection } from "./api.js";

export class Watcher {
  /** onMessage(message, memberIds) is called for every new message in a group. */
  constructor({ onMessage }) {
    this.chats = new Map();
    this.onMessage = onMessage;
    this.connection = new Connection({
      onState: (state) => { this.chats = new Map(state.chats.map((chat) => [chat.key, chat])); },
      onEvent: (event) => this.#hear(event),
      onStatus: () => {},
    });
  }

  follow(personId) {
    return this.connection.follow(personId);
  }

  #hear({ type, message, chat }) {
    if (type === "chat") this.chats.set(chat.key, chat);
    if (type === "message") this.onMessage(message, this.chats.get(message.chat_key)?.member_ids ?? []);
  }
}
