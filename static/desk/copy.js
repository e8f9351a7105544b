// 复制到微信: copies the text of the element a button names; works on plain http, where the clipboard interface is missing.
function copyBySelection(text) {
  const holder = document.createElement("textarea");
  holder.value = text;
  holder.setAttribute("readonly", "");
  holder.className = "visually-hidden";
  document.body.append(holder);
  holder.select();
  const done = document.execCommand("copy");
  holder.remove();
  return done;
}

async function copy(text) {
  if (window.isSecureContext && navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (refused) {
      console.info("clipboard refused:", refused.name);
    }
  }
  return copyBySelection(text);
}

document.querySelectorAll("[data-copy-from]").forEach((button) => {
  const source = document.getElementById(button.dataset.copyFrom);
  const told = document.querySelector(`[data-copied="${button.dataset.copyFrom}"]`);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copy(source.value ?? source.innerText);
    told.textContent = done ? "已复制，到微信里粘贴。" : "没能复制，请选中文字自己复制。";
    button.focus();
  });
});
