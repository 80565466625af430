/* Comforts of writing a post. The form works without this file. */
(function () {
  "use strict";

  var PAUSE = 800;
  var ONE_WAY = { purchase: "need", processing: "need", technology: "need", supply: "offer", capacity: "offer", stock: "offer" };
  var form = document.querySelector("form[data-preview]");
  if (!form) {
    return;
  }

  function each(selector, act) {
    Array.prototype.forEach.call(form.querySelectorAll(selector), act);
  }

  function chosen(name) {
    var field = form.querySelector('[name="' + name + '"]:checked') || form.querySelector('select[name="' + name + '"]');
    return field ? field.value : "";
  }

  /* What belongs to other kinds of posts, or to selected readers, is hidden; what is typed there is kept. */
  function showFitting() {
    each("[data-only]", function (place) {
      place.hidden = place.getAttribute("data-only").split(" ").indexOf(chosen("type")) < 0 && !place.querySelector(".field__error");
    });
    each("[data-visibility]", function (place) {
      place.hidden = place.getAttribute("data-visibility") !== chosen("visibility") && !place.querySelector(".field__error");
    });
  }

  form.querySelector('[name="type"]').addEventListener("change", function (event) {
    var way = ONE_WAY[event.target.value];
    var radio = way && form.querySelector('[name="direction"][value="' + way + '"]');
    if (radio) {
      radio.checked = true;
    }
  });
  form.addEventListener("change", showFitting);
  showFitting();

  /* More rows of the specification without a way to the server: a copy of the last one, emptied. */
  var rows = form.querySelector("[data-rows]");
  var more = form.querySelector('button[name="more"]');
  more.addEventListener("click", function (event) {
    var count = rows.children.length;
    if (count >= 30) {
      return;
    }
    event.preventDefault();
    var row = rows.lastElementChild.cloneNode(true);
    Array.prototype.forEach.call(row.querySelectorAll("input, label"), function (part) {
      ["id", "name", "for"].forEach(function (name) {
        if (part.hasAttribute(name)) {
          part.setAttribute(name, part.getAttribute(name).replace(/specs-\d+-/, "specs-" + count + "-"));
        }
      });
      if (part.tagName === "INPUT") {
        part.value = "";
        part.removeAttribute("value");
        part.removeAttribute("aria-describedby");
        part.removeAttribute("aria-invalid");
      }
    });
    Array.prototype.forEach.call(row.querySelectorAll(".field__notes, .field__marked"), function (note) {
      note.parentNode.removeChild(note);
    });
    rows.appendChild(row);
    row.querySelector("input").focus();
  });

  /* The preview follows what is typed, a moment later; pictures stay here. */
  var preview = document.getElementById("preview");
  var timer = null;
  var asked = 0;

  function follow() {
    var data = new FormData(form);
    var number = ++asked;
    data.delete("pictures");
    window.fetch(form.getAttribute("data-preview"), { method: "POST", body: data, credentials: "same-origin" }).then(function (answer) {
      return answer.ok ? answer.json() : null;
    }).then(function (told) {
      if (told !== null && number === asked) {
        preview.innerHTML = told.html;
      }
    }, function () {
      /* without a connection the form goes on as it is */
    });
  }

  if (window.fetch && window.FormData && FormData.prototype["delete"]) {
    form.addEventListener("input", function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(follow, PAUSE);
    });
  }
})();
