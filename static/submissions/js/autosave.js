// The draft saves itself. Every answer is handled: saved, another tab was here, signed out, no network.
import { dropMirror, keepMirror, mirrorKey } from "./mirror.js";
import { clearNotice, notice } from "./notices.js";

const PAUSE = 1500;
const RETRY = 15000;
const PATIENCE = 5000;

export class Saver {
  constructor(form, onState) {
    this.form = form;
    this.onState = onState;
    this.changes = 0;
    this.saved = 0;
    this.timer = null;
    this.running = null;
    this.leaving = false;
    this.waiting = false;
    form.elements.tab.value = Math.random().toString(36).slice(2) + Date.now().toString(36);
    form.addEventListener("input", (event) => event.target.type !== "file" && this.changed());
    window.addEventListener("online", () => this.save());
    document.addEventListener("visibilitychange", () => document.hidden && this.save());
    form.addEventListener("submit", (event) => this.leave(event));
    window.addEventListener("pageshow", () => { this.leaving = false; });
  }

  // The form itself takes everything along. A save still on its way goes first: behind it, it would put back older words,
  // or move the draft on under the page that is opening.
  leave(event) {
    clearTimeout(this.timer);
    this.timer = null;
    this.leaving = true;
    if (!this.running) return;
    event.preventDefault();
    if (this.waiting) return;
    this.waiting = true;
    const patience = new Promise((resolve) => { setTimeout(resolve, PATIENCE); });
    Promise.race([this.running, patience]).then(() => {
      this.running = null;
      this.waiting = false;
      this.form.requestSubmit(event.submitter);
    });
  }

  changed() {
    this.changes += 1;
    this.leaving = false;
    document.documentElement.dataset.dirty = "yes";
    keepMirror(this.form);
    this.later(PAUSE);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  data(withFiles) {
    const data = new FormData(this.form);
    if (!withFiles) {
      for (const [name, value] of [...data]) if (typeof value !== "string") data.delete(name);
    }
    return data;
  }

  async save() {
    if (this.leaving || this.changes === this.saved) return;
    if (this.running) await this.running;
    else {
      this.running = this.send();
      await this.running;
      this.running = null;
      if (this.changes !== this.saved && !this.timer) this.later(PAUSE);
    }
  }

  async send() {
    clearTimeout(this.timer);
    this.timer = null;
    const upTo = this.changes;
    let answer;
    try {
      answer = await fetch(this.form.dataset.autosave, {
        method: "POST", body: this.data(false), headers: { "X-Requested-With": "fetch" }, redirect: "error",
      });
    } catch {
      this.trouble("没有网络", "没有网络，文字在这台设备上");
      this.later(RETRY);
      return;
    }
    await this.handle(answer.status, await answer.json().catch(() => null), upTo);
  }

  // Also for answers to uploads: they save the text too.
  handle(status, state, upTo) {
    if ((status === 200 || status === 422) && state && "number" in state) return this.accepted(state, upTo);
    this.saved = upTo;
    if (status === 409) {
      // The server keeps what this tab held, so this device need not.
      if (upTo === this.changes) dropMirror(mirrorKey(this.form));
      this.trouble("等您选一份", "两份都留着，等您选");
      notice("conflict", "warn", state?.message || "这篇稿子在另一个窗口改过。两份都留着，请选用哪一份。", [
        { says: "看两份，选一份", href: this.form.dataset.conflict },
      ]);
    } else if (status === 401 || status === 403) {
      this.trouble("登录过期", "登录过期，文字在这台设备上");
      const back = encodeURIComponent("new" in this.form.dataset ? location.pathname : this.form.dataset.address);
      notice("session", "err", "登录过期了。您写的都还在这台设备上，重新登录就能接着写。", [
        { says: "重新登录", href: `${this.form.dataset.signIn}?next=${back}` },
      ]);
    } else {
      this.saved = upTo - 1;
      this.trouble("没有保存上", "没有保存上，一会儿再试；文字在这台设备上");
      this.later(RETRY);
    }
    return false;
  }

  accepted(state, upTo) {
    const key = mirrorKey(this.form);
    this.form.elements.draft_number.value = state.number;
    if ("new" in this.form.dataset) {
      delete this.form.dataset.new;
      history.replaceState(null, "", this.form.dataset.address);
      dropMirror(key);
    }
    this.saved = Math.max(this.saved, upTo);
    if (this.saved === this.changes) {
      dropMirror(mirrorKey(this.form));
      document.documentElement.dataset.dirty = "no";
    }
    clearNotice("session");
    this.told(`✓ 已保存 ${state.savedAt}`, `✓ 已保存 ${state.savedAt}，关掉网页也不会丢`, false);
    this.onState(state);
    return true;
  }

  trouble(short, long) {
    this.told(`! ${short}`, `! ${long}`, true);
  }

  told(short, long, isTrouble) {
    const status = document.querySelector("[data-saved]");
    status.textContent = short;
    status.classList.toggle("trouble", isTrouble);
    const told = document.querySelector("[data-saved-long]");
    told.textContent = long;
    told.parentElement.classList.toggle("trouble", isTrouble);
  }
}
