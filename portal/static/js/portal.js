/* Small comforts for people with JavaScript. Every page works without this file. */
(function () {
  "use strict";

  var root = document.documentElement;

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  /* Larger text: remembered here and in a cookie, so that the server can say it in the page. */
  function remembered() {
    try {
      return window.localStorage.getItem("large-text");
    } catch (refused) {
      return null;
    }
  }

  function remember(large) {
    try {
      window.localStorage.setItem("large-text", large ? "1" : "0");
    } catch (refused) {
      /* private windows refuse; the cookie still holds */
    }
    document.cookie = "large_text=" + (large ? "1" : "0") + "; path=/; max-age=31536000; SameSite=Lax";
  }

  function showLarge(large) {
    root.classList.toggle("large-text", large);
    each("[data-large-text]", function (control) {
      if (control.tagName === "BUTTON") {
        control.setAttribute("aria-pressed", large ? "true" : "false");
      }
    });
  }

  if (remembered() !== null) {
    showLarge(remembered() === "1");
  }
  each("[data-large-text-item]", function (item) {
    item.hidden = false;
  });
  each("[data-large-text]", function (control) {
    control.addEventListener("click", function (event) {
      var large = !root.classList.contains("large-text");
      event.preventDefault();
      remember(large);
      showLarge(large);
    });
  });

  /* The menu on the phone is a check box; people expect Enter to open it, too. */
  each(".menu-toggle", function (toggle) {
    toggle.addEventListener("keydown", function (event) {
      if (event.key === "Enter") {
        event.preventDefault();
        toggle.checked = !toggle.checked;
      }
    });
  });

  /* Filters fold away on a narrow screen. */
  if (window.matchMedia && window.matchMedia("(max-width: 767px)").matches) {
    each("[data-fold-on-phone]", function (details) {
      details.removeAttribute("open");
    });
  }

  each("[data-print]", function (control) {
    control.hidden = false;
    control.addEventListener("click", function () {
      window.print();
    });
  });

  each("[data-autosubmit-hide]", function (control) {
    control.hidden = true;
  });
  each("select[data-autosubmit]", function (select) {
    select.addEventListener("change", function () {
      select.form.submit();
    });
  });

  each("[data-focus]", function (place) {
    place.focus();
  });

  document.addEventListener("click", function (event) {
    var control = event.target.closest ? event.target.closest("[data-confirm]") : null;
    if (control && !window.confirm(control.getAttribute("data-confirm"))) {
      event.preventDefault();
      event.stopPropagation();
    }
  });

  /* A form is sent once. Fields stay enabled, so the pressed button's value is sent too. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("data-resubmit")) {
      return;
    }
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "");
    form.setAttribute("aria-busy", "true");
    window.setTimeout(function () {
      form.removeAttribute("data-sent");
      form.removeAttribute("aria-busy");
    }, 8000);
  });

  /* Coming back with the browser's button: the form may be sent again. */
  window.addEventListener("pageshow", function () {
    each("form[data-sent]", function (form) {
      form.removeAttribute("data-sent");
      form.removeAttribute("aria-busy");
    });
  });
})();
