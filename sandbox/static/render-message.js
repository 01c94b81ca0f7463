/* One bubble: sender, forward line, quote, media, text, reactions, and the buttons below it. */

import { h, icon, iconButton } from "./dom.js";
import { renderEntities } from "./entities.js";
import { clock, language, t } from "./i18n.js";
import { isBareMedia, isOverlaid, renderMedia } from "./render-media.js";
import { preview, senderOf } from "./state.js";

/** The view model of one bubble -> its element.
 *  row = {messages (several for an album), chat, mine, first, last, showSender}; actions = what the bubble can ask for. */
export function renderMessage(row, actions, store) {
  const [message] = row.messages;
  const sender = senderOf(message);
  const classes = ["message", row.mine ? "out" : "in", row.first && "first", row.last && "last"].filter(Boolean).join(" ");
  const node = h("div", {
    class: classes, role: "article", "aria-label": `${sender.name} ${clock(message.date)}`, tabindex: "-1",
    style: { "--who": colorOf(sender.id, store) },
    "data-testid": "message", dataset: { chatKey: message.chat_key, messageId: message.message_id },
  }, row.showAvatar ? avatarSlot(row, sender, store) : null,
  h("div", { class: "stack" }, bubble(row, sender, actions, store), keyboard(message, actions)));
  bindMenu(node, row, actions);
  return node;
}

export function messageSignature(row, store) {
  return JSON.stringify([row.messages, row.mine, row.first, row.last, row.showSender, language(), store.me.id,
    row.quoted?.edit_date ?? null, colorOf(row.messages[0].from.id, store)]);
}

function bubble(row, sender, actions, store) {
  const [message] = row.messages;
  const captioned = row.messages.find((one) => one.text || one.caption);
  const bare = isBareMedia(message) && !message.reply_to;
  const overlaid = !captioned && isOverlaid(message); // the time lies on the picture
  return h("div", { class: `bubble${bare ? " bare" : ""}${overlaid ? " only-media" : ""}` },
    row.showSender ? nameLine(row, sender) : null,
    message.forward_from ? h("div", { class: "forwarded" }, t("forwarded", { name: message.forward_from })) : null,
    message.reply_to ? quote(message, actions, store) : null,
    renderMedia(row.messages),
    h("div", { class: "text" }, captioned ? words(captioned, actions) : null, meta(row)),
    reactions(message, actions, store), moreButton(row, actions));
}

function nameLine(row, sender) {
  const isAdmin = row.chat.admin_ids?.includes(sender.id);
  const tag = sender.anonymous ? t("anonymous_tag") : sender.isBot ? t("bot") : isAdmin ? t("admin") : "";
  return h("div", { class: "who" }, h("b", {}, sender.name), tag ? h("span", { class: "tag" }, tag) : null);
}

function words(message, actions) {
  const text = message.text || message.caption;
  const entities = message.text ? message.entities : message.caption_entities;
  return renderEntities(text, entities, {
    link: actions.openLink, mention: (whom) => actions.mention(message, whom), command: (command) => actions.command(message, command),
  });
}

function quote(message, actions, store) {
  const { message_id: id, from_name: name, text_preview: text } = message.reply_to;
  const original = store.find(message.chat_key, id);
  const who = original ? senderOf(original) : { name, id: 0 };
  return h("button", {
    type: "button", class: "quote", "data-testid": "quote", dataset: { replyTo: id },
    style: { "--who": colorOf(who.id, store) }, onclick: () => actions.jumpTo(message.chat_key, id),
  }, h("b", {}, name || who.name), h("span", {}, (original ? preview(original, t) : text) || t("deleted_message")));
}

function meta(row) {
  const last = row.messages.at(-1);
  const edited = row.messages.some((message) => message.edit_date);
  return h("span", { class: "meta" }, edited ? h("span", { class: "edited" }, t("edited")) : null,
    h("time", { datetime: new Date(last.date * 1000).toISOString() }, clock(last.date)), row.mine ? icon("check") : null);
}

