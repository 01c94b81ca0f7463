/* Building and patching DOM. Everything that people wrote reaches the page through text nodes made
 * here; innerHTML is never used, so no message can become markup. */

const SVG = "http://www.w3.org/2000/svg";

/** h("button", {class: "x", onclick: f, dataset: {…}, style: {…}}, ...children): one element.
 *  Attributes that are null, undefined or false are left out. */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "dataset") Object.assign(node.dataset, value);
  else if (name === "style") Object.entries(value).forEach(([key, to]) => node.style.setProperty(key, to));
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : value);
}

/** A <button> that shows an icon and says its label to screen readers and on hover. */
export function iconButton(name, label, props = {}) {
  const { class: extra = "", ...rest } = props;
  return h("button", { type: "button", class: `icon-button ${extra}`, "aria-label": label, title: label, ...rest },
    icon(name));
}

const SHAPES = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-8-5 17-4-7zM11 14l9-10",
  attach: "M19 11l-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4l8-8a3 3 0 0 1 4.3 4.3l-7.8 7.7a1.5 1.5 0 0 1-2.1-2.1L14.5 7",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  reply: "M10 6l-6 5.5L10 17v-3.6c5 0 7.8 1.6 10 5.1-.7-5.5-3.8-9-10-9.2z",
  edit: "M5 19l1-4L16 5l3 3L9 18z",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13",
  forward: "M14 6l6 5.5-6 5.5v-3.6c-5 0-7.8 1.6-10 5.1.7-5.5 3.8-9 10-9.2z",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  file: "M7 3.5h7l4 4V20.5H7zM14 3.5v4h4",
  pin: "M12 21s7-6.5 7-11.5a7 7 0 0 0-14 0C5 14.5 12 21 12 21zM12 12a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8z",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9v.01",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM8.5 14.5c2 2.3 5 2.3 7 0M9 9.5v.01M15 9.5v.01",
  globe: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM3 12h18M12 3c-5.5 5.5-5.5 12.5 0 18 5.5-5.5 5.5-12.5 0-18",
  help: "M9 9.2a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2.1M12 17.5v.01",
  down: "M6 9.5l6 6 6-6",
  slash: "M5 5h14v14H5zM13.8 8.5l-3.6 7",
  plus: "M12 5v14M5 12h14",
  play: "M8 5.5l11 6.5-11 6.5z",
  mask: "M4 8c5 2 11 2 16 0 0 6-2 9-4.5 9-1.7 0-2.5-2-3.5-2s-1.8 2-3.5 2C6 17 4 14 4 8zM8.5 12h1.5M14 12h1.5",
  hash: "M9 4L7 20M17 4l-2 16M4.5 9h16M3.5 15h16",
  link: "M8 16l8-8M9.5 8H16v6.5",
  people: "M9 11a3.3 3.3 0 1 0 0-6.6A3.3 3.3 0 0 0 9 11zM3 19.5c0-4 2.5-6 6-6s6 2 6 6M15.5 4.8a3.3 3.3 0 0 1 0 6M17 14c2.5.6 4 2.5 4 5.5",
};

/** A stroked 24×24 icon, hidden from screen readers (its button carries the label). */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", `icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

/** Make the children of `container` match `items` ([{key, signature, build}]) and touch only what
 *  changed: a node is rebuilt when its signature differs. Keyboard focus survives a rebuilt node. */
export function reconcile(container, items) {
  const old = new Map([...container.children].map((node) => [node.dataset.key, node]));
  const live = container.childElementCount > 0;
  let cursor = container.firstElementChild;
  for (const item of items) {
    let node = old.get(item.key);
    old.delete(item.key);
    if (!node || node.signature !== item.signature) {
      const fresh = item.build();
      fresh.dataset.key = item.key;
      fresh.signature = item.signature;
      if (!node && live) fresh.classList.add("fresh");
      if (node) {
        if (cursor === node) cursor = fresh;
        replaceKeepingFocus(node, fresh);
      }
      node = fresh;
    }
    if (node === cursor) cursor = cursor.nextElementSibling;
    else container.insertBefore(node, cursor);
  }
  old.forEach((node) => node.remove());
}

function replaceKeepingFocus(node, fresh) {
  const focused = node.contains(document.activeElement) ? document.activeElement : null;
  node.replaceWith(fresh);
  if (!focused) return;
  const same = [...fresh.querySelectorAll("button")].find((button) => button.textContent === focused.textContent);
  same?.focus({ preventScroll: true });
}
