// A copy of what is typed, on this device, until the server has it: a crash or an expired session loses nothing.
// A new form's address changes with every visit, so its copy goes by kind until the first save.
const SKIPPED = new Set(["csrfmiddlewaretoken", "draft_number", "tab", "new"]);

export function typedFields(form) {
  const fields = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !SKIPPED.has(name) && name !== "declare") fields[name] = value;
  }
  return fields;
}

export function mirrorKey(form) {
  const { user, draft, kind } = form.dataset;
  return "new" in form.dataset ? `draft:${user}:new:${kind}` : `draft:${user}:${draft}`;
}

function withStore(act) {
  // Private windows and full disks refuse; the page then relies on the server alone.
  try {
    return act(window.localStorage);
  } catch (refused) {
    console.info("no local copy:", refused.name);
    return null;
  }
}

export const keepMirror = (form) =>
  withStore((store) => store.setItem(mirrorKey(form), JSON.stringify({ at: Date.now(), fields: typedFields(form) })));
export const dropMirror = (key) => withStore((store) => store.removeItem(key));
export const readMirror = (key) => withStore((store) => JSON.parse(store.getItem(key) || "null"));

export function differs(form, fields) {
  const now = typedFields(form);
  return Object.entries(fields).some(([name, value]) => name in now && now[name] !== value && value.trim() !== "");
}

export function restore(form, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const field = form.elements.namedItem(name);
    if (field && field.type !== "file") field.value = value;
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}
