// Copying with formatting. navigator.clipboard is there on https only: on plain http the browser's own copy does it.
(() => {
  const root = document.querySelector("[data-wechat]");
  const told = root.querySelector("[data-copied]");

  const copySelected = (source) => {
    const range = document.createRange();
    range.selectNodeContents(source);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    const done = document.execCommand("copy");
    if (done) selection.removeAllRanges();
    return done;
  };

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const source = root.querySelector(`[data-source="${button.dataset.copy}"]`);
    const what = button.textContent.replace("复制", "");
    told.textContent = copySelected(source)
      ? `${what}已复制，请到公众号里粘贴。`
      : `浏览器不让复制。${what}已选中，请按 Ctrl+C（苹果电脑按 ⌘C）。`;
  });
})();
