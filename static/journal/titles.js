// Long phrases in titles break between words where the browser knows Chinese words; without it, anywhere but near the end.
(function () {
  "use strict";
  if (!window.Intl || !Intl.Segmenter) return;
  var words = new Intl.Segmenter("zh", { granularity: "word" });
  // Words of this field that browsers' dictionaries take apart.
  var kept = /党建|党代会|自由贸易港|自贸港/g;
  function insideKept(text, index) {
    return Array.from(text.matchAll(kept)).some(function (word) {
      return word.index < index && index < word.index + word[0].length;
    });
  }
  Array.prototype.forEach.call(document.querySelectorAll(".title .long"), function (phrase) {
    var text = phrase.textContent;
    phrase.textContent = "";
    Array.from(words.segment(text)).forEach(function (part, place) {
      // A mark stays with the word before it, and an opening one with the word after it.
      var joins = /^[”’》）〉」』、，：；。！？·]/.test(part.segment) || /[“‘《（〈「『·]$/.test(phrase.textContent);
      if (place && !joins && !insideKept(text, part.index)) phrase.appendChild(document.createElement("wbr"));
      phrase.appendChild(document.createTextNode(part.segment));
    });
    phrase.classList.add("words");
  });
})();
