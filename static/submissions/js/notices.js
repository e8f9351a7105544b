// Messages above the form; each kind stands there once.
const place = () => document.querySelector("[data-notices]");

export function notice(kind, level, text, acts = []) {
  clearNotice(kind);
  const box = document.createElement("div");
  box.className = `alert ${level} restore`;
  box.dataset.notice = kind;
  box.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = text;
  box.append(words);
  if (acts.length) {
    const row = document.createElement("p");
    row.className = "buttons";
    for (const act of acts) {
      const item = document.createElement(act.href ? "a" : "button");
      item.textContent = act.says;
      item.className = "button plain";
      if (act.href) item.href = act.href;
      else {
        item.type = "button";
        item.addEventListener("click", act.does);
      }
      row.append(item);
    }
    box.append(row);
  }
  place().append(box);
}

export function clearNotice(kind) {
  document.querySelectorAll(`[data-notice="${kind}"]`).forEach((box) => box.remove());
}
