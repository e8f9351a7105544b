// A Word file: chosen → sent with what is typed → the page it leads to. Refused: said here, nothing typed is touched.
export class WordFile {
  constructor(form, saver) {
    this.form = form;
    this.saver = saver;
    this.input = document.querySelector("[data-word]");
    if (!this.input) return;
    this.line = document.querySelector("[data-reading]");
    this.input.addEventListener("change", () => this.input.files.length && this.chosen(this.input.files[0]));
  }

  chosen(file) {
    const most = Number(this.input.dataset.mostBytes);
    const megabytes = (bytes) => Math.ceil(bytes / 1024 / 1024);
    if (file.size > most) {
      this.problem(`“${file.name}”有 ${megabytes(file.size)} MB，最大能收 ${megabytes(most)} MB。请把照片另行上传，正文单独成一个文件。`);
      this.input.value = "";
      return;
    }
    this.send(file);
  }

  send(file) {
    this.problem("");
    const upTo = this.saver.changes;
    const data = this.saver.data(false);
    data.set("word", file);
    const request = new XMLHttpRequest();
    request.open("POST", this.input.dataset.word);
    request.setRequestHeader("X-Requested-With", "fetch");
    request.upload.addEventListener("progress", (step) => this.progress(step.loaded / step.total));
    request.addEventListener("load", () => this.answered(request, upTo));
    request.addEventListener("error", () => this.broken());
    request.addEventListener("abort", () => this.broken());
    this.progress(0);
    request.send(data);
  }

  progress(share) {
    this.line.hidden = false;
    this.line.querySelector("[data-reading-bar]").value = Math.round(share * 100);
    this.line.querySelector("[data-reading-text]").textContent = share < 1 ? `正在上传 ${Math.round(share * 100)}%` : "传好了，正在读";
  }

  problem(sentence) {
    const place = document.querySelector("[data-word-problem]");
    place.className = sentence ? "alert err" : "";
    place.textContent = sentence;
    if (sentence) place.scrollIntoView({ block: "center" });
  }

  broken() {
    this.line.hidden = true;
    this.input.value = "";
    this.problem("文件没有传完，网络断了。您写的都在，请再选一次文件。");
    document.documentElement.dataset.word = "broken";
  }

  async answered(request, upTo) {
    let state = null;
    try {
      state = JSON.parse(request.responseText);
    } catch {
      return this.broken();
    }
    this.line.hidden = true;
    this.input.value = "";
    if (!this.saver.handle(request.status, state, upTo)) return;
    if (state.refused) {
      this.problem(state.refused);
      document.documentElement.dataset.word = "refused";
    } else if (state.location) {
      // What was typed while the file was on its way is saved first; the server keeps it beside what was read.
      await this.saver.save();
      location.assign(state.location);
    }
  }
}
