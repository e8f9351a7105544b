// Photographs over the whole window: a dialog with caption, the one before and the one after. Without it a photograph is a
// link to its largest copy.
(function () {
  "use strict";
  var links = Array.prototype.slice.call(document.querySelectorAll("[data-enlarge]"));
  if (!links.length || !window.HTMLDialogElement) return;
  var dialog = document.createElement("dialog");
  var view = document.createElement("div");
  var below = document.createElement("div");
  var words = document.createElement("p");
  var moves = document.createElement("div");
  var count = document.createElement("span");
  var shown = -1;

  function button(label, act) {
    var made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", act);
    return made;
  }

  function show(number) {
    shown = (number + links.length) % links.length;
    var picture = links[shown].querySelector("picture").cloneNode(true);
    Array.prototype.forEach.call(picture.querySelectorAll("source, img"), function (part) {
      part.setAttribute("sizes", "100vw");
      part.removeAttribute("loading");
    });
    view.textContent = "";
    view.appendChild(picture);
    var caption = links[shown].parentNode.querySelector("figcaption");
    words.textContent = "";
    if (caption) {
      Array.prototype.forEach.call(caption.childNodes, function (node) { words.appendChild(node.cloneNode(true)); });
    }
    count.textContent = "第 " + (shown + 1) + " 张，共 " + links.length + " 张";
  }

  function close() {
    dialog.close();
  }

  dialog.className = "enlarged";
  dialog.setAttribute("aria-label", "大图");
  view.className = "view";
  below.className = "below";
  words.className = "words";
  moves.className = "moves";
  count.setAttribute("role", "status");
  below.appendChild(words);
  below.appendChild(moves);
  if (links.length > 1) {
    moves.appendChild(count);
    moves.appendChild(button("上一张", function () { show(shown - 1); }));
    moves.appendChild(button("下一张", function () { show(shown + 1); }));
  }
  moves.appendChild(button("关闭", close));
  dialog.appendChild(view);
  dialog.appendChild(below);
  document.body.appendChild(dialog);

  view.addEventListener("click", close);
  dialog.addEventListener("keydown", function (event) {
    if (links.length < 2) return;
    if (event.key === "ArrowLeft") show(shown - 1);
    else if (event.key === "ArrowRight") show(shown + 1);
  });
  // Older browsers leave the focus nowhere; the reader goes on at the photograph last looked at.
  dialog.addEventListener("close", function () { links[shown].focus(); });

  links.forEach(function (link, number) {
    link.addEventListener("click", function (event) {
      // A new window or a download is still the reader's to ask for.
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      show(number);
      dialog.showModal();
    });
  });
})();
