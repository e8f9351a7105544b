// What the page shows while one writes: 字数, the outline recognised, how many findings wait, each photograph's verdict.
import { bodyWords } from "./count.js";

const SYMBOLS = { ok: "✓", err: "✕", warn: "!", tip: "i" };
const all = (selector) => document.querySelectorAll(selector);

// A long title runs out of its line, on a phone above all: its length is told while it is typed.
function showTitle(form) {
  const { value, dataset } = form.elements.title;
  const length = [...value.trim()].length;
  const told = length > Number(dataset.advised)
    ? `! 标题 ${length} 字，目录里排不下。${dataset.advised} 字以内最好，长的可以移一部分到副标题。` : "";
  const place = document.querySelector("[data-title-long]");
  if (place.textContent !== told) place.textContent = told;
}

export function showWords(form) {
  showTitle(form);
  const captions = [...all("[data-caption]")].map((field) => field.value.trim());
  const words = bodyWords(form.elements.body.value, captions);
  const limit = Number(form.dataset.limit);
  all("[data-words]").forEach((place) => { place.textContent = words.toLocaleString("en-US"); });
  const meter = document.querySelector("[data-meter]");
  if (!meter) return;
  meter.value = words;
  const over = words > limit;
  document.querySelector("[data-fits]").hidden = over;
  document.querySelector("[data-over]").hidden = !over;
  document.querySelector("[data-over-by]").textContent = (words - limit).toLocaleString("en-US");
  document.querySelector("[data-meter-box]").classList.toggle("over", over);
}

export function showState(state) {
  const outline = document.querySelector("[data-outline]");
  if (outline) {
    outline.replaceChildren(...state.outline.map((line) => {
      const item = document.createElement("li");
      item.dataset.level = line.level;
      item.textContent = line.text;
      return item;
    }));
    document.querySelector("[data-outline-note]").textContent = state.outline.length
      ? `识别到 ${state.outline.length} 个小标题。`
      : "写“一、”“（一）”开头的小标题，这里会列出层次。";
  }
  for (const [level, amount] of Object.entries(state.counts)) {
    all(`[data-count="${level}"]`).forEach((place) => { place.textContent = amount; });
  }
  state.photos.forEach(showVerdict);
  showArriving(state.arriving);
}

function showArriving({ clean = 0, cleaned = 0, pieces = 1 }) {
  const button = document.querySelector("[data-clean]");
  if (!button) return;
  button.hidden = !clean && !cleaned;
  button.textContent = clean ? `可以整理 ${clean} 处，看一看` : `整理了 ${cleaned} 处，看一看`;
  const several = document.querySelector("[data-pieces]");
  several.hidden = pieces < 2;
  several.textContent = `好像有 ${pieces} 篇，看一看`;
}

function showVerdict(photo) {
  const box = document.querySelector(`[data-verdict="${photo.id}"]`);
  if (!box) return;
  const chip = box.querySelector(".chip");
  chip.className = `chip ${photo.level}`;
  chip.firstElementChild.textContent = SYMBOLS[photo.level];
  chip.lastChild.textContent = ` ${photo.verdict}`;
  box.querySelector("[data-detail]").textContent = photo.detail;
}
