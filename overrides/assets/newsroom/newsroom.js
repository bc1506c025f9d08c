// Remembers the language a reader chooses; the root page forwards there next time, unless its address says ?choose.
(function () {
  "use strict";
  var key = "newsroom.language";

  function read() {
    try {
      return localStorage.getItem(key);
    } catch (error) {
      return null; // storage is switched off: nothing is remembered
    }
  }

  function remember(code) {
    try {
      localStorage.setItem(key, code);
    } catch (error) {
      // the same
    }
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-language]");
    if (link) remember(link.dataset.language);
  });

  if (!document.documentElement.hasAttribute("data-choose-language")) return;
  if (new URLSearchParams(location.search).has("choose")) return;
  var code = read();
  document.querySelectorAll("a[data-language]").forEach(function (link) {
    if (link.dataset.language === code) location.replace(link.href);
  });
})();
