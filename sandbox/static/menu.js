/* A small menu beside what was pressed: arrows move, Escape closes, focus returns. */

import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

/** items: [{text, note?, icon?, hook, act, danger?}]; top: an element above them (reactions). */
export function openMenu(anchor, items, top = null) {
  closeMenu();
  const before = document.activeElement;
  const rows = items.map((item) => h("button", {
    type: "button", role: "menuitem", class: `menu-item${item.danger ? " danger" : ""}`, "data-testid": item.hook, onclick: () => choose(item.act),
  }, item.icon ? icon(item.icon) : null, h("span", {}, item.text), item.note ? h("small", {}, item.note) : null));
  const menu = h("div", { class: "menu", role: "menu" }, top, rows);
  const layer = h("div", { class: "menu-layer", onclick: (event) => event.target === layer && closeMenu() }, menu);
  layer.addEventListener("contextmenu", (event) => event.preventDefault());
  layer.addEventListener("keydown", (event) => moveFocus(event, menu));
  layer.finish = () => before?.focus?.({ preventScroll: true });
  document.body.append(layer);
  place(menu, anchor);
  menu.querySelector("button")?.focus({ preventScroll: true });
}

export function closeMenu() {
  const layer = document.querySelector(".menu-layer");
  if (!layer) return;
  layer.remove();
  layer.finish();
}

function choose(act) {
  closeMenu();
  act();
}

function moveFocus(event, menu) {
  if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    return closeMenu();
  }
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...menu.querySelectorAll("button")];
  buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus();
}

/** Below the anchor if there is room, else above; never outside the window. */
function place(menu, anchor) {
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.max(8, anchor.left + width > innerWidth - 8 ? anchor.right - width : anchor.left);
  const below = anchor.bottom + 4;
  const top = below + height > innerHeight - 8 ? Math.max(8, anchor.top - height - 4) : below;
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
}

export const REACTIONS = ["👍", "❤", "👏", "🙏", "👌", "🎉", "🤔", "👀"];

/** The row of reactions above a message's menu. */
export function reactionRow(react) {
  const buttons = REACTIONS.map((emoji) => h("button", {
    type: "button", role: "menuitem", class: "reaction-pick", "aria-label": t("toggle_reaction", { emoji }), "data-testid": "react",
    dataset: { emoji }, onclick: () => choose(() => react(emoji)),
  }, emoji));
  return h("div", { class: "reaction-row" }, buttons);
}
