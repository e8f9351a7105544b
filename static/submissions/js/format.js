// 公文格式检查: the table comes without a new page, so that the chosen file stays chosen for the download.
import "./page.js";

const form = document.querySelector("[data-format-form]");
const result = document.querySelector("[data-format-result]");

form.addEventListener("submit", async (event) => {
  if (event.submitter?.value !== "check" || !form.querySelector("[type=file]").files.length) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  event.submitter.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: data });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const table = page.querySelector("[data-format-result]");
    if (!table) throw new Error(answer.status);
    const errors = page.querySelector("[data-format-form] .errorlist");
    form.querySelector(".errorlist")?.remove();
    form.querySelector("[data-choose-again]")?.remove();
    if (errors) form.querySelector(".field").append(errors);
    form.querySelector(".field").classList.toggle("has-error", Boolean(errors));
    result.replaceChildren(...table.childNodes);
    if (!errors) result.focus();
  } catch {
    // The plain way shows whatever the server says: signed out, refused, unreachable.
    const then = Object.assign(document.createElement("input"), { type: "hidden", name: "then", value: "check" });
    form.append(then);
    form.submit();
    return;
  }
  event.submitter.disabled = false;
});
document.documentElement.dataset.ready = "format";
