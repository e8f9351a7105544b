// 整理: how many places are ticked; ticking all or none.
import "./left.js";

const page = document.querySelector("[data-left]");
const boxes = [...page.querySelectorAll("input[name=place]")];
const told = page.querySelector("[data-ticked]");

function count() {
  if (told) told.textContent = `勾了 ${boxes.filter((box) => box.checked).length} 处`;
}

page.addEventListener("change", count);
const all = page.querySelector("[data-tick-all]");
if (all) {
  all.hidden = false;
  all.addEventListener("click", (event) => {
    const wanted = event.target.dataset?.all;
    if (!wanted) return;
    boxes.forEach((box) => { box.checked = wanted === "yes"; });
    count();
  });
}
window.addEventListener("pageshow", count);
document.documentElement.dataset.ready = "clean";
