// The settings tab: a slider says at once what its position means.
hoidap.preferences = (() => {
  "use strict";
  const { one, all, form } = hoidap;

  function moved(slider) {
    const box = slider.closest("fieldset");
    one(".hd-slider-value", box).textContent = slider.step === "1" ? slider.value
      : Number(slider.value).toFixed(2).replace(".", ",");
    const words = one("[data-sentences]", box);
    if (!words) return;
    const points = JSON.parse(words.dataset.sentences);
    const away = (point) => Math.abs(point[0] - slider.value);
    const [, sentence, across] = points.reduce((best, point) => (away(point) < away(best) ? point : best));
    if (words.textContent !== sentence) words.textContent = sentence;
    const mark = one(".hd-curve-mark", box);
    mark.setAttribute("x1", across);
    mark.setAttribute("x2", across);
  }

  // A new form is merged into the old one, whose fields keep what a hand has set.
  function reset(element) {
    for (const input of all("input", element)) {
      input.value = input.defaultValue;
      input.checked = input.defaultChecked;
      if (input.type === "range") moved(input);
    }
  }

  return {
    form(element, trigger, watch) {
      form(element, trigger);
      watch("value", () => reset(element));
      element.addEventListener("input", (event) => {
        if (event.target.type === "range") moved(event.target);
      });
    },
    speed(element, trigger) {
      element.addEventListener("click", (event) => {
        const button = event.target.closest("[data-action]");
        if (!button) return;
        button.disabled = true;
        trigger("select", {});
      });
    },
  };
})();
