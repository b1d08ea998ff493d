// The chat tab: what is announced, where the page scrolls, the first screen.
hoidap.chat = (() => {
  "use strict";
  const { one, wide, calm, announce, onClick } = hoidap;

  let lastMessage = null;
  function follow(element) {
    const reply = one("[data-announce]", element);
    if (reply) announce(reply.dataset.announce);
    const exchange = one("[data-message]", element);
    const message = exchange ? exchange.dataset.message : null;
    if (message && message !== lastMessage) {
      exchange.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
    }
    lastMessage = message;
  }

  onClick(".hd-card[data-cite]", (card, event) => {
    if (event.target.closest("summary, a.cite") || String(getSelection())) return;
    hoidap.sources.openCitation(card.dataset.cite, one("a.cite", card));
  });

  return {
    current(element, watch) { watch("value", () => follow(element)); },
    welcome(element, trigger) {
      if (wide.matches) requestAnimationFrame(() => one("#hd-input textarea")?.focus({ preventScroll: true }));
      element.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (!button) return;
        if (button.dataset.example) trigger("select", { example: Number(button.dataset.example) });
        else trigger("click", {});
      });
    },
  };
})();
