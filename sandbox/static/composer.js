/* Where a message is written: text, reply and edit bar, attachments, bot commands, and the switch
 * for admins who write in the group's name. Keeps nothing itself: all of it lives in Drafts. */

import { act } from "./api.js";
import { AttachmentStrip, attachMenuItems, filesFrom } from "./attachments.js";
import { toast } from "./dialogs.js";
import { h, icon, iconButton } from "./dom.js";
import { t } from "./i18n.js";
import { openMenu } from "./menu.js";
import { GENERAL, preview, senderOf, wireId } from "./state.js";

export class Composer {
  /** place() -> {chat, thread}: where this composer writes to. */
  constructor({ store, drafts, actions, place }) {
    Object.assign(this, { store, drafts, actions, place, sending: false, lock: null });
    this.input = h("textarea", { rows: "1", "data-testid": "composer", class: "compose-input", oninput: () => this.#typed(), onkeydown: (event) => this.#key(event), onpaste: (event) => this.#pasted(event) });
    this.bar = h("div", { class: "reply-bar", "data-testid": "reply-bar" });
    this.strip = new AttachmentStrip({ onRemove: (at) => this.#removeFile(at) });
    this.picker = h("input", { type: "file", hidden: true, multiple: true, "data-testid": "file-input", onchange: () => this.#picked() });
    this.attach = iconButton("attach", t("attach"), { "data-testid": "attach", "aria-haspopup": "menu", onclick: (event) => this.#openAttachMenu(event.currentTarget) });
    this.commands = iconButton("slash", t("commands"), { "data-testid": "commands", "aria-haspopup": "menu", onclick: (event) => this.#openCommands(event.currentTarget) });
    this.anonymous = iconButton("mask", "", { class: "anonymous", role: "switch", "data-testid": "anonymous", onclick: () => this.#toggleAnonymous() });
    this.send = iconButton("send", t("send"), { class: "send", "data-testid": "send", onclick: () => this.submit() });
    this.row = h("div", { class: "compose-row" }, this.attach, this.commands, this.input, this.anonymous, this.send, this.picker);
    this.locked = h("div", { class: "locked" });
    this.element = h("div", { class: "composer" }, this.bar, this.strip.element, this.row, this.locked);
  }

  get draft() {
    return this.drafts.get(this.#draftKey());
  }

  #draftKey() {
    const { chat, thread } = this.place();
    return this.drafts.key(this.store.me.id, chat.key, thread);
  }

  /** Nobody may write here for now: lock = {text, button?: {text, hook, act}}; null opens it again. */
  setLock(lock) {
    this.lock = lock;
    this.render();
  }

  /** Show the draft of the present place. */
  render() {
    const { lock } = this;
    const { chat } = this.place();
    this.#refreshMode(chat);
    const { mode } = this.draft;
    this.row.hidden = Boolean(lock);
    this.locked.hidden = !lock;
    this.#renderLock(lock);
    this.#renderBar(lock ? null : mode);
    this.strip.render(lock ? [] : this.draft.files);
    if (this.input.value !== this.draft.text) this.input.value = this.draft.text;
    this.#renderButtons(chat, mode);
    this.#grow();
  }

  /** The message that is answered or edited may have changed, or be gone. */
  #refreshMode(chat) {
    const { mode } = this.draft;
    if (!mode) return;
    mode.message = this.store.find(chat.key, mode.message.message_id);
    if (!mode.message) this.draft.mode = null;
  }

  #renderLock(lock) {
    const words = JSON.stringify([lock?.text, lock?.button?.text]);
    if (this.locked.dataset.words === words) return; // keeps focus on the start button across updates
    this.locked.dataset.words = words;
    const button = lock?.button;
    this.locked.replaceChildren(...[lock?.text && h("span", {}, lock.text),
      button && h("button", { type: "button", class: "primary", "data-testid": button.hook, onclick: button.act }, button.text)].filter(Boolean));
  }

  #renderButtons(chat, mode) {
    const isPrivate = chat.type === "private";
    const anonymous = this.isAnonymous();
    this.commands.hidden = !isPrivate;
    this.anonymous.hidden = isPrivate || !this.store.isAdmin(chat);
    this.anonymous.setAttribute("aria-checked", String(anonymous));
    label(this.anonymous, t(anonymous ? "anonymous_on" : "anonymous_off"));
    label(this.attach, t("attach"));
    label(this.commands, t("commands"));
    label(this.send, t("send"));
    this.attach.hidden = mode?.kind === "edit";
    const usual = anonymous ? t("write_anonymous", { title: chat.title }) : t("write_as", { name: this.store.me.name });
    this.input.placeholder = mode?.placeholder || usual;
    this.input.setAttribute("aria-label", usual);
    this.send.classList.toggle("ready", Boolean(this.draft.text.trim() || this.draft.files.length));
  }

  #renderBar(mode) {
    this.bar.hidden = !mode;
    if (!mode) return this.bar.replaceChildren();
    const isEdit = mode.kind === "edit";
    const title = isEdit ? t("edit_message") : t("reply_to", { name: senderOf(mode.message).name });
    this.bar.replaceChildren(icon(isEdit ? "edit" : "reply"),
      h("button", { type: "button", class: "reply-words", onclick: () => this.actions.jumpTo(mode.message.chat_key, mode.message.message_id) }, h("b", {}, title), h("span", {}, preview(mode.message, t))),
      iconButton("close", t("cancel"), { "data-testid": "reply-cancel", onclick: () => this.cancelMode() }));
  }

  isAnonymous() {
    const { chat } = this.place();
    return this.store.isAdmin(chat) && this.drafts.anonymous.has(`${this.store.me.id}|${chat.key}`);
  }

  #toggleAnonymous() {
    const key = `${this.store.me.id}|${this.place().chat.key}`;
    if (!this.drafts.anonymous.delete(key)) this.drafts.anonymous.add(key);
    this.render();
    this.focus();
  }

  reply(message) {
    this.draft.mode = { kind: "reply", message, placeholder: message.force_reply?.placeholder ?? "" };
    this.render();
    this.focus();
  }

  edit(message) {
    Object.assign(this.draft, { mode: { kind: "edit", message }, text: message.text || message.caption || "", files: [] });
    this.render();
    this.focus();
  }

  /** Put words into the box (tips, mentions), ready to be sent or changed. */
  prefill(text) {
    this.draft.text = text;
    this.render();
    this.focus();
  }

  cancelMode() {
    if (this.draft.mode?.kind === "edit") this.draft.text = "";
    this.draft.mode = null;
    this.render();
    this.focus();
  }

  focus() {
    this.input.focus({ preventScroll: true });
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  #typed() {
    this.draft.text = this.input.value;
    this.send.classList.toggle("ready", Boolean(this.draft.text.trim() || this.draft.files.length));
    this.#grow();
  }

  #grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 160)}px`;
  }

  #key(event) {
    // isComposing: Enter that picks a candidate of a Chinese input method must not send.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape" && this.draft.mode) this.cancelMode();
  }

  addFiles(files, kind = null) {
    this.draft.files.push(...filesFrom(files, kind));
    this.render();
    this.focus();
  }

  /** Files dropped anywhere on `area` are attached instead of opened by the browser. */
  takeDrops(area) {
    area.addEventListener("dragover", (event) => event.preventDefault());
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length && !this.lock) this.addFiles([...event.dataTransfer.files]);
    });
  }

  #removeFile(at) {
    this.draft.files.splice(at, 1);
    this.render();
  }

  #picked() {
    this.addFiles([...this.picker.files], this.picker.dataset.kind || null);
    this.picker.value = "";
  }

