/* Pictures at full size, with the other pictures of the same album beside them. */

import { h, icon, iconButton } from "./dom.js";
import { t } from "./i18n.js";

export function openLightbox(medias, start) {
  let at = start;
  const picture = h("div", { class: "lightbox-picture" });
  const count = h("span", { class: "lightbox-count" });
  const move = (step) => {
    at = (at + step + medias.length) % medias.length;
    show();
  };
  const dialog = h("dialog", { class: "lightbox", "data-testid": "lightbox", "aria-label": t("photo_label") },
    picture, iconButton("close", t("close"), { class: "lightbox-close", onclick: () => dialog.close() }),
    medias.length > 1 && [iconButton("back", t("previous"), { class: "lightbox-previous", onclick: () => move(-1) }),
      iconButton("back", t("next"), { class: "lightbox-next", onclick: () => move(1) }), count]);

  function show() {
    const media = medias[at];
    picture.replaceChildren(draw(media));
    count.textContent = `${at + 1} / ${medias.length}`;
  }

  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") move(-1);
    if (event.key === "ArrowRight") move(1);
  });
  dialog.addEventListener("click", (event) => event.target.closest("button, img, video") ?? dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  show();
  dialog.showModal();
}

function draw(media) {
  if (media.kind === "photo" || media.mime?.startsWith("image/")) return h("img", { src: media.url, alt: media.file_name || t("photo_label") });
  if (media.url) return h("video", { src: media.url, controls: true });
  return h("span", { class: "broken" }, icon("play"), t("video_label"));
}
