// The chat tab: what is announced, where the page scrolls, the thread, the composer and its keys.
hoidap.chat = (() => {
  "use strict";
  const { one, all, wide, calm, announce, copy, onClick } = hoidap;
  const field = () => one("#hd-input textarea");

  let lastMessage = null;
  function follow(element) {
    const reply = one("[data-announce]", element);
    if (reply) announce(reply.dataset.announce);
    const exchange = one("[data-message]", element);
    const message = exchange ? exchange.dataset.message : null;
    if (message && message !== lastMessage) {
      // In the next frame: the thread has then taken the exchange before, which moves this one down.
      requestAnimationFrame(() => {
        one("[data-message]", element)?.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
      });
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

  // ---- a claim, its chips, its cards and its marks light up together
  const LIT = "hd-lit";
  const holder = (target) => target instanceof Element && target.closest("a.cite, .hd-claim, .hd-card");
  function keysOf(node) {
    if (node.matches("a.cite")) return [node.hash.slice("#cite-".length)];
    return (node.dataset.cites || node.dataset.cite || "").split(" ");
  }
  function light(target) {
    for (const node of all(`.${LIT}`)) node.classList.remove(LIT);
    const node = holder(target);
    if (!node) return;
    const keys = keysOf(node);
    const places = [...all(".hd-claim, .hd-card", node.closest(".hd-exchange") || node), ...all(".hd-panel mark")];
    for (const place of places) place.classList.toggle(LIT, keysOf(place).some((key) => keys.includes(key)));
  }
  for (const event of ["mouseover", "focusin"]) document.addEventListener(event, (e) => light(e.target));

  // ---- the composer
  function compose(text) {
    const area = field();
    area.value = text;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
    area.setSelectionRange(text.length, text.length);
  }

  function recall() {
    const last = one("#hd-current .hd-question") || all("#hd-past .hd-question").at(-1);
    if (last) compose(last.textContent);
  }

  // Twice a frame: the widget takes the text over, then the button sends it.
  function again(button) {
    compose(one(".hd-question", button.closest(".hd-exchange")).textContent);
    requestAnimationFrame(() => requestAnimationFrame(() => one("#hd-send")?.click()));
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !field()?.offsetParent) return;
    const typing = event.target.matches("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !one("dialog[open]")) {
      event.preventDefault();
      field().focus();
    }
    if (event.key === "ArrowUp" && event.target === field() && !field().value) {
      event.preventDefault();
      recall();
    }
  });

  // What is being typed is looked up when the typing pauses, so that its evidence is there when it is sent.
  const PAUSE = 350;
  const SHORTEST = 8;
  let pause = 0;
  function foresee(trigger) {
    document.addEventListener("input", (event) => {
      if (event.target !== field()) return;
      clearTimeout(pause);
      pause = setTimeout(() => {
        const question = field()?.value.trim() ?? "";
        if (question.length >= SHORTEST) trigger("input", { question });
      }, PAUSE);
    });
  }

  onClick(".hd-card[data-cite]", (card, event) => {
    if (event.target.closest("details, a.cite") || String(getSelection())) return;
    hoidap.sources.openCitation(card.dataset.cite, one("a.cite", card));
  });
  onClick("[data-edit]", (button) => compose(button.dataset.edit));
  onClick("[data-again]", again);
  onClick("[data-copies]", (button) => copy(button.dataset.copies, button));

  return {
    past(element, watch) { watch("value", () => extend(element)); },
    current(element, trigger, watch) {
      watch("value", () => follow(element));
      foresee(trigger);
    },
    scope(element, trigger, watch) {
      element.addEventListener("click", (event) => {
        if (!event.target.closest("[data-action=leave]")) return;
        trigger("delete", {});
        field()?.focus();
      });
      onClick("[data-everywhere]", (button) => trigger("select", { question: button.dataset.everywhere }));
      watch("value", () => { if (one(".hd-scope", element)) setTimeout(() => field()?.focus(), 0); });
    },
    welcome(element, trigger) {
      if (wide.matches) requestAnimationFrame(() => field()?.focus({ preventScroll: true }));
      element.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (!button) return;
        if (button.dataset.example) trigger("select", { example: button.dataset.example });
        else trigger("click", {});
      });
    },
  };
})();
