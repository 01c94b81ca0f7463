/* From a list of messages to what the eye sees: day separators, service lines, bubbles grouped by
 * sender, albums as one bubble. Pure: no DOM here. */

import { day } from "./i18n.js";
import { senderOf } from "./state.js";

const GROUP_SECONDS = 600; // a longer pause starts a new group of bubbles

/** -> [{key, type: "day"|"service"|"message", …}], oldest first.
 *  isMine(message) says whether the current person wrote it; find(id) looks a quoted message up. */
export function toRows(messages, { chat, isMine, find }) {
  const rows = [];
  let dayBefore = null;
  for (const message of messages) {
    const today = day(message.date);
    if (today !== dayBefore) rows.push({ key: `day ${today}`, type: "day", text: today });
    dayBefore = today;
    if (message.service) rows.push({ key: `m${message.message_id}`, type: "service", message, text: message.service.text });
    else if (joinsAlbum(rows.at(-1), message)) rows.at(-1).messages.push(message);
    else rows.push(bubbleRow(message, { chat, isMine, find }));
  }
  return markGroups(rows);
}

function joinsAlbum(row, message) {
  return row?.type === "message" && message.media_group_id && row.messages[0].media_group_id === message.media_group_id;
}

function bubbleRow(message, { chat, isMine, find }) {
  const mine = isMine(message);
  const quoted = message.reply_to ? find(message.reply_to.message_id) : null;
  const inGroup = chat.type !== "private";
  return { key: `m${message.message_id}`, type: "message", messages: [message], chat, mine, quoted, showAvatar: inGroup && !mine, named: inGroup && !mine };
}

function markGroups(rows) {
  rows.forEach((row, i) => {
    if (row.type !== "message") return;
    row.first = !sameGroup(rows[i - 1], row);
    row.last = !sameGroup(row, rows[i + 1]);
    row.showSender = row.named && row.first;
  });
  return rows;
}

function sameGroup(a, b) {
  if (a?.type !== "message" || b?.type !== "message") return false;
  const [one, two] = [a.messages[0], b.messages[0]];
  return senderOf(one).id === senderOf(two).id && a.mine === b.mine && two.date - one.date < GROUP_SECONDS;
}
