// On pages that the form leads to: what was typed is saved, so this device's copy of it is no longer needed.
import { dropMirror } from "./mirror.js";
import "./page.js";

const page = document.querySelector("[data-left]");
dropMirror(`draft:${page.dataset.user}:${page.dataset.draft}`);
document.documentElement.dataset.ready = "left";
