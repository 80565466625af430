/* The page of a class: seats that follow, and a clock to the opening by the server's time. Without it the page tells both. */
(function () {
  "use strict";

  var facts = document.querySelector("[data-seats]");
  var clock = document.querySelector("[data-countdown]");
  var EVERY = 15000;
  var opensAt = null; /* on this device's running clock, which nobody can set */

  if (!facts || !window.fetch || !window.performance) {
    return;
  }

  function two(number) {
    return (number < 10 ? "0" : "") + number;
  }

  function show(left) {
    var place = clock.querySelector("[data-left]");
    var days = Math.floor(left / 86400);
    var text = two(Math.floor(left / 3600) % 24) + ":" + two(Math.floor(left / 60) % 60) + ":" + two(left % 60);
    place.textContent = (days ? clock.getAttribute("data-days").replace("#", days) + " " : "") + text;
    place.hidden = false;
  }

  function tick() {
    var left = Math.ceil((opensAt - performance.now()) / 1000);
    if (left > 0) {
      show(left);
      window.setTimeout(tick, 250);
    } else {
      window.location.reload();
    }
  }

  function ask() {
    fetch(facts.getAttribute("data-seats"), { credentials: "same-origin" })
      .then(function (answer) {
        return answer.json();
      })
      .then(function (told) {
        facts.querySelector("[data-free]").textContent = told.free;
        facts.querySelector("[data-waiting]").textContent = told.waiting;
        if (clock && told.seconds !== null) {
          var first = opensAt === null;
          opensAt = performance.now() + 1000 * told.seconds;
          if (first) {
            tick();
          }
        } else if (clock) {
          window.location.reload();
        }
      })
      .catch(function () {
        /* the next time */
      });
  }

  ask();
  window.setInterval(ask, EVERY + Math.floor(Math.random() * 5000));
})();
