// The quality tab and the dialog "Báo sai", which any answer opens.
hoidap.quality = (() => {
  "use strict";
  const { one, all, calm, values, announce, onClick } = hoidap;
  let flagged = null; // the button that opened the dialog
  let send = null;
  const sheet = () => one("dialog.hd-flag-dialog");
  const say = (line) => { one(".hd-flag-problem", sheet()).textContent = line; };

  onClick("[data-flag]", (button) => {
    flagged = button;
    const dialog = sheet();
    for (const box of all("input", dialog)) box.checked = false;
    for (const area of all("textarea", dialog)) area.value = "";
    say("");
    dialog.showModal();
  });
  onClick("[data-flag-close]", () => sheet().close());
  onClick("[data-flag-send]", (button) => {
    const complaint = values(sheet());
    if (!complaint.wrong) say(button.dataset.flagSend);
    else send("select", { ...complaint, message: flagged.dataset.flag });
  });

  function told(element) {
    const line = one("[data-done]", element);
    if (!line) return;
    const { done, message } = line.dataset;
    // The answer may come late: the dialog is then closed, or open for another message.
    const open = sheet().open && flagged.dataset.flag === message;
    if (done === "no") {
      if (open) say(line.textContent);
      else announce(line.textContent);
      return;
    }
    if (open) sheet().close();
    announce(line.textContent);
    for (const button of all("[data-flag]").filter((one) => one.dataset.flag === message)) {
      button.textContent = button.dataset.done;
      button.disabled = true;
    }
  }

  function confirmed(title) {
    const dialog = one("dialog.hd-flag-delete");
    one(".hd-dialog-title", dialog).textContent = title;
    dialog.returnValue = "no";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  }
  onClick("[data-close]", (button) => button.closest("dialog").close(button.dataset.close));

  return {
    dialog(element, trigger) { send = trigger; },
    outcome(element, watch) { watch("value", () => told(element)); },
    flags(element, trigger) {
      element.addEventListener("click", async (event) => {
        const button = event.target.closest("[data-action]");
        if (!button) return;
        const { action, key, title } = button.dataset;
        if (action !== "delete" || await confirmed(title)) trigger("select", { action, key });
      });
    },
    question(element, trigger, watch) {
      hoidap.form(element, trigger);
      element.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || event.target.name !== "words") return;
        event.preventDefault();
        one("[data-action=search]", element).click();
      });
      let open = null;
      watch("value", () => {
        const form = one("[data-form]", element);
        const key = form ? form.dataset.key : null;
        if (form && key !== open) {
          form.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
          one("textarea", form).focus({ preventScroll: true });
        }
        open = key;
      });
    },
  };
})();
