/* Photos, albums, files and the placeholders for what a browser page cannot play. */

import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { openLightbox } from "./lightbox.js";

const VISUAL = new Set(["photo", "video", "animation"]);

/** The media of one bubble: one message, or all messages of an album. */
export function renderMedia(messages) {
  const withMedia = messages.filter((message) => message.media);
  if (!withMedia.length) return null;
  const visual = withMedia.filter((message) => VISUAL.has(message.media.kind));
  const others = withMedia.filter((message) => !VISUAL.has(message.media.kind));
  return h("div", { class: "media" }, visual.length ? grid(visual) : null, others.map((message) => single(message.media)));
}

export const isBareMedia = (message) => message.media?.kind === "sticker";
export const isOverlaid = (message) => VISUAL.has(message.media?.kind) || isBareMedia(message);

function grid(messages) {
  const count = Math.min(messages.length, 10);
  const cells = messages.map((message, index) => cell(message, index, messages));
  return h("div", { class: `grid grid-${count}` }, cells);
}

function cell(message, index, all) {
  const { media } = message;
  const label = t(`${media.kind}_label`);
  const shape = all.length === 1 ? singleShape(media) : {};
  const inner = media.kind === "photo" || media.mime?.startsWith("image/")
    ? h("img", { src: media.url, alt: media.file_name || label, loading: "lazy", onerror: (event) => brokenImage(event, label) })
    : [h("span", { class: "video-mark" }, icon("play")), media.duration ? h("span", { class: "duration" }, length(media.duration)) : null];
  return h("button", {
    type: "button", class: `cell cell-${media.kind}`, "aria-label": label, style: shape,
    "data-testid": "photo", dataset: { messageId: message.message_id },
    onclick: () => openLightbox(all.map((one) => one.media), index),
  }, inner);
}

/** Reserve the picture's place before it loads, so that the list does not jump. */
function singleShape(media) {
  const width = media.width || 320;
  const height = media.height || 240;
  const ratio = Math.min(Math.max(width / height, 0.6), 2.2);
  return { "aspect-ratio": String(ratio), width: `${ratio < 1 ? 240 : 320}px` };
}

// A tiny or broken picture in tests is no reason for the browser's torn-page icon.
function brokenImage(event, label) {
  event.target.replaceWith(h("span", { class: "broken" }, icon("image"), label));
}

function single(media) {
  const draw = { document: file, voice, audio: voice, sticker, location: place, venue: place, contact }[media.kind] ?? file;
  return draw(media);
}

function file(media) {
  const name = media.file_name || t("document_label");
  const ending = name.includes(".") ? name.split(".").pop().slice(0, 4).toUpperCase() : "";
  return h("a", { class: "file", href: media.url, download: name, "data-testid": "file" },
    h("span", { class: "file-icon" }, ending || icon("file")),
    h("span", { class: "file-words" }, h("b", {}, name), h("small", {}, media.file_size ? size(media.file_size) : media.mime || t("document_label"))));
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function voice(media) {
  // A wave drawn from the file's address: the same recording always looks the same.
  const seed = [...(media.url || "voice")].reduce((sum, char) => (sum * 31 + char.codePointAt(0)) >>> 0, 7);
  const bars = Array.from({ length: 28 }, (_, i) => h("i", { style: { height: `${20 + ((seed >>> (i % 16)) * (i + 3)) % 80}%` } }));
  return h("div", { class: "voice", "data-testid": "voice" }, h("span", { class: "round" }, icon("play")),
    h("span", { class: "wave", "aria-hidden": "true" }, bars),
    h("small", {}, media.duration ? length(media.duration) : t(`${media.kind}_label`)));
}

function length(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function sticker(media) {
  return h("div", { class: "sticker", "data-testid": "sticker", role: "img", "aria-label": `${t("sticker_label")} ${media.emoji ?? ""}` }, media.emoji || "🙂");
}

// The page stays off the internet, so no map tiles: a drawn map with the place in numbers.
function place(media) {
  const where = t("open_map", { lat: media.latitude?.toFixed(4), lon: media.longitude?.toFixed(4) });
  return h("div", { class: "place", "data-testid": "location" }, h("div", { class: "map" }, icon("pin")), h("small", {}, where));
}

function contact(media) {
  const name = media.file_name || media.name || t("contact_label");
  return h("div", { class: "file" }, h("span", { class: "file-icon" }, icon("people")), h("span", { class: "file-words" }, h("b", {}, name), h("small", {}, t("contact_label"))));
}
