/* Things that lie over the page: short notices, alerts, questions, choices. Built on <dialog>, so
 * focus stays inside and Escape closes. */

import { h } from "./dom.js";
import { t } from "./i18n.js";

const TOAST_MS = 3500;

/** A short notice that goes by itself; screen readers hear it. */
export function toast(text) {
  document.querySelector(".toast")?.remove();
  const node = h("div", { class: "toast", role: "status", "data-testid": "toast" }, text);
  (document.querySelector("dialog[open]") ?? document.body).append(node);
  setTimeout(() => node.remove(), Math.min(TOAST_MS + text.length * 40, 9000));
}

/** An alert that waits for OK (callback answers with show_alert). */
export function alertDialog(text) {
  return open([h("p", { class: "dialog-text" }, text)], [{ text: t("ok"), value: true, primary: true }], { role: "alertdialog", "data-testid": "alert" });
}

export function confirmDialog(text) {
  const choices = [{ text: t("cancel"), value: false }, { text: t("yes"), value: true, primary: true }];
  return open([h("p", { class: "dialog-text" }, text)], choices, { "data-testid": "confirm" });
}

/** -> what was typed, or null. */
export async function promptDialog(label, value = "") {
  const input = h("input", { type: "text", value, "aria-label": label, maxlength: "128", "data-testid": "prompt-input" });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    input.closest("dialog").querySelector(".primary").click();
  });
  const choices = [{ text: t("cancel"), value: false }, { text: t("yes"), value: true, primary: true }];
  const done = await open([h("label", { class: "dialog-field" }, h("span", {}, label), input)], choices, { "data-testid": "prompt" });
  return done && input.value.trim() ? input.value.trim() : null;
}

/** A list to choose from. items: [{text, note?, lead? (element), value}] -> the value, or null. */
export function chooseDialog(title, items, hook) {
  return new Promise((resolve) => {
    const rows = items.map((item) => h("button", { type: "button", class: "choice", "data-testid": "choice", onclick: () => dialog.close(resolve(item.value)) },
      item.lead ?? null, h("span", { class: "entry-words" }, h("b", {}, item.text), item.note ? h("small", {}, item.note) : null)));
    const dialog = h("dialog", { class: "dialog", "aria-label": title, "data-testid": hook }, h("h2", {}, title), h("div", { class: "choices" }, rows),
      h("div", { class: "dialog-buttons" }, h("button", { type: "button", onclick: () => dialog.close() }, t("close"))));
    show(dialog, () => resolve(null));
  });
}

function open(body, choices, attributes) {
  return new Promise((resolve) => {
    const buttons = choices.map((choice) => h("button", {
      type: "button", class: choice.primary ? "primary" : "", autofocus: choice.primary, onclick: () => dialog.close(resolve(choice.value)),
    }, choice.text));
    const dialog = h("dialog", { class: "dialog", ...attributes }, body, h("div", { class: "dialog-buttons" }, buttons));
    show(dialog, () => resolve(null));
  });
}

function show(dialog, onClose) {
  dialog.addEventListener("close", () => {
    dialog.remove();
    onClose();
  });
  // A click beside the box lands on the <dialog> itself.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}
