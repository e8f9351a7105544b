// Pasting from Word or a web page: headings, lists and tables become the marks of plain text, ruby annotations go by
// structure. The text goes in as if typed, so Ctrl+Z takes it back. What has no place in plain text is told.
const SKIPPED = new Set(["HEAD", "STYLE", "SCRIPT", "TEMPLATE", "NOSCRIPT", "TITLE", "META", "LINK", "RT", "RP", "DEL", "SELECT", "OBJECT", "IFRAME"]);
const BLOCKS = new Set([
  "ADDRESS", "ARTICLE", "ASIDE", "BLOCKQUOTE", "BODY", "CENTER", "DD", "DIV", "DL", "DT", "FIGCAPTION", "FIGURE", "FOOTER", "FORM",
  "H1", "H2", "H3", "H4", "H5", "H6", "HEADER", "HR", "HTML", "LI", "MAIN", "NAV", "OL", "P", "PRE", "SECTION", "TABLE", "UL",
]);
const HEADING = /^H[1-6]$/;
const NUMBERED = /^(?:[一二三四五六七八九十百]+、|[（(][一二三四五六七八九十百]+[）)]|\d{1,2}[.．、]|[（(]\d{1,2}[）)])/;
const BULLET = /^(?:[·•●▪■◆➢§\uf0a7\uf06c\uf0b7\uf0d8]\s*|[Øüo]\s+)/u;
const CJK = "[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]";
const BROKEN_SOURCE = new RegExp(`(?<=${CJK})[ \\t]*[\\r\\n]+[ \\t]*(?=${CJK})`, "gu");

class Plain {
  constructor() {
    this.lines = [];
    this.line = "";
    this.images = 0;
    this.formatted = false;
    this.ruby = 0;
    this.hidden = 0;
  }

  text(words) {
    this.line += words;
  }

  end() {
    const line = this.line.replace(/[ \t\u00a0]+/g, " ").trim();
    if (line) this.lines.push(line);
    this.line = "";
  }
}

const styleOf = (element) => (element.getAttribute("data-style") || "").toLowerCase();
const isHidden = (element) => /display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden/.test(styleOf(element)) || element.hidden;
const isBold = (element) => ["B", "STRONG"].includes(element.tagName) || /font-weight\s*:\s*(bold|[6-9]00)/.test(styleOf(element));
const isLooks = (element) => isBold(element) || ["I", "EM", "U", "FONT", "A", "SUP", "SUB", "S", "MARK"].includes(element.tagName) || /(?:^|;)\s*(?:color|background|text-decoration)\s*:/.test(styleOf(element));

function walk(node, out, inPre) {
  if (node.nodeType === Node.TEXT_NODE) {
    if (inPre) {
      const [first, ...more] = node.data.split(/\r?\n/);
      out.text(first);
      for (const line of more) {
        out.end();
        out.text(line);
      }
    } else out.text(node.data.replace(BROKEN_SOURCE, "").replace(/[ \t\r\n\f]+/g, " "));
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE) return;
  const tag = node.tagName;
  if (tag === "RT") out.ruby += 1;
  if (SKIPPED.has(tag)) return;
  if (isHidden(node)) {
    if (node.textContent.trim()) out.hidden += 1;
    return;
  }
  if (tag === "IMG" || tag === "SVG" || tag === "V:IMAGEDATA") {
    out.images += 1;
    return;
  }
  if (tag === "BR") return out.end();
  if (isLooks(node) && node.textContent.trim()) out.formatted = true;
  if (tag === "TABLE") return table(node, out);
  if (tag === "UL" || tag === "OL") return list(node, out, inPre);
  const isBlock = BLOCKS.has(tag);
  if (isBlock) out.end();
  const from = out.lines.length;
  node.childNodes.forEach((child) => walk(child, out, inPre || tag === "PRE"));
  if (!isBlock) return;
  out.end();
  if (HEADING.test(tag)) mark(out, from, (line) => (NUMBERED.test(line) ? line : `${"#".repeat(Math.min(Math.max(Number(tag[1]), 2), 4))} ${line}`));
  else if (/mso-list\s*:\s*l\d/.test(styleOf(node))) mark(out, from, (line) => line.replace(BULLET, "- "));
}

function mark(out, from, change) {
  if (out.lines.length > from) out.lines[from] = change(out.lines[from]);
}

function list(node, out, inPre) {
  out.end();
  let number = Number(node.getAttribute("start")) || 1;
  for (const child of node.children) {
    const from = out.lines.length;
    walk(child, out, inPre);
    out.end();
    if (child.tagName !== "LI") continue;
    const sign = node.tagName === "OL" ? `${number}. ` : "- ";
    mark(out, from, (line) => (NUMBERED.test(line) || line.startsWith("- ") ? line : sign + line.replace(BULLET, "")));
    number += 1;
  }
}

function table(node, out) {
  out.end();
  for (const row of node.rows) {
    const cells = [...row.cells].map((cell) => {
      const inner = new Plain();
      cell.childNodes.forEach((child) => walk(child, inner, false));
      inner.end();
      for (const name of ["images", "ruby", "hidden"]) out[name] += inner[name];
      out.formatted ||= inner.formatted;
      return inner.lines.join(" ");
    });
    // A table of one column only lays a page out.
    if (cells.length > 1) out.lines.push(cells.join("\t"));
    else if (cells[0]) out.lines.push(cells[0]);
  }
}

// The page's content security policy holds in the parsed document too: styles are read here, never applied.
const unstyled = (html) => html
  .replace(/<style[\s\S]*?(?:<\/style>|$)/gi, "")
  .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle(?=\s*=)/gi, " data-style"));

export function plainOf(html) {
  const out = new Plain();
  walk(new DOMParser().parseFromString(unstyled(html), "text/html").documentElement, out, false);
  out.end();
  return { text: out.lines.join("\n"), images: out.images, formatted: out.formatted, ruby: out.ruby, hidden: out.hidden };
}

function sentences({ images, formatted, ruby, hidden }) {
  return [
    formatted && "已去掉格式（加粗、颜色、链接这些），文字没有少。",
    ruby && `去掉了 ${ruby} 处注音。`,
    hidden && `有 ${hidden} 处隐藏的文字没有粘进来。`,
    images && `里面有 ${images} 张图没有粘进来，请在“照片”里上传。`,
  ].filter(Boolean);
}

// Commands go into the field's own history; setRangeText would end it. Chromium takes 20 seconds to insert an issue of
// 1,500 lines as text, a tenth of one as (escaped) HTML; a browser that cannot do that in a field falls back.
const LONG = 2000;

function insert(body, text) {
  const start = body.selectionStart;
  if (text.length > LONG) {
    const before = body.value;
    const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
    if (document.execCommand("insertHTML", false, escaped) && body.value.startsWith(text, start)) return;
    if (body.value !== before) document.execCommand("undo");
  }
  document.execCommand("insertText", false, text);
}

export function listen(body) {
  const told = document.querySelector("[data-pasted]");
  const say = (words) => { if (told) told.textContent = words; };
  body.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    const html = data?.getData("text/html");
    if (!html) {
      const hasImage = [...(data?.files || [])].some((file) => file.type.startsWith("image/"));
      say(hasImage ? "图片粘不进正文，请在“照片”里上传。" : "");
      return;
    }
    const found = plainOf(html);
    event.preventDefault();
    say(sentences(found).join(""));
    if (found.text) insert(body, found.text);
  });
}
