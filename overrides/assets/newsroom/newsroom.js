// Remembers the language a reader chooses; the root page forwards there next time, unless its address says ?choose.
// Loads the panel of display settings when a reader asks for it, and the search when a reader turns to it: by a click or a key (/ or Ctrl-K), or by coming to its page.
(function () {
  "use strict";
  var address = document.currentScript.src;
  var form = document.querySelector(".nr-search");
  if (form) prepareSearch();
  var sight = document.querySelector(".nr-sight");
  if (sight) {
    sight.addEventListener("click", function () {
      import(new URL("sight-ui.js", address)).then(function (panel) {
        return panel.open(sight, address);
      });
    });
  }

  function prepareSearch() {
    var input = form.elements.q;
    function load() {
      input.removeEventListener("focus", load);
      import(new URL("search-ui.js", address)).then(function (search) {
        search.start(form);
      }, function () {
        input.addEventListener("focus", load); // no network; the form still leads to the search page
      });
    }
    input.addEventListener("focus", load);
    if (document.querySelector(".nr-search-page")) load();
    document.addEventListener("keydown", function (event) {
      // The places of the keys count, not their letters: a Kazakh or Russian keyboard has others there.
      var isControl = (event.ctrlKey || event.metaKey) && event.code === "KeyK";
      var isSlash = !event.ctrlKey && !event.metaKey && !event.altKey && (event.key === "/" || (event.code === "Slash" && !event.shiftKey));
      if (event.defaultPrevented || (!isControl && (!isSlash || event.target.closest("input, textarea, select, [contenteditable]")))) return;
      event.preventDefault();
      input.focus();
      input.select();
    });
  }

  // With storage switched off nothing is remembered.
  function ask(method, value) {
    try {
      return localStorage[method]("newsroom.language", value);
    } catch (error) {
      return null;
    }
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[data-language]");
    if (link) ask("setItem", link.dataset.language);
  });

  if (!document.documentElement.hasAttribute("data-choose-language")) return;
  if (new URLSearchParams(location.search).has("choose")) return;
  var code = ask("getItem");
  document.querySelectorAll("a[data-language]").forEach(function (link) {
    if (link.dataset.language === code) location.replace(link.href);
  });
})();
