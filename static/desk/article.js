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
