// On every page: copying a letter, one click counts once, Escape closes the menu.
function copyText(text) {
  // The clipboard interface is missing on plain http: select and copy the old way.
  const holder = document.createElement("textarea");
  holder.value = text;
  holder.className = "sr";
  document.body.append(holder);
  holder.select();
  const done = document.execCommand("copy");
  holder.remove();
  return done;
}

document.querySelectorAll("[data-copy]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const box = button.closest("details, section");
    const letter = box.querySelector("[data-letter]").innerText;
    let done = true;
    if (window.isSecureContext && navigator.clipboard) {
      await navigator.clipboard.writeText(letter).catch(() => { done = copyText(letter); });
    } else done = copyText(letter);
    box.querySelector("[data-copied]").textContent = done ? "已复制，到微信里粘贴。" : "没能复制，请长按上面的文字复制。";
    button.focus();
  });
});

// A link to a folded part opens it.
document.querySelectorAll("[data-opens]").forEach((link) => {
  link.addEventListener("click", () => {
    const folded = document.querySelector(link.getAttribute("href"))?.querySelector("details");
    if (folded) folded.open = true;
  });
});

document.querySelectorAll("form[data-once]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

const menu = document.querySelector("[data-menu]");
menu.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.querySelector("[data-focus-first]")?.focus();
