// Photographs: chosen → sent → verdict, without leaving the page. A broken upload says so and can be tried again.
export class Photos {
  constructor(form, saver) {
    this.form = form;
    this.saver = saver;
    this.box = document.querySelector("[data-photos]");
    this.box.addEventListener("change", (event) => {
      const input = event.target;
      if (input.dataset.upload && input.files.length && this.keepFitting(input)) this.send(input.dataset.upload, input);
    });
    this.box.addEventListener("click", (event) => this.clicked(event));
    this.ready();
  }

  ready() {
    this.box.querySelectorAll("[data-insert]").forEach((button) => { button.hidden = false; });
  }

  // Said before the upload, not after minutes of it; the server asks again. The others chosen with it still go.
  keepFitting(input) {
    const most = Number(this.box.querySelector("[data-most-bytes]").dataset.mostBytes);
    const large = [...input.files].filter((file) => file.size > most);
    const megabytes = (bytes) => Math.ceil(bytes / 1024 / 1024);
    this.heldBack = large.map((file) => `“${file.name}”有 ${megabytes(file.size)} MB，最大能收 ${megabytes(most)} MB。请另存为 JPEG 再传。`);
    this.problems(this.heldBack);
    if (large.length) {
      const fitting = new DataTransfer();
      [...input.files].filter((file) => file.size <= most).forEach((file) => fitting.items.add(file));
      input.files = fitting.files;
    }
    return input.files.length > 0;
  }

  problems(sentences) {
    this.box.querySelector("[data-photo-problems]").replaceChildren(...sentences.map((words) => {
      const line = document.createElement("p");
      line.className = "alert err";
      line.textContent = words;
      return line;
    }));
    if (sentences.length) this.box.querySelector("[data-photo-problems]").scrollIntoView({ block: "center" });
  }

  clicked(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.insert) this.insert(button.dataset.insert);
    else if ("photoAct" in button.dataset) {
      event.preventDefault();
      if ("remove" in button.dataset && !this.sureToRemove(button)) return;
      this.send(button.formAction, null);
    } else if ("retry" in button.dataset) this.send(...this.last);
  }

  // Taking a photograph out takes the words typed for it too: asked only where there are any.
  sureToRemove(button) {
    const typed = [...button.closest(".photo").querySelectorAll("input[type=text]")].some((field) => field.value.trim());
    return !typed || window.confirm("去掉这张照片，写好的说明也一起去掉。要去掉吗？");
  }

  insert(number) {
    const body = this.form.elements.body;
    const mark = `【照片${number}】`;
    const before = body.value.slice(0, body.selectionStart).replace(/\n*$/, "");
    const after = body.value.slice(body.selectionEnd).replace(/^\n*/, "");
    body.value = `${before}${before ? "\n" : ""}${mark}\n${after}`;
    body.focus();
    body.selectionStart = body.selectionEnd = `${before}${before ? "\n" : ""}${mark}\n`.length;
    body.dispatchEvent(new Event("input", { bubbles: true }));
  }

  send(address, input) {
    this.last = [address, input];
    const upTo = this.saver.changes;
    const bodySent = this.form.elements.body.value;
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-Requested-With", "fetch");
    request.upload.addEventListener("progress", (step) => input && this.progress(step.loaded / step.total));
    request.addEventListener("load", () => this.answered(request, upTo, bodySent, Boolean(input)));
    request.addEventListener("error", () => this.broken());
    request.addEventListener("abort", () => this.broken());
    if (input) this.progress(0);
    request.send(this.saver.data(Boolean(input)));
  }

  progress(share) {
    const line = this.box.querySelector("[data-uploading]");
    line.hidden = false;
    this.box.querySelector("[data-retry]").hidden = true;
    this.box.querySelector("[data-uploading-bar]").hidden = false;
    this.box.querySelector("[data-uploading-bar]").value = Math.round(share * 100);
    this.box.querySelector("[data-uploading-text]").textContent =
      share < 1 ? `正在上传 ${Math.round(share * 100)}%` : "传好了，正在检查";
  }

  broken() {
    this.box.querySelector("[data-uploading]").hidden = false;
    this.box.querySelector("[data-uploading-bar]").hidden = true;
    this.box.querySelector("[data-uploading-text]").textContent =
      "照片没有传完，网络断了。已经传好的和写好的都在，请点“重试”。";
    this.box.querySelector("[data-retry]").hidden = false;
    document.documentElement.dataset.upload = "broken";
  }

  answered(request, upTo, bodySent, wasUpload) {
    let state = null;
    try {
      state = JSON.parse(request.responseText);
    } catch {
      if (request.status < 400 || request.status >= 500) return this.broken();
    }
    if (!this.saver.handle(request.status, state, upTo)) {
      return request.status >= 500 || request.status === 400 ? this.broken() : this.idle();
    }
    if (!state.html) return this.idle();
    this.show(state, wasUpload);
    const body = this.form.elements.body;
    if (!wasUpload && body.value === bodySent && body.value !== state.body) {
      body.value = state.body;
      body.dispatchEvent(new Event("input", { bubbles: true }));
    }
    document.documentElement.dataset.upload = state.refused.length ? "refused" : "done";
  }

  idle() {
    this.box.querySelector("[data-uploading]").hidden = true;
  }

  // The list is drawn anew by the server; words typed meanwhile stay, the focus goes back to where it was.
  show(state) {
    const typed = new Map([...this.box.querySelectorAll("input[type=text], input[type=date]")].map((f) => [f.name, f.value]));
    const focused = document.activeElement?.id;
    this.box.innerHTML = state.html;
    typed.forEach((value, name) => {
      const field = this.form.elements.namedItem(name);
      if (field) field.value = value;
    });
    this.problems([...(this.heldBack || []), ...state.refused]);
    this.heldBack = [];
    this.ready();
    if (focused) document.getElementById(focused)?.focus();
  }
}
