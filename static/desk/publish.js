"use strict";
// The approval is asked for where 公开 is chosen; the column that will hold is set off from the other.
(() => {
  const page = document.querySelector("[data-publish] form");
  if (!page) return;
  const show = () => {
    const access = page.elements.access.value;
    page.querySelector("[data-approval]").hidden = access !== "public";
    page.dataset.access = access;
    const later = page.elements.when.value === "later";
    page.querySelector("[data-at]").hidden = !later;
    const button = page.querySelector("[data-publish-button]");
    button.textContent = button.textContent.replace(/^(刊发|安排刊发)/, later ? "安排刊发" : "刊发");
  };
  page.querySelectorAll("[name=access], [name=when]").forEach((radio) => radio.addEventListener("change", show));
  show();
})();
