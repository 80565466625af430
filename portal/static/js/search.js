/* Suggestions while somebody types into the search box, and pages that look again. Both work without this file. */
(function () {
  "use strict";

  var WAIT = 150;

  function combobox(input) {
    var form = input.form;
    var list = document.createElement("ul");
    var said = document.createElement("p");
    var options = [];
    var chosen = -1;
    var typed = "";
    var timer = null;
    var request = null;

    list.id = input.id + "-suggestions";
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.getAttribute("data-suggestions-label"));
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    input.parentNode.appendChild(list);
    input.parentNode.appendChild(said);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    function isOpen() {
      return !list.hidden;
    }

    function close() {
      list.hidden = true;
      chosen = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function forget() {
      window.clearTimeout(timer);
      if (request) {
        request.abort();
        request = null;
      }
    }

    function choose(place) {
      chosen = place;
      options.forEach(function (option, number) {
        option.setAttribute("aria-selected", number === place ? "true" : "false");
      });
      input.value = place < 0 ? typed : options[place].textContent;
      if (place < 0) {
        input.removeAttribute("aria-activedescendant");
      } else {
        input.setAttribute("aria-activedescendant", options[place].id);
      }
    }

    function send(text) {
      input.value = text;
      close();
      form.submit();
    }

    function show(words) {
      list.textContent = "";
      chosen = -1;
      options = words.map(function (word, number) {
        var option = document.createElement("li");
        option.id = list.id + "-" + number;
        option.className = "suggestions__option";
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = word;
        option.addEventListener("mousedown", function (event) {
          event.preventDefault(); /* the box keeps the focus */
        });
        option.addEventListener("click", function () {
          send(word);
        });
        list.appendChild(option);
        return option;
      });
      list.hidden = words.length === 0;
      input.setAttribute("aria-expanded", words.length ? "true" : "false");
      input.removeAttribute("aria-activedescendant");
      said.textContent = words.length
        ? input.getAttribute("data-suggestions-label") + " " + words.length
        : "";
    }

    function ask() {
      var asked = input.value.trim();
      if (!asked) {
        show([]);
        return;
      }
      request = new XMLHttpRequest();
      request.open("GET", input.getAttribute("data-suggest") + "?q=" + encodeURIComponent(asked.slice(0, 50)));
      request.onload = function () {
        var words = [];
        if (this.status === 200 && document.activeElement === input) {
          try {
            words = JSON.parse(this.responseText).suggestions;
          } catch (unreadable) {
            words = [];
          }
        }
        show(words);
      };
      request.send();
    }

    input.addEventListener("input", function (event) {
      typed = input.value;
      forget();
      if (!event.isComposing) {
        timer = window.setTimeout(ask, WAIT);
      }
    });
    input.addEventListener("compositionend", function () {
      typed = input.value;
      forget();
      timer = window.setTimeout(ask, WAIT);
    });
    input.addEventListener("keydown", function (event) {
      if (event.isComposing || !isOpen()) {
        return;
      }
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        var step = event.key === "ArrowDown" ? 1 : -1;
        var last = options.length - 1;
        event.preventDefault();
        choose(chosen + step > last ? -1 : chosen + step < -1 ? last : chosen + step);
      } else if (event.key === "Escape") {
        event.preventDefault();
        choose(-1);
        close();
      } else if (event.key === "Tab") {
        close();
      }
    });
    input.addEventListener("blur", function () {
      forget();
      close();
    });
    form.addEventListener("submit", function () {
      forget();
      close();
    });
  }

  if (document.querySelector && "isComposing" in InputEvent.prototype) {
    Array.prototype.forEach.call(document.querySelectorAll("input[data-suggest]"), combobox);
  }
  Array.prototype.forEach.call(document.querySelectorAll("[data-look-again]"), function (place) {
    window.setTimeout(function () {
      window.location.reload();
    }, Number(place.getAttribute("data-look-again")));
  });
})();
