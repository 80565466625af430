/* Comforts of booking. Every page works without this file. */
(function () {
  "use strict";

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  /* Another length or other equipment: show the free times at once, without the button. */
  each("select[data-look]", function (select) {
    select.addEventListener("change", function () {
      var button = select.form.querySelector("button[name=look]");
      if (button) {
        button.click();
      }
    });
  });

  /* Typing a time of one's own chooses it; choosing an offered one forgets what was typed. */
  each("[data-chooses]", function (place) {
    var name = place.getAttribute("data-chooses");
    var input = place.querySelector("input");
    var radios = document.querySelectorAll('input[type=radio][name="' + name + '"]');
    input.addEventListener("input", function () {
      Array.prototype.forEach.call(radios, function (radio) {
        radio.checked = radio.value === "own";
      });
    });
    Array.prototype.forEach.call(radios, function (radio) {
      radio.addEventListener("change", function () {
        if (radio.value !== "own") {
          input.value = "";
        }
      });
    });
  });

  /* The clock of a hold. The server decides; this only shows. */
  each("[data-countdown]", function (place) {
    var end = Date.now() + Number(place.getAttribute("data-countdown")) * 1000;
    var clock = place.querySelector("[data-clock]");

    function show() {
      var left = Math.round((end - Date.now()) / 1000);
      if (left <= 0) {
        place.textContent = place.getAttribute("data-over");
        place.className += " countdown--over";
        window.clearInterval(timer);
        return;
      }
      clock.textContent = Math.floor(left / 60) + ":" + ("0" + (left % 60)).slice(-2);
    }

    var timer = window.setInterval(show, 1000);
    place.hidden = false;
    show();
  });
})();
