"use strict";
// Assembling without leaving the page: every form is sent in the background and the board is drawn anew from the
// answer; then the pages are asked for, as the real typesetting gives them. Dragging (mouse, pen, finger) fills in the
// same form that buttons and the dialogue send. Without this script everything works by page loads.
(() => {
  let board = document.querySelector("[data-board]");
  if (!board) return;
  const BEAT = 30000; // how often to ask who else is here, as journal/presence.py counts
  const MOVED = 6; // pixels a pointer travels before a press becomes a drag
  const EDGE = 70; // pixels from the window's edge where it scrolls by itself
  let busy = false;
  let drag = null;
  let asking = null;

  const all = (selector, root = board) => [...root.querySelectorAll(selector)];
  const announce = (text) => { board.querySelector("[data-announce]").textContent = text; };
  const parse = (text) => new DOMParser().parseFromString(text, "text/html");

  // Drawing the board anew.
  const swap = (page, focus) => {
    const fresh = page.querySelector("[data-board]");
    document.querySelectorAll(".messagelist").forEach((list) => list.remove());
    const said = page.querySelector(".messagelist");
    if (said) document.getElementById("content-start").prepend(said);
    const scrolled = board.querySelector("[data-pool]").scrollTop;
    board.replaceWith(fresh);
    board = fresh;
    prepare();
    board.querySelector("[data-pool]").scrollTop = scrolled;
    announce(said ? said.textContent.trim() : "");
    const late = board.querySelector("[data-late] button, [data-late] a");
    if (late) late.focus();
    else if (focus) refocus(focus);
    askPages();
  };

  const refocus = (focus) => {
    const same = board.querySelector(`${focus.row} ${focus.control}`);
    if (same && !same.disabled) same.focus();
    else (board.querySelector(`${focus.row} .b-acts button:not([disabled])`) || board.querySelector(`${focus.row} a`))?.focus();
  };

  const send = async (form, focus, submitter) => {
    if (busy) return;
    busy = true;
    board.classList.add("is-busy");
    const body = new FormData(form);
    if (submitter?.name) body.append(submitter.name, submitter.value);
    try {
      const answer = await fetch(form.getAttribute("action") || location.href, { method: "POST", body });
      const page = parse(await answer.text());
      if (page.querySelector("[data-board]")) swap(page, focus);
      else location.reload();
    } catch (lost) {
      announceLost(lost);
    } finally {
      busy = false;
      board.classList.remove("is-busy");
    }
  };

  const announceLost = (lost) => {
    console.warn("the step was not sent:", lost.message);
    const note = board.querySelector("[data-others]");
    note.textContent = " · 网络断了，刚才这一步没有保存，请再做一次";
    announce(note.textContent);
  };

  const step = (values) => {
    const form = board.querySelector("[data-step]").cloneNode(true);
    Object.entries(values).forEach(([name, value]) => {
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    });
    send(form, values.article ? { row: `[data-article="${values.article}"]`, control: "a" } : null);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("[data-board]") || form.method !== "post") return;
    event.preventDefault();
    const button = event.submitter;
    const row = button?.closest("[data-article]")?.dataset.article || form.elements.article?.value;
    const column = button?.closest("[data-column]")?.dataset.column || form.elements.column?.value;
    const place = row ? `[data-article="${row}"]` : column ? `[data-column="${column}"]` : null;
    const act = form.closest("dialog") ? "a[data-open]" : `[data-act="${button?.dataset.act}"]`;
    send(form, place && { row: place, control: act }, button);
  });

  // The pages as they are typeset: shortly after each step, and who else is here.
  const askPages = async () => {
    asking?.abort();
    const own = asking = new AbortController();
    try {
      const answer = await fetch(board.dataset.pagesAt, { signal: own.signal });
      if (!answer.ok) return;
      const told = await answer.json();
      if (drag || busy || own.signal.aborted) return;
      if (String(told.token) !== board.dataset.token) return moved(told);
      show(told);
    } catch (stopped) {
      if (stopped.name !== "AbortError") console.info("pages were not told:", stopped.message);
    }
  };

  const show = (told) => {
    board.querySelector("[data-others]").textContent = told.others ? ` · ${told.others}，改动会出现在这里` : "";
    const bar = parse(told.bar).querySelector("[data-bar]");
    board.querySelector("[data-bar]").replaceWith(bar);
    const front = board.querySelector("[data-front]");
    if (front) front.textContent = told.front || "—";
    const fill = (row, cell) => {
      if (!row || !cell) return;
      row.querySelector("[data-page-cell]").innerHTML = cell.html;
      row.querySelector("[data-note]").textContent = cell.note;
      if (cell.start === null || !row.dataset.article) return;
      Object.assign(row.dataset, { start: cell.start, end: cell.end, pages: cell.end - cell.start + 1 });
    };
    Object.entries(told.articles).forEach(([pk, cell]) => fill(board.querySelector(`tr[data-article="${pk}"]`), cell));
    Object.entries(told.columns).forEach(([pk, cell]) => fill(board.querySelector(`[data-column="${pk}"] [data-column-row]`), cell));
    board.dataset.pagesReady = "yes";
  };

  // A colleague changed the order: the board is drawn anew, unless something is open or typed.
  const moved = async () => {
    if (board.querySelector("dialog[open], [data-late]") || board.contains(document.activeElement) && document.activeElement.matches("input, select")) {
      board.querySelector("[data-others]").textContent = " · 同事刚刚调整了顺序，关上这里以后会更新";
      return;
    }
    const row = document.activeElement?.closest?.("[data-article]");
    const page = parse(await (await fetch(location.href)).text());
    if (!page.querySelector("[data-board]") || drag || busy) return;
    swap(page, row && { row: `[data-article="${row.dataset.article}"]`, control: "a" });
    announce("同事刚刚调整了顺序，页面已经更新。");
  };

  // The dialogue.
  const openDialog = async (link) => {
    const answer = await fetch(link.href);
    const dialog = parse(await answer.text()).querySelector("[data-dialog]");
    if (!dialog) return location.assign(link.href);
    board.querySelector("[data-dialog]")?.remove();
    // It answers for the order the person sees, not for one that a colleague has just made.
    all("[name=token]", dialog).forEach((field) => { field.value = board.dataset.token; });
    dialog.open = false;
    board.append(dialog);
    dialog.showModal();
    dialog.querySelector("[data-dialog-first]")?.focus();
    dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
    tellPlace(dialog);
  };

  // Where the chosen place is, in words, with the pages it would give.
  const tellPlace = (dialog) => {
    const form = dialog.querySelector("[data-place]");
    if (!form) return;
    const body = board.querySelector(`tbody[data-section="${form.elements.section.value}"]`);
    const item = board.querySelector(`[data-article="${form.elements.article.value}"]`);
    const rows = body ? all("tr[data-article]", body).filter((row) => row !== item) : [];
    const index = form.elements.position.value ? Math.min(Number(form.elements.position.value) - 1, rows.length) : rows.length;
    const name = rows[index] ? `排在《${rows[index].dataset.title}》前面` : rows.length ? `排在《${rows.at(-1).dataset.title}》后面` : "这一栏还没有文章";
    dialog.querySelector("[data-where]").textContent = `${name}${forecast(item, body, index).pages}`;
  };
  document.addEventListener("input", (event) => {
    const dialog = event.target.closest("[data-dialog]");
    if (dialog) tellPlace(dialog);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-open]");
    const close = event.target.closest("dialog [data-close]");
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link) { event.preventDefault(); openDialog(link); }
    else if (close) { event.preventDefault(); close.closest("dialog").close(); }
    else if (event.target.closest("[data-typeset]")) { event.preventDefault(); askPages(); }
    else if (event.target.closest("[data-fold]")) fold(event.target.closest("tbody"));
    else if (event.target.closest("[data-fold-all]")) foldAll();
  });

  // Folded columns, remembered on this computer.
  const FOLDED = `board.folded:${location.pathname}`;
  const folded = () => new Set(JSON.parse(localStorage.getItem(FOLDED) || "[]"));
  const drawFold = (body, shut) => {
    body.classList.toggle("is-folded", shut);
    const button = body.querySelector("[data-fold]");
    button.setAttribute("aria-expanded", String(!shut));
    button.textContent = shut ? "▸" : "▾";
  };
  const keepFolds = () => {
    localStorage.setItem(FOLDED, JSON.stringify(all("tbody.is-folded").map((body) => body.dataset.section)));
    const button = board.querySelector("[data-fold-all]");
    if (button) button.textContent = all("tbody.is-folded").length ? "展开各栏" : "收起各栏";
  };
  const fold = (body) => { drawFold(body, !body.classList.contains("is-folded")); keepFolds(); };
  const foldAll = () => {
    const shut = !all("tbody.is-folded").length;
    all("tbody[data-column]").forEach((body) => drawFold(body, shut));
    keepFolds();
  };

  // What a place would give, from lengths that are known: 约, until it is typeset.
  const number = (value) => (value === "" || value === undefined ? null : Number(value));
  const forecast = (item, body, index) => {
    const bar = board.querySelector("[data-bar]").dataset;
    const numbered = number(bar.numbered);
    const pages = Number(item?.dataset.pages || 0);
    const isHere = item?.matches("tr");
    const rows = all("tr[data-article]").filter((row) => row !== item);
    const own = body ? all("tr[data-article]", body).filter((row) => row !== item) : [];
    const bodies = all("tbody[data-column]");
    const upTo = body ? bodies.slice(0, bodies.indexOf(body)) : bodies;
    const before = [...upTo.flatMap((one) => all("tr[data-article]", one)).filter((row) => row !== item), ...own.slice(0, index)];
    const previous = before.at(-1);
    const next = rows[before.length];
    let start = next && number(next.dataset.start) !== null ? number(next.dataset.start) : previous && number(previous.dataset.end) !== null ? number(previous.dataset.end) + 1 : null;
    if (numbered === null || start === null) return { pages: "", total: numbered, over: 0 };
    const order = all("tr[data-article]");
    if (isHere && (!next || order.indexOf(item) < order.indexOf(next))) start -= pages;
    const end = start + Math.max(pages, 1) - 1;
    const total = numbered + (isHere ? 0 : pages);
    const where = pages > 1 ? `约第 ${start}—${end} 页` : `约第 ${start} 页`;
    const told = !pages ? `${where}，与前后合排` : isHere ? where : `${where}，后面各篇顺延 ${pages} 页，共约 ${total} 页`;
    return { pages: `，${told}`, told, total, over: Math.max(0, total - (number(bar.planned) || Math.ceil(numbered / 4) * 4)) };
  };

  const showForecast = (found) => {
    const chip = board.querySelector("[data-over]");
    const words = board.querySelector("[data-forecast]");
    if (!words) return;
    words.textContent = found?.total ? ` 放入以后共约 ${found.total} 页${found.total % 4 ? `，须补 ${4 - (found.total % 4)} 页` : ""}。` : "";
    if (!chip) return;
    chip.hidden = !found?.over;
    chip.textContent = found?.over ? `＋${found.over} 页` : "";
  };

  // Dragging.
  const place = (x, y) => {
    const under = document.elementFromPoint(x, y);
    const empty = under?.closest("[data-empty-drop]");
    if (empty) return { empty };
    if (under?.closest(".b-drop-row")) return drag.place;
    const body = under?.closest("tbody[data-column]");
    if (!body) return null;
    const row = under.closest("tr");
    const box = row.getBoundingClientRect();
    const after = y > box.top + box.height / 2;
    if (drag.isColumn) {
      const whole = body.getBoundingClientRect();
      return body === drag.item.closest("tbody") ? null : { body, after: y > whole.top + whole.height / 2 };
    }
    if (row === drag.item) return null;
    const rows = all("tr[data-article]", body).filter((one) => one !== drag.item);
    if (row.hasAttribute("data-article")) return { body, index: rows.indexOf(row) + (after ? 1 : 0) };
    return { body, index: body.classList.contains("is-folded") ? rows.length : 0 };
  };

  const sign = document.createElement("tr");
  sign.className = "b-drop-row";
  const signCell = document.createElement("td");
  signCell.colSpan = 9;
  sign.append(signCell);

  const mark = (target) => {
    drag.place = target;
    board.querySelector("[data-empty-drop]")?.classList.toggle("is-target", Boolean(target?.empty));
    if (!target?.body) {
      sign.remove();
      showForecast(null);
      return;
    }
    if (drag.isColumn) {
      signCell.textContent = `松手放在这里：栏目“${drag.item.closest("tbody").dataset.name}”`;
      if (target.after) target.body.append(sign);
      else target.body.prepend(sign);
      return;
    }
    const rows = all("tr[data-article]", target.body).filter((one) => one !== drag.item);
    const found = forecast(drag.item, target.body, target.index);
    signCell.textContent = `松手放在这里：${drag.item.dataset.title}${found.told ? ` → ${found.told}` : ""}`;
    if (rows[target.index]) rows[target.index].before(sign);
    else target.body.append(sign);
    showForecast(found);
  };

  const begin = (event) => {
    if (drag || busy || event.button > 0 || !board.contains(event.target)) return;
    const item = event.target.closest("[data-drag]");
    if (!item || event.target.closest("button, input, select, .b-acts, .b-foot a, .d-badge")) return;
    // A finger scrolls the page; it drags by the grip alone.
    if (event.pointerType === "touch" && !event.target.closest("[data-grip]")) return;
    drag = { item, isColumn: item.hasAttribute("data-column-row"), x: event.clientX, y: event.clientY, id: event.pointerId, on: false, place: null };
  };

  const go = (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    if (!drag.on) {
      if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < MOVED) return;
      drag.on = true;
      drag.item.classList.add("is-dragged");
      board.classList.add("is-dragging");
      getSelection()?.removeAllRanges();
    }
    event.preventDefault();
    drag.at = event.clientY;
    if (event.clientY < EDGE) scrollBy(0, -14);
    else if (event.clientY > innerHeight - EDGE) scrollBy(0, 14);
    mark(place(event.clientX, event.clientY));
  };

  const stop = () => {
    const was = drag;
    drag = null;
    sign.remove();
    showForecast(null);
    was?.item.classList.remove("is-dragged");
    board.classList.remove("is-dragging");
    return was;
  };

  const drop = (event) => {
    if (!drag || event.pointerId !== drag.id) return;
    const { item, isColumn, on, place: target } = drag;
    stop();
    if (!on) return;
    // The click that follows a drag at once opens nothing.
    const swallow = (click) => { click.preventDefault(); click.stopPropagation(); };
    addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
    if (!target) return;
    if (isColumn) return dropColumn(item.closest("tbody"), target);
    if (target.empty) step({ act: "place", article: item.dataset.article });
    else step({ act: "place", article: item.dataset.article, section: target.body.dataset.section, position: target.index + 1 });
  };

  const dropColumn = (body, target) => {
    const bodies = all("tbody[data-column]").filter((one) => one !== body);
    bodies.splice(bodies.indexOf(target.body) + (target.after ? 1 : 0), 0, body);
    step({ act: "columns", columns: bodies.map((one) => one.dataset.column).join(",") });
  };

  document.addEventListener("pointerdown", begin);
  document.addEventListener("pointermove", go, { passive: false });
  document.addEventListener("pointerup", drop);
  document.addEventListener("pointercancel", stop);
  document.addEventListener("dragstart", (event) => { if (board.contains(event.target)) event.preventDefault(); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && drag) { stop(); announce("没有移动。"); } });

  // Looking for words in the pool without a page load; the column and the kind are asked of the server.
  const search = () => {
    const words = board.querySelector("[data-pool-search]").value.trim().split(/\s+/).filter(Boolean);
    all("[data-find]").forEach((card) => { card.hidden = !words.every((word) => card.dataset.find.includes(word)); });
    all("[data-group]").forEach((group) => { group.hidden = !group.querySelector("[data-find]:not([hidden])"); });
    const none = board.querySelector("[data-none]");
    if (none) none.hidden = Boolean(board.querySelector("[data-find]:not([hidden])"));
  };

  const prepare = () => {
    board.querySelector("[data-pool-search]")?.addEventListener("input", search);
    all("[data-filter] select").forEach((select) => select.addEventListener("change", () => select.form.requestSubmit()));
    const shut = folded();
    all("[data-fold], [data-fold-all]").forEach((button) => { button.hidden = false; });
    all("tbody[data-column]").forEach((body) => drawFold(body, shut.has(body.dataset.section)));
    keepFolds();
    const open = board.querySelector("[data-dialog][open]");
    if (open) {
      open.open = false;
      open.showModal();
      tellPlace(open);
      open.addEventListener("close", () => open.remove());
    }
    board.dataset.ready = "yes";
  };

  prepare();
  askPages();
  setInterval(() => { if (!document.hidden && !busy && !drag) askPages(); }, BEAT);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !busy && !drag) askPages(); });
})();
