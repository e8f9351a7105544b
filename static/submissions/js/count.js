// 字数 as Word counts it: the same rule as journal/text/count.py, so that the figure under the field is the server's.
const EAST_ASIAN =
  "\\u2014\\u2018\\u2019\\u201c\\u201d\\u2026\\u00b7\\u2e80-\\u2fff\\u3001-\\u312f\\u31a0-\\u31bf\\u31c0-\\u31ef\\u31f0-\\u31ff" +
  "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\ufe30-\\ufe4f\\uff01-\\uffef\\u{20000}-\\u{3ffff}";
const APOSTROPHE = /(?<=[A-Za-z])[\u2018\u2019](?=[A-Za-z])/g;
const WORD = new RegExp(`[${EAST_ASIAN}]|[^\\s${EAST_ASIAN}]+`, "gu");

export function countWords(text) {
  return (text.replace(APOSTROPHE, "'").match(WORD) || []).length;
}

// What stands in print: photo marks give way to their captions, typed marks (** - #) are taken away.
export function bodyWords(body, captions) {
  const lines = body.split("\n").map((line) => line.trim()).filter((line) => {
    const mark = /^【照片\s*(\d{1,2})】$/.exec(line);
    return !(mark && Number(mark[1]) >= 1 && Number(mark[1]) <= captions.length);
  });
  const text = lines
    .map((line) => line.replace(/^(?:#{1,6}|[-•·●])[ \t]+(?=\S)/, "").replace(/\*\*(?=[^\s*])(.+?)(?<=[^\s*])\*\*(?!\*)/g, "$1"))
    .concat(captions)
    .join("\n");
  return countWords(text);
}
