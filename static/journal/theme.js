// Runs before the first paint, so that nothing moves afterwards: tools that need scripts stand in their places, and the
// reader's own choice of light or dark and of text size holds, if there is one.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("scripted");
  try {
    var theme = localStorage.getItem("reader.theme");
    var size = localStorage.getItem("reader.size");
    if (theme === "dark" || theme === "light") root.classList.add(theme);
    if (size === "small" || size === "large") root.classList.add("text-" + size);
  } catch (refused) {
    // A browser that keeps no storage shows the page as the system asks; the tools still work for this page.
  }
})();
