// How the reader wants to see the site: text size, colours, spacing, pictures. Runs before the first paint, so that nothing flashes;
// newsroom.css does the rest. sight-ui.js, the panel, changes the attributes and what is stored.
(function () {
  "use strict";
  var root = document.documentElement;
  root.setAttribute("data-nr-js", "");

  function apply() {
    var stored = null;
    try {
      stored = JSON.parse(localStorage.getItem("newsroom.sight"));
    } catch (error) {
      // storage is switched off, or holds something else
    }
    ["size", "colors", "spacing", "pictures"].forEach(function (name) {
      var value = stored && stored[name];
      if (typeof value === "string" && /^[a-z0-9]+$/.test(value)) root.setAttribute("data-nr-" + name, value);
      else root.removeAttribute("data-nr-" + name);
    });
  }

  // Where pictures are off, their descriptions stand in their place.
  function describePictures() {
    var isOff = root.getAttribute("data-nr-pictures") === "off";
    document.querySelectorAll(".nr-alt").forEach(function (text) {
      text.remove();
    });
    if (!isOff) return;
    document.querySelectorAll("main img[alt]:not([alt=''])").forEach(function (picture) {
      var text = document.createElement("span");
      text.className = "nr-alt";
      text.textContent = picture.alt;
      (picture.closest("picture") || picture).after(text);
    });
  }

  apply();
  document.addEventListener("DOMContentLoaded", describePictures);
  new MutationObserver(describePictures).observe(root, { attributeFilter: ["data-nr-pictures"] });
  // Back and forward show a page as it was left; settings of another page or tab hold there too.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) apply();
  });
  window.addEventListener("storage", function (event) {
    if (event.key === "newsroom.sight") apply();
  });
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll(".nr-body a[href], .md-content__inner > :not(.nr) a[href]").forEach(function (link) {
      if (!link.hash || link.pathname !== location.pathname) link.setAttribute("data-nr-url", link.href);
    });
  });
})();
