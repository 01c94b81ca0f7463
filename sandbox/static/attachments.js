/* What can be attached, and the strip of attachments that wait to be sent. */

import { h, icon, iconButton } from "./dom.js";
import { t } from "./i18n.js";
import { openMenu } from "./menu.js";

const STICKERS = ["👍", "🙏", "😂", "😭", "💪", "🎉"];
const PARK = { latitude: 29.8998, longitude: 121.8436 }; // somewhere in Beilun, Ningbo: only a pin for the demo

/** Files as attachments. kind null: pictures and films as such, everything else as a document. */
export function filesFrom(files, kind = null) {
  return files.map((file) => ({ file, kind: kind === "document" ? kind : guess(file) }));
}

function guess(file) {
  if (/^image\/(png|jpe?g|webp|bmp)$/.test(file.type)) return "photo";
  if (file.type.startsWith("video/")) return "video";
  return "document";
}

export function attachMenuItems({ pick, send }) {
  return [
    { text: t("photo"), icon: "image", hook: "attach-photo", act: () => pick("", "image/*,video/*") },
    { text: t("file"), icon: "file", hook: "attach-file", act: () => pick("document", "") },
    { text: t("location"), icon: "pin", hook: "attach-location", act: () => send({ kind: "location", ...PARK }) },
    { text: t("sticker"), icon: "smile", hook: "attach-sticker", act: () => openStickers(send) },
  ];
}

function openStickers(send) {
  const middle = new DOMRect(innerWidth / 2, innerHeight * 0.6, 0, 0);
  openMenu(middle, STICKERS.map((emoji) => ({ text: t("send_sticker", { emoji }), hook: "sticker-pick", act: () => send({ kind: "sticker", emoji }) })));
}

export class AttachmentStrip {
  constructor({ onRemove }) {
    this.onRemove = onRemove;
    this.shown = null;
    this.urls = [];
    this.element = h("div", { class: "strip", "data-testid": "attachments" });
  }

  render(files) {
    const signature = files.map(({ file, kind }) => `${file.name}${file.size}${kind}`).join("|");
    this.element.hidden = !files.length;
    if (signature === this.shown) return;
    this.shown = signature;
    this.urls.forEach((url) => URL.revokeObjectURL(url));
    this.urls = [];
    this.element.replaceChildren(...files.map((one, at) => this.#item(one, at)));
  }

  #item({ file, kind }, at) {
    const remove = iconButton("close", t("remove_file", { name: file.name }), { class: "strip-remove", onclick: () => this.onRemove(at) });
    if (kind !== "photo") return h("div", { class: "strip-file" }, icon("file"), h("span", {}, file.name), remove);
    const url = URL.createObjectURL(file);
    this.urls.push(url);
    return h("div", { class: "strip-photo" }, h("img", { src: url, alt: file.name }), remove);
  }
}
