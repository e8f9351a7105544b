"use strict";
// While a file is being made, its progress is asked for every two seconds; without this script the page is reloaded.
(() => {
  const box = document.querySelector("[data-editions]");
  if (!box) return;
  const look = async () => {
    if (!box.hasAttribute("data-busy")) return;
    let again = 2000;
    try {
      const answer = await fetch(`${location.pathname}?part=editions`);
      if (!answer.ok) return;
      const html = await answer.text();
      if (!box.contains(document.activeElement)) box.innerHTML = html;
      const busy = new DOMParser().parseFromString(html, "text/html").querySelector("[data-state=stale], [data-state=building]");
      box.toggleAttribute("data-busy", Boolean(busy));
    } catch {
      again = 10000; // the line is down: asked again later
    }
    setTimeout(look, again);
  };
  setTimeout(look, 2000);
})();
