// Page 1, 写稿: puts the parts together.
import { Saver } from "./autosave.js";
import { differs, dropMirror, mirrorKey, readMirror, restore } from "./mirror.js";
import { clearNotice, notice } from "./notices.js";
import { showState, showWords } from "./live.js";
import { listen as listenToPaste } from "./paste.js";
import { Photos } from "./photos.js";
import { WordFile } from "./word.js";
import "./page.js";

const form = document.querySelector("form[data-draft]");
const body = form.elements.body;
document.documentElement.classList.add("scripted");

function grow() {
  const scrolled = window.scrollY;
  body.style.height = "auto";
  body.style.height = `${body.scrollHeight + 2}px`;
  window.scrollTo({ top: scrolled, behavior: "instant" });
}

function offerCopy() {
  const key = mirrorKey(form);
  const kept = readMirror(key);
  if (!kept) return;
  if (!differs(form, kept.fields)) {
    dropMirror(key);
    return;
  }
  const at = new Date(kept.at).toLocaleString("zh-CN", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit" });
  notice("copy", "warn", `这台设备上还有 ${at} 写的、没有保存到网上的文字。`, [
    { says: "找回那时的文字", does: () => { restore(form, kept.fields); clearNotice("copy"); } },
    { says: "不要了", does: () => { dropMirror(key); clearNotice("copy"); } },
  ]);
}

// From a finding: the passage is selected where it stands.
function goToPassage() {
  const passage = new URLSearchParams(location.search).get("at");
  const at = passage ? body.value.indexOf(passage) : -1;
  if (passage === null) return;
  body.focus();
  if (at >= 0) {
    body.setSelectionRange(at, at + passage.length);
    const share = at / Math.max(body.value.length, 1);
    window.scrollTo({ top: body.getBoundingClientRect().top + window.scrollY + body.scrollHeight * share - 200 });
  }
}

const saver = new Saver(form, showState);
new Photos(form, saver);
new WordFile(form, saver);
listenToPaste(body);
offerCopy();
grow();
goToPassage();
showWords(form);
form.addEventListener("input", () => showWords(form));
body.addEventListener("input", grow);
window.addEventListener("resize", grow);
document.documentElement.dataset.ready = "write";
