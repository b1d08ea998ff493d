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

  // What the server sends for the thread: one finished exchange, another conversation, or more of its past.
  function extend(element) {
    const sent = one("[data-thread]", element);
    if (!sent) return;
    const thread = one(".hd-thread");
    const nodes = [...sent.children];
    if (sent.dataset.thread === "append") thread.append(...nodes);
    if (sent.dataset.thread === "replace") {
      thread.replaceChildren(...nodes);
      hoidap.sources.forget(Number(sent.dataset.first));
      nodes.at(-1)?.scrollIntoView({ block: "start" });
    }
    if (sent.dataset.thread === "prepend") prepend(thread, nodes);
  }

  // What is being read stays where it is on screen.
  function prepend(thread, nodes) {
    one(".hd-earlier", thread)?.remove();
    const reading = thread.firstElementChild;
    const top = reading.getBoundingClientRect().top;
    thread.prepend(...nodes);
    scrollBy({ top: reading.getBoundingClientRect().top - top, behavior: "instant" });
    one("a.cite, .hd-earlier button", thread)?.focus({ preventScroll: true });
  }

  onClick(".hd-card[data-cite]", (card, event) => {
    if (event.target.closest("summary, a.cite") || String(getSelection())) return;
    hoidap.sources.openCitation(card.dataset.cite, one("a.cite", card));
  });

  return {
    past(element, watch) { watch("value", () => extend(element)); },
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