function reactions(message, actions, store) {
  if (!message.reactions?.length) return null;
  const chips = message.reactions.map(({ emoji, by }) => {
    const mine = by.includes(store.me.id);
    const names = by.map((id) => store.name(id)).join("、");
    return h("button", {
      type: "button", class: `chip${mine ? " mine" : ""}`, "aria-pressed": String(mine), title: names, "data-testid": "reaction",
      "aria-label": t("reaction_by", { emoji, names }), onclick: () => actions.react(message, mine ? null : emoji),
    }, h("span", {}, emoji), String(by.length));
  });
  return h("div", { class: "reactions" }, chips);
}

function keyboard(message, actions) {
  if (!message.buttons?.length) return null;
  const rows = message.buttons.map((row) => h("div", { class: "keyboard-row" }, row.map((one) => keyboardButton(message, one, actions))));
  return h("div", { class: "keyboard" }, rows);
}

function keyboardButton(message, one, actions) {
  const button = h("button", { type: "button", class: "key", "data-testid": "button", dataset: { kind: one.kind } },
    h("span", {}, one.text), one.kind === "url" ? icon("link") : null);
  button.addEventListener("click", async () => {
    if (one.kind === "url") return actions.openLink(one.url);
    if (button.classList.contains("busy")) return; // as in a real app: no second press while the first one waits
    button.classList.add("busy");
    button.setAttribute("aria-busy", "true");
    await actions.press(message, one.data);
    button.classList.remove("busy");
    button.removeAttribute("aria-busy");
  });
  return button;
}

function moreButton(row, actions) {
  return iconButton("down", t("message_actions"), {
    class: "message-more", "data-testid": "message-menu", "aria-haspopup": "menu",
    onclick: (event) => actions.openMenu(row, event.currentTarget.getBoundingClientRect()),
  });
}

const LONG_PRESS_MS = 450;
const FINGER_JITTER_PX = 10;

/** Right click, and a long press on touch screens, open the same menu as the "⌄" button. */
function bindMenu(node, row, actions) {
  const openAt = (x, y) => actions.openMenu(row, new DOMRect(x, y, 0, 0));
  node.addEventListener("contextmenu", (event) => {
    if (getSelection()?.toString() && event.target.closest(".text")) return; // leave the browser's copy menu to selected text
    event.preventDefault();
    openAt(event.clientX, event.clientY);
  });
  let timer = 0;
  let start = null;
  node.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch") return;
    start = event;
    timer = setTimeout(() => openAt(event.clientX, event.clientY), LONG_PRESS_MS);
  });
  node.addEventListener("pointermove", (event) => {
    if (start && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > FINGER_JITTER_PX) clearTimeout(timer);
  });
  for (const end of ["pointerup", "pointercancel"]) node.addEventListener(end, () => clearTimeout(timer));
}

function avatarSlot(row, sender, store) {
  return h("div", { class: "avatar-slot" }, row.last ? avatar(sender.name, colorOf(sender.id, store)) : null);
}

const PALETTE = ["#c9523f", "#cf7a22", "#7a62c9", "#3d9a50", "#2f93a8", "#3c7fd0", "#c25588"];

/** A person's own colour if the server gave one, else one that the id decides. */
export function colorOf(id, store) {
  return store.people.get(id)?.avatar_color || PALETTE[Math.abs(Number(id)) % PALETTE.length];
}

/** A private chat wears the bot's colour, whoever looks at it. */
export const colorOfChat = (chat, store) => colorOf(chat.bot_id ?? chat.id, store);

/** A round avatar with the last one or two characters that tell Chinese names apart. */
export function avatar(name, color, extra = "") {
  const chinese = /^[\p{Script=Han}]+$/u.test(name);
  const latin = name.trim().split(/\s+/).map((part) => part[0]).slice(0, 2).join("").toUpperCase();
  const initials = chinese ? (name.length <= 3 ? name[0] : name.slice(0, 2)) : latin;
  return h("span", { class: `avatar ${extra}`, style: { "--color": color }, "aria-hidden": "true" }, initials);
}
