// Warns before an unattended session ends. Typing is being there; another tab counts as well, for the server is asked.
const note = document.querySelector("[data-idle]");
const WARN_SECONDS = 120;
let typed = false;
for (const event of ["keydown", "pointerdown", "input"]) document.addEventListener(event, () => { typed = true; }, true);
// The rich text editor types in a frame of its own.
for (const editor of Object.values(window.CKEDITOR?.instances ?? {})) editor.on("change", () => { typed = true; });
window.CKEDITOR?.on("instanceReady", ({ editor }) => editor.on("change", () => { typed = true; }));

async function ask(isThere) {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  const headers = { "X-Background": "1", "X-Requested-With": "fetch" };
  if (token) headers["X-CSRFToken"] = token.value;
  const answer = await fetch(note.dataset.idle, { method: isThere && token ? "POST" : "GET", headers });
  if (!answer.ok) throw new Error(String(answer.status));
  const state = await answer.json();
  // After signing in again in another window, the forms of this page can still be sent.
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => { field.value = state.token; });
  return state;
}

function show(part) {
  note.querySelectorAll("[data-part]").forEach((one) => { one.hidden = one.dataset.part !== part; });
  note.hidden = !part;
  document.documentElement.dataset.idleState = part || "there";
}

let timer = 0;
async function look() {
  clearTimeout(timer);
  const isThere = typed;
  typed = false;
  let next = 60;
  try {
    const { left, signed_in: signedIn } = await ask(isThere);
    if (!signedIn) show("over");
    else if (left === null) { show(""); return; }
    else {
      show(left <= WARN_SECONDS ? "soon" : "");
      next = left <= WARN_SECONDS ? Math.min(left + 1, 20) : Math.min(left - WARN_SECONDS, 60);
    }
  } catch {
    // No answer: the next look will tell.
  }
  timer = setTimeout(look, next * 1000);
}

note.querySelector("[data-stay]").addEventListener("click", () => { typed = true; look(); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
timer = setTimeout(look, Math.max(1, Math.min(Number(note.dataset.left) - WARN_SECONDS, 60)) * 1000);
