"use strict";
// The approval is asked for where 公开 is chosen; the column that will hold is set off from the other.
(() => {
  const page = document.querySelector("[data-publish] form");
  if (!page) return;
  const show = () => {
    const access = page.elements.access.value;
    page.querySelector("[data-approval]").hidden = access !== "public";
    page.dataset.access = access;
  };
  page.querySelectorAll("[name=access]").forEach((radio) => radio.addEventListener("change", show));
  show();
})();
