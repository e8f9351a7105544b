// What the words typed so far may mean: a list under the search field. Without this script the field searches as it is.
(function () {
  "use strict";
  var field = document.querySelector("[data-suggest]");
  if (!field || !window.fetch) return;
  var PAUSE = 180; // milliseconds of not typing
  var form = field.form;
  var list = document.createElement("ul");
  var said = document.createElement("p");
  var options = [];
  var active = -1;
  var waiting = 0;
  var asked = 0;

  list.id = "suggested";
  list.className = "suggested";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "建议");
  said.className = "unseen";
  said.setAttribute("role", "status");
  field.parentNode.appendChild(list);
  field.parentNode.appendChild(said);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  function close() {
    list.hidden = true;
    active = -1;
    asked += 1;
    clearTimeout(waiting);
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function part(name, words) {
    var span = document.createElement("span");
    span.className = name;
    span.textContent = words;
    return span;
  }

  function option(suggestion, number) {
    var item = document.createElement("li");
    item.id = list.id + "-" + number;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.url = suggestion.url;
    item.appendChild(part("kind", suggestion.kind));
    item.appendChild(part("label", suggestion.label));
    if (suggestion.note) item.appendChild(part("hint", suggestion.note));
    return item;
  }

  function show(suggestions) {
    list.textContent = "";
    options = suggestions.map(option);
    options.forEach(function (item) { list.appendChild(item); });
    active = -1;
    list.hidden = !options.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
    field.removeAttribute("aria-activedescendant");
    said.textContent = options.length ? "有 " + options.length + " 条建议，用上下键选择。" : "";
  }

  function choose(number) {
    if (active >= 0) options[active].setAttribute("aria-selected", "false");
    active = number;
    if (active < 0) return field.removeAttribute("aria-activedescendant");
    options[active].setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  }

  function ask() {
    var words = field.value.trim();
    var mine = asked += 1;
    if (!words) return show([]);
    fetch(field.dataset.suggest + "?q=" + encodeURIComponent(words), { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.json() : { suggestions: [] }; })
      .then(function (found) { if (mine === asked) show(found.suggestions); })
      .catch(function () { if (mine === asked) close(); });
  }

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  }

  field.addEventListener("input", function (event) {
    // While pinyin is being typed the field holds letters nobody means.
    if (!event.isComposing) later();
  });
  field.addEventListener("compositionend", later);
  field.addEventListener("blur", close);
  form.addEventListener("submit", close);
  field.addEventListener("keydown", function (event) {
    if (event.isComposing || list.hidden) return;
    var last = options.length - 1;
    if (event.key === "ArrowDown") choose(active === last ? -1 : active + 1);
    else if (event.key === "ArrowUp") choose(active < 0 ? last : active - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active >= 0) window.location.assign(options[active].dataset.url);
    else return;
    event.preventDefault();
  });
  // Before the field loses its focus, and the list with it.
  list.addEventListener("mousedown", function (event) {
    var item = event.target.closest("[role=option]");
    event.preventDefault();
    if (item) window.location.assign(item.dataset.url);
  });
})();
