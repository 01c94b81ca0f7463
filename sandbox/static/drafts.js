/* What each person has begun to write in each chat and topic; survives switching persons and topics. */

import { GENERAL, senderOf, threadOf } from "./state.js";

export class Drafts {
  constructor() {
    this.drafts = new Map();
    this.anonymous = new Set(); // "person|chat" where an admin writes in the group's name
  }

  key(person, chatKey, thread = GENERAL) {
    return `${person}|${chatKey}|${thread ?? GENERAL}`;
  }

  /** -> {text, mode: null | {kind: "reply"|"edit", message, placeholder}, files: [{file, kind}]} */
  get(key) {
    if (!this.drafts.has(key)) this.drafts.set(key, { text: "", mode: null, files: [] });
    return this.drafts.get(key);
  }

  drop(key) {
    this.drafts.delete(key);
  }

  /** Open the reply composer for prompts that already wait for this person when the page loads. */
  resumePrompts(store) {
    for (const key of store.chats.keys()) {
      for (const message of store.list(key)) {
        if (!asksForReply(message, store) || answered(message, store)) continue;
        this.replyTo(store, message);
      }
    }
  }

  replyTo(store, message) {
    const draft = this.get(this.key(store.me.id, message.chat_key, threadOf(message)));
    draft.mode ??= { kind: "reply", message, placeholder: message.force_reply?.placeholder ?? "" };
    return draft;
  }
}

/** Whether a bot's force_reply is meant for the current person. Selective ones are for those whom
 *  the text mentions and for the author of the message it replies to. */
export function asksForReply(message, store) {
  if (!message.force_reply || message.from.id === store.me.id) return false;
  if (!message.force_reply.selective) return true;
  const original = message.reply_to ? store.find(message.chat_key, message.reply_to.message_id) : null;
  if (original && senderOf(original).id === store.me.id) return true;
  return (message.entities ?? []).some((entity) => namesMe(entity, message.text, store.me));
}

function namesMe(entity, text, me) {
  if (entity.type === "text_mention") return entity.user?.id === me.id;
  if (entity.type !== "mention") return false;
  return text.slice(entity.offset + 1, entity.offset + entity.length).toLowerCase() === (me.username ?? "").toLowerCase();
}

function answered(prompt, store) {
  const later = store.list(prompt.chat_key, store.chats.get(prompt.chat_key)?.is_forum ? threadOf(prompt) : null);
  return later.some((message) => message.message_id > prompt.message_id && message.from.id === store.me.id);
}
