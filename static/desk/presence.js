"use strict";
// Tells who else has the text open, by a heartbeat. It informs and never blocks; without an answer it says nothing.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-presence]");
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  if (!box || !token) return;
  const typed = () => [...document.querySelectorAll(".d form textarea, .d form input[type=text]")]
    .some((field) => field.value !== field.defaultValue && !field.readOnly);
  const changed = () => {
    const editor = window.CKEDITOR && window.CKEDITOR.instances.id_body;
    return editor ? editor.checkDirty() : typed();
  };
  const beat = async () => {
    if (document.hidden) return;
    let others = [];
    try {
      const answer = await fetch(box.dataset.presence, {
        method: "POST",
        headers: { "X-CSRFToken": token.value, "X-Background": "1" },
        body: new URLSearchParams({ doing: changed() ? box.dataset.doing : "reading" }),
      });
      if (answer.ok) others = (await answer.json()).others;
    } catch {
      others = [];
    }
    const words = others.length ? `${others.join("，")}。${box.dataset.told}` : "";
    if (box.textContent !== words) box.textContent = words;
    box.hidden = !words;
  };
  beat();
  setInterval(beat, Number(box.dataset.seconds) * 1000);
  document.addEventListener("visibilitychange", beat);
});
