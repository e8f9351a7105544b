"use strict";
// The review page: quoting into points, the letter that follows opinion and points, and both kept on this computer.
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
  const hint = form.querySelector("[data-points-hint]");
  const submit = form.querySelector("[data-submit]");
  const acts = { pass: "通过，存下意见", return: "决定退回，发通知", reject: "决定退稿，发通知" };
  const chosen = () => form.elements.decision.value;
  let timer;
  let asked = 0;

  const list = form.querySelector("[data-point-list]");
  const row = form.querySelector("[data-point-row]");
  const rows = () => [...list.querySelectorAll("[data-point]")];
  const field = (point, name) => point.querySelector(`[name=point_${name}]`);
  const isEmpty = (point) => !field(point, "quote").value && !field(point, "words").value;
  const written = () => rows().filter((point) => !isEmpty(point)).map((point) => [field(point, "quote").value, field(point, "words").value]);

  const addPoint = (said = "", words = "") => {
    const last = rows().at(-1);
    if (!last || !isEmpty(last)) list.append(row.content.cloneNode(true));
    const point = rows().at(-1);
    field(point, "quote").value = said;
    field(point, "words").value = words;
    return point;
  };
  const number = () => rows().forEach((point, index) => { point.querySelector("[data-number]").textContent = index + 1; });

  const keep = () => {
    localStorage.setItem(key, JSON.stringify({ opinion: opinion.value, decision: chosen(), points: written() }));
    saved.textContent = "意见已存在这台电脑上";
  };

  const restore = () => {
    const kept = JSON.parse(localStorage.getItem(key) || "null");
    if (!kept) return;
    if (!opinion.value && kept.opinion) {
      opinion.value = kept.opinion;
      saved.textContent = "找回了您上次没写完的意见";
    }
    if (!written().length && kept.points?.length) {
      kept.points.forEach(([said, words]) => addPoint(said, words));
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
    number();
    hint.textContent = decision && decision !== "return" ? "只有退回时作者逐条勾；现在会随意见存档" : "作者会逐条勾；选中正文里的文字，点“引用”就会加一处";
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

  const quote = (passage, remark) => {
    const whole = passage.trim().replace(/\s+/g, " ");
    // A long passage is known by its beginning and its end.
    const said = whole.length > 120 ? `${whole.slice(0, 80)}……${whole.slice(-30)}` : whole;
    const point = addPoint(said, remark || "");
    field(point, "words").focus();
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
  list.addEventListener("input", follow);
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove-point]");
    if (!button) return;
    event.preventDefault();
    const place = rows().indexOf(button.closest("[data-point]"));
    rows()[place].remove();
    const next = rows()[Math.min(place, rows().length - 1)];
    (next ? field(next, "words") : form.querySelector("[data-add-point]")).focus();
    follow();
  });
  form.querySelector("[data-add-point]").addEventListener("click", (event) => {
    event.preventDefault();
    field(addPoint(), "quote").focus();
    follow();
  });
  // Enter in a one-line field would press the first button of the form, which removes or adds a point.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input[type=text], input[type=date]")) event.preventDefault();
  });
  form.elements.due_on.addEventListener("input", follow);
  form.querySelectorAll("[name=decision]").forEach((radio) => radio.addEventListener("change", follow));

  restore();
  show();
  compose().then(hideEmptyLetter);
  page.dataset.ready = "yes";
})();
