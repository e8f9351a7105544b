// Long phrases in titles break between words where the browser knows Chinese words; without it, anywhere but near the end.
(function () {
  "use strict";
  if (!window.Intl || !Intl.Segmenter) return;
  var words = new Intl.Segmenter("zh", { granularity: "word" });
  Array.prototype.forEach.call(document.querySelectorAll(".title .long"), function (phrase) {
    var text = phrase.textContent;
    phrase.textContent = "";
    Array.from(words.segment(text)).forEach(function (part, place) {
      // A mark stays with the word before it, and an opening one with the word after it.
      var joins = /^[”’》）〉」』、，：；。！？·]/.test(part.segment) || /[“‘《（〈「『·]$/.test(phrase.textContent);
      if (place && !joins) phrase.appendChild(document.createElement("wbr"));
      phrase.appendChild(document.createTextNode(part.segment));
    });
    phrase.classList.add("words");
  });
})();
