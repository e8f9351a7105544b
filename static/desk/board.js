"use strict";
// Assembling without leaving the page: every form is sent in the background and the board is drawn anew from the
// answer. Dragging fills in the same form that the buttons send. Without this script everything works by page loads.
(() => {
  let board = document.querySelector("[data-board]");
  if (!board) return;
  let dragged = null;
  let busy = false;

  const announce = (text) => { board.querySelector("[data-announce]").textContent = text; };

  const swap = (page, focus) => {
    const fresh = page.querySelector("[data-board]");
    const main = document.getElementById("content-start");
    document.querySelectorAll(".messagelist").forEach((list) => list.remove());
    const said = page.querySelector(".messagelist");
    if (said) main.prepend(said);
    board.replaceWith(fresh);
    board = fresh;
    prepare();
    announce(said ? said.textContent.trim() : "");
    if (!focus) return;
    const same = board.querySelector(`${focus.row} ${focus.control}`) || board.querySelector(`${focus.row} a`);
    if (same && !same.disabled) same.focus();
    else board.querySelector(`${focus.row} a, ${focus.row} button:not([disabled])`)?.focus();
  };

  const send = async (form, focus) => {
    if (busy) return;
    busy = true;
    board.classList.add("is-busy");
    try {
      const answer = await fetch(location.pathname, { method: "POST", body: new FormData(form) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (page.querySelector("[data-board]")) swap(page, focus);
      else location.reload();
    } finally {
      busy = false;
      board.classList.remove("is-busy");
    }
  };

  const step = (values) => {
    const form = board.querySelector("[data-step]");
    Object.entries(values).forEach(([name, value]) => { form.elements[name].value = value; });
    send(form, values.article ? { row: `[data-article="${values.article}"]`, control: "a" } : null);
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("[data-board]") || form.method !== "post") return;
    event.preventDefault();
    const row = form.closest("[data-article]");
    const column = form.closest("[data-column]");
    const act = form.elements.act.value;
    const place = row ? `[data-article="${row.dataset.article}"]` : column ? `[data-column="${column.dataset.column}"]` : null;
    send(form, place && { row: place, control: `[data-act="${act}"]` });
  });

  const unmark = () => board.querySelectorAll(".is-target").forEach((row) => row.classList.remove("is-target", "is-after"));

  // Where a drop on this row leads: an article goes before or after an article, or to the top of a column.
  const target = (event) => {
    const empty = event.target.closest("[data-empty-drop]");
    if (empty) return { row: empty };
    const body = event.target.closest("tbody[data-column]");
    if (!body || !dragged) return null;
    const row = event.target.closest("tr");
    const middle = row.getBoundingClientRect().top + row.offsetHeight / 2;
    const after = event.clientY > middle;
    return { row, body, after };
  };

  const start = (event) => {
    dragged = event.target.closest("[draggable=true]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.article || "");
    dragged.classList.add("is-dragged");
  };

  const over = (event) => {
    const place = dragged && target(event);
    unmark();
    if (!place) return;
    event.preventDefault();
    place.row.classList.add("is-target");
    place.row.classList.toggle("is-after", Boolean(place.after));
  };

  const drop = (event) => {
    const place = dragged && target(event);
    if (!place) return;
    event.preventDefault();
    if (dragged.hasAttribute("data-column-row")) dropColumn(place);
    else dropArticle(place);
  };

  const dropColumn = (place) => {
    if (!place.body) return;
    const moved = dragged.closest("tbody");
    if (moved === place.body) return;
    const ids = [...board.querySelectorAll("tbody[data-column]")].filter((body) => body !== moved);
    const whole = place.body.getBoundingClientRect();
    const below = place.row === place.body.lastElementChild ? place.after : place.row.getBoundingClientRect().bottom > whole.top + whole.height / 2;
    ids.splice(ids.indexOf(place.body) + (below ? 1 : 0), 0, moved);
    step({ act: "columns", columns: ids.map((body) => body.dataset.column).join(","), article: "", section: "", position: "" });
  };

  const dropArticle = (place) => {
    const article = dragged.dataset.article;
    if (!place.body) {
      step({ act: "place", article, section: "", position: "", columns: "" });
      return;
    }
    const rows = [...place.body.querySelectorAll("tr[data-article]")].filter((row) => row !== dragged);
    if (place.row === dragged) return;
    const index = place.row.hasAttribute("data-article") ? rows.indexOf(place.row) + (place.after ? 1 : 0) : 0;
    step({ act: "place", article, section: place.body.dataset.section, position: index + 1, columns: "" });
  };

  document.addEventListener("dragstart", start);
  document.addEventListener("dragover", over);
  document.addEventListener("drop", drop);
  document.addEventListener("dragend", () => { dragged?.classList.remove("is-dragged"); dragged = null; unmark(); });
  document.addEventListener("keydown", (event) => {
    const open = event.target.closest?.("details.b-move[open]");
    if (event.key !== "Escape" || !open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
  document.addEventListener("toggle", (event) => {
    if (!event.target.matches?.("details.b-move") || !event.target.open) return;
    board.querySelectorAll("details.b-move[open]").forEach((other) => { if (other !== event.target) other.open = false; });
  }, true);

  const prepare = () => {
    const search = board.querySelector("[data-pool-search]");
    if (search) {
      search.hidden = false;
      search.addEventListener("input", () => {
        board.querySelectorAll("[data-find]").forEach((card) => { card.hidden = !card.dataset.find.includes(search.value.trim()); });
      });
    }
    board.dataset.ready = "yes";
  };
  prepare();
  board.querySelector(".is-wanted details")?.setAttribute("open", "");
})();
