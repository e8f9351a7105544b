"use strict";
// The proof page: a passage chosen in the text fills the form, by mouse or by the M key; the form works without this.
(() => {
  const page = document.querySelector("[data-proof]");
  const form = page && page.querySelector("[data-mark-form]");
  if (!form) return;
  const sheet = page.querySelector("[data-manuscript]");
  const body = page.querySelector("[data-body]");
  const float = page.querySelector("[data-mark-selection]");
  const fields = form.elements;
  page.querySelectorAll("[data-hint], [data-keys], [data-take]").forEach((part) => { part.hidden = false; });

  // The text of a range without the numbers that marks have set.
  const said = (range) => {
    const fragment = range.cloneContents();
    fragment.querySelectorAll(".d-number").forEach((number) => number.remove());
    return fragment.textContent;
  };

  const holder = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest("[data-block], [data-line]");

  // The chosen passage inside one block or line: {quote, block, offset}, or null.
  const chosen = () => {
    const selection = document.getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0).cloneRange();
    const home = sheet.contains(range.startContainer) && holder(range.startContainer);
    if (!home) return null;
    // A triple click ends at the beginning of the next paragraph.
    if (!home.contains(range.endContainer)) range.setEnd(home, home.childNodes.length);
    const quote = said(range).replace(/\n+$/, "");
    if (!quote.trim()) return null;
    const before = document.createRange();
    before.setStart(home, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const inBody = body.contains(home);
    return { range, quote, block: inBody ? home.dataset.block : "", offset: inBody ? said(before).length : "" };
  };

  const fill = ({ quote, block, offset }, fix) => {
    fields.quote.value = quote;
    fields.block.value = block;
    fields.offset.value = offset;
    fields.replacement.value = fix === undefined ? quote : fix;
    fields.change.value = "replace";
    show();
    form.scrollIntoView({ block: "nearest" });
    fields.replacement.focus();
    fields.replacement.select();
    form.dataset.filled = "yes";
  };

  const show = () => {
    form.querySelector("[data-when]").hidden = fields.change.value !== "replace";
  };

  document.addEventListener("selectionchange", () => {
    const passage = chosen();
    float.hidden = !passage;
    if (!passage) return;
    const place = passage.range.getBoundingClientRect();
    const frame = sheet.getBoundingClientRect();
    float.style.top = `${place.bottom - frame.top + 6}px`;
    float.style.left = `${Math.max(8, Math.min(place.left - frame.left, frame.width - 120))}px`;
  });
  const take = () => {
    const passage = chosen();
    if (!passage) return false;
    fill(passage);
    return true;
  };
  float.addEventListener("mousedown", (event) => event.preventDefault());
  float.addEventListener("click", () => { take(); document.getSelection().removeAllRanges(); float.hidden = true; });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select");
    if (event.key.toLowerCase() === "m" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey && take()) {
      event.preventDefault();
      float.hidden = true;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form.contains(event.target)) form.requestSubmit();
  });
  page.querySelectorAll("[data-take]").forEach((button) => {
    button.addEventListener("click", () => fill(button.dataset, button.dataset.fix || undefined));
  });
  // What is typed over stands where the words say, no longer where they were chosen.
  fields.quote.addEventListener("input", () => { fields.block.value = ""; fields.offset.value = ""; });
  form.querySelectorAll("[name=change]").forEach((radio) => radio.addEventListener("change", show));
  show();
  page.dataset.ready = "yes";
})();