  #pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.addFiles(files);
  }

  #openAttachMenu(button) {
    const pick = (kind, accept) => {
      this.picker.dataset.kind = kind;
      this.picker.accept = accept;
      this.picker.click();
    };
    openMenu(button.getBoundingClientRect(), attachMenuItems({ pick, send: (media) => this.#post({ media }) }));
  }

  #openCommands(button) {
    const bot = this.store.bots.get(Number(this.place().chat.key.split(":")[2]));
    const commands = bot?.commands ?? [];
    if (!commands.length) return toast(t("no_commands"));
    openMenu(button.getBoundingClientRect(), commands.map(({ command, description }) => ({
      text: `/${command}`, note: description, hook: `command-${command}`, act: () => this.sendText(`/${command}`),
    })));
  }

  async submit() {
    const { text, mode, files } = this.draft;
    const key = this.#draftKey();
    if (this.sending || (!text.trim() && !files.length)) return;
    const done = mode?.kind === "edit" ? await this.#postEdit(mode.message, text) : await this.#post({ text: text.trim(), reply_to: mode?.message.message_id }, files);
    if (!done) return;
    this.drafts.drop(key);
    this.render();
    this.focus();
  }

  sendText(text) {
    return this.#post({ text });
  }

  async #postEdit(message, text) {
    return this.#attempt(() => act("edit", { as: this.store.me.id, chat_id: wireId(message.chat_key), message_id: message.message_id, text: text.trim() }));
  }

  /** One message, or one album each of pictures and of documents, which Telegram does not mix. */
  async #post(body, files = []) {
    const { chat, thread } = this.place();
    const full = { as: this.store.me.id, chat_id: wireId(chat.key), ...body };
    if (chat.is_forum && thread && thread !== GENERAL) full.thread_id = thread;
    if (this.isAnonymous()) full.sender_chat_id = wireId(chat.key);
    if (!files.length) return this.#attempt(() => act("send", full));
    const documents = files.filter((one) => one.kind === "document").map((one) => one.file);
    const pictures = files.filter((one) => one.kind !== "document").map((one) => one.file);
    const sent = !pictures.length || (await this.#attempt(() => act("send", full, pictures)));
    if (!sent || !documents.length) return sent;
    const text = pictures.length ? "" : full.text;
    return this.#attempt(() => act("send", { ...full, text, media: { kind: "document" } }, documents));
  }

  async #attempt(call) {
    this.sending = true;
    try {
      this.actions.accept(await call());
      return true;
    } catch (error) {
      toast(t("failed", { why: error.message }));
      return false;
    } finally {
      this.sending = false;
    }
  }
}

function label(button, text) {
  button.title = text;
  button.setAttribute("aria-label", text);
}
