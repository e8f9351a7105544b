"use strict";
// The review page: quoting into the opinion, the letter that follows the opinion, and the opinion kept on this computer.
(() => {
  const page = document.querySelector("[data-review]");
  if (!page) return;
  const key = `opinion:${page.dataset.submission}:${page.dataset.version}`;
  const form = page.querySelector("[data-decision]");
  if (!form) {
    // Nothing more to decide here: what was kept is either filed with the decision or shown above.
    if (!page.querySelector("[data-kept]")) localStorage.removeItem(key);
    return;
  }
  const opinion = form.elements.opinion;
  const letter = form.elements.letter;
  const edited = form.elements.letter_edited;
  const saved = form.querySelector("[data-saved]");
  const again = form.querySelector("[data-letter-again]");
  const letterState = form.querySelector("[data-letter-state]");
  const submit = form.querySelector("[data-submit]");
  const acts = { pass: "通过，存下意见", return: "决定退回，发通知", reject: "决定退稿，发通知" };
  const chosen = () => form.elements.decision.value;
  let timer;
  let asked = 0;

  const keep = () => {
    localStorage.setItem(key, JSON.stringify({ opinion: opinion.value, decision: chosen() }));
    saved.textContent = "意见已存在这台电脑上";
  };

  const restore = () => {
    const kept = JSON.parse(localStorage.getItem(key) || "null");
    if (!kept) return;
    if (!opinion.value && kept.opinion) {
      opinion.value = kept.opinion;
      saved.textContent = "找回了您上次没写完的意见";
    }
    if (!chosen() && kept.decision) form.elements.decision.value = kept.decision;
  };

  const compose = async () => {
    if (edited.value || !chosen()) return;
    const number = ++asked;
    const answer = await fetch(form.dataset.letterUrl, { method: "POST", body: new FormData(form) });
    if (!answer.ok || number !== asked || edited.value) return;
    const composed = await answer.json();
    if (composed.refusal) saved.textContent = `${composed.refusal}您写的意见还在。`;
    else letter.value = composed.letter;
    form.dataset.letter = "ready";
  };

  const show = () => {
    const decision = chosen();
    form.querySelectorAll("[data-when]").forEach((part) => { part.hidden = part.dataset.when !== decision; });
    submit.textContent = acts[decision] || "先选一个决定";
    submit.classList.toggle("is-main", Boolean(decision));
    again.hidden = !edited.value;
    letterState.textContent = edited.value ? "您改过，照您写的发" : "随意见一起变，可以改";
  };

  const follow = () => {
    show();
    keep();
    clearTimeout(timer);
    timer = setTimeout(() => compose().then(hideEmptyLetter), 300);
  };

  const hideEmptyLetter = () => {
    form.querySelector("[data-letter]").hidden = !letter.value && !edited.value;
  };

  // Quotation marks inside quotation marks are single ones, and the other way round (GB/T 15834-2011, 4.8.3.3).
  const inner = { "“": "‘", "”": "’", "‘": "“", "’": "”" };
  const quote = (passage, remark) => {
    const said = passage.trim().replace(/\s+/g, " ").replace(/[“”‘’]/g, (mark) => inner[mark]);
    const line = `“${said}”：${remark || ""}`;
    const points = opinion.value.trim() ? opinion.value.trimEnd().split("\n").length + 1 : 1;
    opinion.value = `${opinion.value.trim() ? `${opinion.value.trimEnd()}\n` : ""}${points}. ${line}`;
    opinion.focus();
    opinion.setSelectionRange(opinion.value.length, opinion.value.length);
    follow();
  };

  page.querySelectorAll("[data-quote]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => quote(button.dataset.quote, button.dataset.remark));
  });

  const sheet = page.querySelector("[data-manuscript]");
  const body = page.querySelector("[data-body]");
  const float = page.querySelector("[data-quote-selection]");
  page.querySelector("[data-hint]").hidden = false;

  // What of the selection lies in the text. A triple click on the last paragraph ends behind it, so the rest is cut off.
  const chosenText = () => {
    const selection = document.getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0).cloneRange();
    if (!body.contains(range.startContainer) && !body.contains(range.endContainer)) return null;
    if (!body.contains(range.startContainer)) range.setStart(body, 0);
    if (!body.contains(range.endContainer)) range.setEnd(body, body.childNodes.length);
    return range.toString().trim() ? range : null;
  };
  document.addEventListener("selectionchange", () => {
    const range = chosenText();
    float.hidden = !range;
    if (!range) return;
    const place = range.getBoundingClientRect();
    const frame = sheet.getBoundingClientRect();
    float.style.top = `${place.bottom - frame.top + 6}px`;
    float.style.left = `${Math.max(8, Math.min(place.left - frame.left, frame.width - 120))}px`;
  });
  float.addEventListener("mousedown", (event) => event.preventDefault());
  float.addEventListener("click", () => {
    // A number set by a finding is no part of the passage.
    const fragment = chosenText().cloneContents();
    fragment.querySelectorAll(".d-number").forEach((number) => number.remove());
    quote(fragment.textContent);
    document.getSelection().removeAllRanges();
  });

  letter.addEventListener("input", () => { edited.value = letter.value ? "1" : ""; show(); keep(); });
  again.addEventListener("click", () => { edited.value = ""; follow(); });
  opinion.addEventListener("input", follow);
  form.elements.due_on.addEventListener("input", follow);
  form.querySelectorAll("[name=decision]").forEach((radio) => radio.addEventListener("change", follow));

  restore();
  show();
  compose().then(hideEmptyLetter);
  page.dataset.ready = "yes";
})();
