// Page 2, 核对: the next open note gets the focus; this device's copy of the text is no longer needed.
import { dropMirror } from "./mirror.js";
import "./page.js";

const page = document.querySelector("[data-check]");
dropMirror(`draft:${page.dataset.user}:${page.dataset.draft}`);

function focusNote(hash) {
  const note = hash && document.getElementById(hash.slice(1));
  if (note && note.classList.contains("note-card")) note.focus();
}

focusNote(location.hash);
window.addEventListener("hashchange", () => focusNote(location.hash));

document.querySelector("[data-next]")?.addEventListener("click", (event) => {
  const open = [...document.querySelectorAll("[data-blocks]")];
  const after = open.indexOf(document.activeElement.closest?.("[data-blocks]")) + 1;
  const target = open[after % open.length];
  if (!target) return;
  event.preventDefault();
  history.replaceState(null, "", `#${target.id}`);
  target.scrollIntoView({ block: "center" });
  target.focus();
});
document.documentElement.dataset.ready = "check";
