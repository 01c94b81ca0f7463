/* The friendly card of a first visit: three things to try, each one button away. */

import { toast } from "./dialogs.js";
import { h, icon, iconButton } from "./dom.js";
import { t } from "./i18n.js";
import { TIPS } from "./demo.js";

const STORED = "huzhu.tips.closed";

export class Tips {
  constructor({ store, go }) {
    Object.assign(this, { store, go, done: new Set() });
    this.element = h("section", { class: "tips", "data-testid": "tips" });
    this.open = localStorage.getItem(STORED) === null;
  }

  toggle(open = !this.open) {
    this.open = open;
    if (open) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, "1");
    this.render();
  }

  render() {
    this.element.hidden = !this.open;
    this.element.setAttribute("aria-label", t("tips_title"));
    if (!this.open) return this.element.replaceChildren();
    this.element.replaceChildren(
      h("div", { class: "tips-head" }, h("h2", {}, t("tips_title")),
        h("p", { class: "for-desktop" }, t("tips_intro")), h("p", { class: "for-phone" }, t("tips_intro_phone")),
        iconButton("close", t("tips_close"), { "data-testid": "tips-close", onclick: () => this.toggle(false) })),
      h("ol", { class: "tips-steps" }, TIPS.map((tip, i) => this.#step(tip, i + 1))));
  }

  #step(tip, number) {
    const isDone = this.done.has(number);
    return h("li", { class: isDone ? "step done" : "step", "data-testid": `tip-${number}` },
      h("span", { class: "step-number", "aria-hidden": "true" }, isDone ? icon("check") : String(number)),
      h("div", { class: "step-words" }, h("b", {}, t(tip.key)), h("p", {}, t(`${tip.key}_text`)),
        h("div", { class: "step-buttons" }, tip.buttons.map((button, i) => h("button", {
          type: "button", class: i ? "" : "primary", "data-testid": `${tip.key}-${i ? "then" : "go"}`, onclick: () => this.#follow(button, number),
        }, t(button.label))))));
  }

  async #follow(button, number) {
    if (!this.store.people.has(button.person)) return toast(t("tip_no_person"));
    if (await this.go(button)) this.done.add(number);
    this.render();
  }
}
