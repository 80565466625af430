/* Tells that a post was opened, once in a browser window. Nothing of who it was is kept. */
(function () {
  "use strict";

  var form = document.querySelector("form[data-count-view]");
  if (!form || !window.fetch || !window.sessionStorage) {
    return;
  }
  var key = "read " + form.getAttribute("action");
  if (sessionStorage.getItem(key)) {
    return;
  }
  sessionStorage.setItem(key, "1");
  fetch(form.getAttribute("action"), { method: "POST", body: new FormData(form), credentials: "same-origin" }).catch(function () {});
})();
