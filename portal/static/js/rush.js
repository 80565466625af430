/* Knocks again by itself; without this file the button does it. */
(function () {
  "use strict";

  var form = document.querySelector("form[data-knock]");
  if (form) {
    window.setTimeout(function () {
      form.submit();
    }, 1000 * Number(form.getAttribute("data-knock")));
  }
})();
