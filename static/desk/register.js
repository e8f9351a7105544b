"use strict";
// 代录来稿: folders keep their paths, what is typed saves itself, long work is told, letters can be copied.
(() => {
  const upload = document.querySelector("[data-upload]");
  if (upload) {
    const folder = upload.querySelector("[data-folder]");
    const told = upload.querySelector("[data-chosen]");
    upload.querySelectorAll("[data-needs-script]").forEach((part) => { part.hidden = false; });
    folder.addEventListener("change", () => {
      const paths = [...folder.files].map((file) => file.webkitRelativePath || file.name);
      upload.querySelector("[data-paths]").value = JSON.stringify(paths);
      const places = new Set(paths.map((path) => path.split("/").slice(0, -1).join("/")));
      told.textContent = paths.length ? `选了 ${paths.length} 个文件，在 ${places.size} 个文件夹里。` : "没有选文件夹。";
    });
  }

  document.querySelectorAll("form").forEach((form) => form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const button = event.submitter;
    if (button?.dataset.confirm && !window.confirm(button.dataset.confirm)) { event.preventDefault(); return; }
    // Disabled only after the form has been read: a disabled button would not be sent.
    if (button?.dataset.busy) window.setTimeout(() => { button.textContent = button.dataset.busy; button.disabled = true; });
    form.dataset.sent = "1";
  }));
  window.addEventListener("pageshow", (event) => { if (event.persisted) window.location.reload(); });

  const readOn = document.querySelector("[data-read-on]");
  if (readOn) readOn.requestSubmit(readOn.querySelector("button"));

  const form = document.querySelector("[data-proposals]");
  if (form) {
    const number = form.querySelector("[data-version]");
    const state = form.querySelector("[data-saved]");
    let timer = 0;
    let dirty = false;
    let saving = null;
    const save = async () => {
      if (form.dataset.sent) return;
      const body = new FormData(form);
      body.set("act", "save");
      dirty = false;
      try {
        const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
        if (!answer.ok) throw new Error(String(answer.status));
        number.value = (await answer.json()).number;
        state.textContent = `已自动保存 ${new Date().toTimeString().slice(0, 5)}`;
      } catch {
        dirty = true;
        state.textContent = "没有自动保存。写的都还在这一页，请按“只保存”。";
      }
    };
    form.addEventListener("input", () => {
      dirty = true;
      state.textContent = "";
      window.clearTimeout(timer);
      timer = window.setTimeout(() => { saving = save().finally(() => { saving = null; }); }, 2500);
    });
    form.addEventListener("submit", (event) => {
      window.clearTimeout(timer);
      if (!saving) return;
      // The number of the last save must be known before the next one is sent.
      event.preventDefault();
      delete form.dataset.sent;
      const button = event.submitter;
      saving.then(() => form.requestSubmit(button));
    }, true);
    window.addEventListener("beforeunload", (event) => { if (dirty && !form.dataset.sent) event.preventDefault(); });
    const jump = window.location.hash && document.getElementById(window.location.hash.slice(1));
    if (jump instanceof HTMLDetailsElement) { jump.open = true; jump.scrollIntoView(); }
  }

  document.querySelectorAll("[data-copyable]").forEach((box) => {
    const button = box.querySelector("[data-copy]");
    const text = box.querySelector("[data-copy-text]");
    const told = box.querySelector("[role=status]");
    button.hidden = false;
    button.addEventListener("click", () => {
      // The old way works on plain http too, where the clipboard interface is missing.
      text.select();
      told.textContent = document.execCommand("copy") ? "已复制，可以粘贴到微信。" : "没有复制成。文字已选中，请按 Ctrl+C。";
    });
  });
})();
