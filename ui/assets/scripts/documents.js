// The documents tab: an article that was sent before opens at once, deleting asks first.
hoidap.documents = (() => {
  "use strict";
  const { confirmed } = hoidap;

  async function act(button, trigger) {
    const id = button.dataset.document;
    if (button.dataset.action === "view") {
      if (!hoidap.sources.openDocument("document", id, button)) trigger("select", { document: id });
    } else if (await confirmed(button.dataset.title)) {
      trigger("delete", { document: id });
    }
  }

  return {
    list(element, trigger) {
      element.addEventListener("click", (event) => {
        const button = event.target.closest("[data-action]");
        if (button) act(button, trigger);
      });
    },
  };
})();
