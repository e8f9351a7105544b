// Reading tools: text size, light and dark, citation, print, the outline's place. Everything readable works without.
(function () {
  "use strict";
  var root = document.documentElement;

  function remember(key, value) {
    try {
      if (value) localStorage.setItem(key, value);
      else localStorage.removeItem(key);
    } catch (refused) {
      // Without storage the choice holds for this page only.
    }
  }

  function all(selector) {
    return Array.prototype.slice.call(document.querySelectorAll(selector));
  }

  // Text size.
  var sizes = all("[data-size]");
  function showSize() {
    sizes.forEach(function (button) {
      var size = button.dataset.size;
      var on = size ? root.classList.contains("text-" + size) : !/text-(small|large)/.test(root.className);
      button.setAttribute("aria-pressed", String(on));
    });
  }
  sizes.forEach(function (button) {
    button.addEventListener("click", function () {
      root.classList.remove("text-small", "text-large");
      if (button.dataset.size) root.classList.add("text-" + button.dataset.size);
      remember("reader.size", button.dataset.size);
      showSize();
    });
  });
  showSize();

  // Light and dark: the system's choice until the reader makes one.
  var system = window.matchMedia("(prefers-color-scheme: dark)");
  function isDark() {
    return root.classList.contains("dark") || (!root.classList.contains("light") && system.matches);
  }
  all("[data-theme]").forEach(function (button) {
    button.setAttribute("aria-pressed", String(isDark()));
    button.addEventListener("click", function () {
      var theme = isDark() ? "light" : "dark";
      root.classList.remove("dark", "light");
      root.classList.add(theme);
      remember("reader.theme", theme);
      button.setAttribute("aria-pressed", String(theme === "dark"));
    });
  });

  // Citation. The clipboard interface exists on https and this machine only; an intranet may be plain http.
  // Each form of the citation has a button of its own; the one among the tools copies the first.
  function say(button, words) {
    all("[data-copied]").forEach(function (place) { place.textContent = ""; });
    (button.closest("[data-cite]") || button.parentElement).querySelector("[data-copied]").textContent = words;
  }
  function select(citation) {
    var range = document.createRange();
    range.selectNodeContents(citation);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }
  function copyBySelection(button, citation) {
    select(citation);
    var done = document.execCommand("copy");
    say(button, done ? "已复制。" : "已选中，请按 Ctrl+C 复制。");
  }
  all("[data-copy]").forEach(function (button) {
    button.addEventListener("click", function () {
      var citation = (button.closest("[data-cite]") || document).querySelector("[data-citation]");
      if (!navigator.clipboard) return copyBySelection(button, citation);
      navigator.clipboard.writeText(citation.textContent.trim()).then(
        function () { say(button, "已复制。"); },
        function () { copyBySelection(button, citation); }
      );
    });
  });

  all("[data-print]").forEach(function (button) {
    button.addEventListener("click", function () { window.print(); });
  });

  all("[data-submit]").forEach(function (select) {
    select.addEventListener("change", function () { select.form.submit(); });
  });

  // The heading we are at, in the outline.
  var links = all(".outline a");
  if (links.length && "IntersectionObserver" in window) {
    var byId = {};
    links.forEach(function (link) { byId[decodeURIComponent(link.hash.slice(1))] = link; });
    var watch = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        links.forEach(function (link) { link.removeAttribute("aria-current"); });
        byId[entry.target.id].setAttribute("aria-current", "true");
      });
    }, { rootMargin: "0px 0px -70% 0px" });
    Object.keys(byId).forEach(function (id) {
      var place = document.getElementById(id);
      if (place) watch.observe(place);
    });
  }
})();
