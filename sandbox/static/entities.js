/* Text with Telegram entities as DOM. Offsets are UTF-16 units, which is what JavaScript strings
 * count in. Entities nest; where two overlap without nesting the later one is cut in two. */

import { h } from "./dom.js";
import { t } from "./i18n.js";

/** Nodes for `text` with its entities. `open` = {link(url), mention(username|user), command(text)}. */
export function renderEntities(text, entities, open) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, 0, text.length, sorted, open);
}

function build(text, start, end, entities, open) {
  const nodes = [];
  let at = start;
  let rest = entities;
  while (rest.length) {
    const [outer, ...others] = rest;
    const from = Math.max(outer.offset, at);
    const to = Math.min(outer.offset + outer.length, end);
    rest = others;
    if (from >= to) continue;
    if (from > at) nodes.push(text.slice(at, from));
    const inside = others.filter((one) => one.offset < to).map((one) => clip(one, from, to));
    rest = others.filter((one) => one.offset + one.length > to).map((one) => clip(one, to, end));
    nodes.push(wrap(outer, text.slice(from, to), build(text, from, to, inside, open), open));
    at = to;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return trimAroundBlocks(nodes);
}

function clip(entity, from, to) {
  const start = Math.max(entity.offset, from);
  return { ...entity, offset: start, length: Math.min(entity.offset + entity.length, to) - start };
}

/** A block ends its own line, so the line break beside it would show as an empty line. */
function trimAroundBlocks(nodes) {
  const isBlock = (node) => node instanceof Element && ["BLOCKQUOTE", "PRE"].includes(node.tagName);
  return nodes.map((node, i) => {
    if (typeof node !== "string") return node;
    let words = node;
    if (isBlock(nodes[i - 1])) words = words.replace(/^\n/, "");
    if (isBlock(nodes[i + 1])) words = words.replace(/\n$/, "");
    return words;
  });
}

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s" };

function wrap(entity, raw, inner, open) {
  const { type } = entity;
  if (TAGS[type]) return h(TAGS[type], {}, inner);
  if (type === "code") return h("code", {}, inner);
  if (type === "pre") return h("pre", { "data-language": entity.language }, inner);
  if (type === "blockquote") return h("blockquote", {}, inner);
  if (type === "expandable_blockquote") return foldable(inner);
  if (type === "spoiler") return spoiler(inner);
  const act = action(entity, raw, open);
  return act ? inlineLink(inner, act) : h("span", { class: `entity-${type}` }, inner);
}

function action(entity, raw, open) {
  switch (entity.type) {
    case "url": return () => open.link(/^[a-z]+:\/\//i.test(raw) ? raw : `https://${raw}`);
    case "text_link": return () => open.link(entity.url);
    case "mention": return () => open.mention(raw.slice(1));
    case "text_mention": return () => open.mention(entity.user);
    case "bot_command": return () => open.command(raw);
    default: return null;
  }
}

// A <button> and not <a href>: t.me links stay inside, and others are asked about before they open.
function inlineLink(inner, act) {
  return h("button", { type: "button", class: "link", onclick: act }, inner);
}

function spoiler(inner) {
  const node = h("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": t("show_spoiler") }, h("span", {}, inner));
  const reveal = () => {
    node.classList.add("shown");
    node.removeAttribute("role");
    node.removeAttribute("aria-label");
  };
  node.addEventListener("click", reveal);
  node.addEventListener("keydown", (event) => (event.key === "Enter" || event.key === " ") && reveal());
  return node;
}

function foldable(inner) {
  const quote = h("blockquote", { class: "foldable folded" }, h("div", { class: "fold-body" }, inner));
  const toggle = h("button", { type: "button", class: "fold-toggle", "aria-expanded": "false" }, t("expand"));
  toggle.addEventListener("click", () => {
    const folded = quote.classList.toggle("folded");
    toggle.textContent = folded ? t("expand") : t("fold");
    toggle.setAttribute("aria-expanded", String(!folded));
  });
  quote.append(toggle);
  return quote;
}
