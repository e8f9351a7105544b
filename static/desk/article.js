"use strict";
// Warns before a page with unsaved words is left; the editor itself is CKEditor (config/settings.py).
(() => {
  const form = document.getElementById("article_form");
  if (!form) return;
  let leaving = false;
  form.addEventListener("submit", () => { leaving = true; });
  window.addEventListener("beforeunload", (event) => {
    const editor = window.CKEDITOR && window.CKEDITOR.instances.id_body;
    if (!leaving && editor && editor.checkDirty()) event.preventDefault();
  });
})();

// Tells who else has the article open, by a heartbeat. It informs and never blocks; without an answer it says nothing.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-presence]");
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (!box || !token) return;
  const changed = () => {
    const editor = window.CKEDITOR && window.CKEDITOR.instances.id_body;
    return Boolean(editor && editor.checkDirty());
  };
  const beat = async () => {
    if (document.hidden) return;
    let others = [];
    try {
      const answer = await fetch(box.dataset.presence, {
        method: "POST",
        headers: { "X-CSRFToken": token.value, "X-Background": "1" },
        body: new URLSearchParams({ doing: changed() ? "editing" : "reading" }),
      });
      if (answer.ok) others = (await answer.json()).others;
    } catch {
      others = [];
    }
    const words = others.length ? `${others.join("，")}。各自保存也不会丢，只是后保存的要合并。` : "";
    if (box.textContent !== words) box.textContent = words;
    box.hidden = !words;
  };
  beat();
  setInterval(beat, Number(box.dataset.seconds) * 1000);
  document.addEventListener("visibilitychange", beat);
});
