"use strict";
// A page number leads to the articles that stand on it: one alone is chosen, of several the first is proposed.
(() => {
  const form = document.querySelector("[data-remark]");
  if (!form) return;
  const page = form.elements.page;
  const article = form.elements.article;
  const told = form.querySelector("[data-suggested]");
  const suggest = () => {
    const number = Number(page.value);
    const here = [...article.options].filter((one) => one.dataset.start && number >= one.dataset.start && number <= one.dataset.end);
    told.hidden = !page.value;
    if (!page.value) return;
    if (here.length) here[0].selected = true;
    else article.value = "none";
    const titles = here.map((one) => one.textContent.trim().replace(/^\S+\s+/, "《") + "》").join("");
    told.textContent = here.length > 1 ? `第 ${number} 页有 ${here.length} 篇：${titles}。先选了第一篇，请核对。` : here.length ? "" : `第 ${number} 页没有文章，按“不针对某一篇”记。`;
    told.hidden = !told.textContent;
  };
  page.addEventListener("input", suggest);
  form.dataset.ready = "yes";
  // Remarks come one after another: after one is kept the cursor waits for the next page number.
  // (Going to the fragment takes the focus away, so it is given after that.)
  if (location.hash === "#remark") window.addEventListener("load", () => page.focus());
})();
