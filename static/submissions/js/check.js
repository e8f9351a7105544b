// Page 2, 核对: the next open note gets the focus; this device's copy of the text is no longer needed.
import { dropMirror } from "./mirror.js";
import "./page.js";

const page = document.querySelector("[data-check]");
dropMirror(`draft:${page.dataset.user}:${page.dataset.draft}`);

// The note last gone to: pressing the button takes the focus away from it, so the focus cannot tell.
let current = null;

// A details element must not take the focus itself: Tab would then pass over everything in it.
const headOf = (note) => note.querySelector("summary.head") || note;

function focusNote(hash) {
  const note = hash && document.getElementById(hash.slice(1));
  if (!note || !note.classList.contains("note-card")) return;
  if ("open" in note) note.open = true;
  current = note;
  headOf(note).focus();
}

// Opening one note folds the one above it: what was clicked stays under the finger.
page.addEventListener("click", (event) => {
  const head = event.target.closest("summary.head");
  if (!head) return;
  current = head.parentElement;
  const before = head.getBoundingClientRect().top;
  requestAnimationFrame(() => window.scrollBy({ top: head.getBoundingClientRect().top - before, behavior: "instant" }));
});

focusNote(location.hash);
window.addEventListener("hashchange", () => focusNote(location.hash));

document.querySelector("[data-next]")?.addEventListener("click", (event) => {
  const open = [...document.querySelectorAll("[data-blocks]")];
  const after = open.indexOf(current) + 1;
  const target = open[after % open.length];
  if (!target) return;
  event.preventDefault();
  history.replaceState(null, "", `#${target.id}`);
  current = target;
  target.open = true;
  target.scrollIntoView({ block: "center" });
  headOf(target).focus({ preventScroll: true });
});
document.documentElement.dataset.ready = "check";
