// Behaviour of the page that needs no server: the source panel, focus, announcements.
// It moves nodes that the server rendered and sets text; it never builds markup from text.
window.hoidap = (() => {
  "use strict";
  const stored = new Map(); // message -> the bundle of articles and citations sent for it
  const shown = { message: null, document: null, position: -1, opener: null };
  const wide = matchMedia("(min-width: 900px)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // ---- the source panel

  const references = (message) => all("ol > li[data-cite]", stored.get(message));

  function openCitation(key, opener) {
    const message = key.split("-")[0];
    if (!stored.has(message)) return;
    const position = references(message).findIndex((item) => item.dataset.cite === key);
    if (position < 0) return;
    showArticle(message, references(message)[position].dataset.document);
    shown.position = position;
    if (opener) shown.opener = opener;
    reveal();
    markActive(key);
  }

  function openDocument(message, id, opener) {
    if (!stored.has(message)) return false;
    if (!showArticle(message, id)) return false;
    shown.position = -1;
    if (opener) shown.opener = opener;
    reveal();
    markActive(null);
    body().scrollTop = 0;
    return true;
  }

  const body = () => one(".hd-panel-body");
  const sheet = () => one("#hd-right");
  let hint = null;

  function empty() {
    if (!hint) return;
    body().replaceChildren(hint);
    one(".hd-panel-buttons").hidden = true;
    shown.message = shown.document = null;
  }

  function showArticle(message, id) {
    const articles = all("article", stored.get(message));
    const article = articles.find((a) => a.dataset.document === id) || (id === null && articles[0]);
    if (!article) return false;
    hint ??= one(".hd-hint", body());
    body().replaceChildren(article.cloneNode(true));
    shown.message = message;
    shown.document = id;
    return true;
  }

  function markActive(key) {
    const marks = all("mark", body());
    for (const mark of marks) {
      mark.classList.toggle("hd-active", mark.dataset.cite.split(" ").includes(key));
    }
    const count = stored.has(shown.message) ? references(shown.message).length : 0;
    one(".hd-panel-buttons").hidden = key === null;
    one("[data-panel=prev]").disabled = shown.position <= 0;
    one("[data-panel=next]").disabled = shown.position >= count - 1;
    const first = marks.find((mark) => mark.classList.contains("hd-active"));
    if (first) requestAnimationFrame(() => scrollTo(first));
  }

  function scrollTo(mark) {
    const box = body();
    const top = mark.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
    box.scrollTo({ top: Math.max(0, top - box.clientHeight / 3), behavior: calm.matches ? "auto" : "smooth" });
  }

  function reveal() {
    sheet().classList.add("hd-open");
    if (!wide.matches && shown.opener) one(".hd-close").focus({ preventScroll: true });
  }

  function close() {
    sheet().classList.remove("hd-open");
    if (shown.opener && shown.opener.isConnected) shown.opener.focus({ preventScroll: true });
    shown.opener = null;
  }

  function step(by) {
    const item = references(shown.message)[shown.position + by];
    if (item) openCitation(item.dataset.cite, null);
  }

  async function copy(button) {
    const item = references(shown.message)[shown.position];
    if (!item) return;
    await toClipboard(item.dataset.copy);
    const label = button.textContent;
    if (label === button.dataset.done) return;
    button.textContent = button.dataset.done;
    announce(button.dataset.done);
    setTimeout(() => { button.textContent = label; }, 1600);
  }

  async function toClipboard(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }

  function panelAction(button) {
    const actions = { prev: () => step(-1), next: () => step(1), copy: () => copy(button), close };
    actions[button.dataset.panel]();
  }

  // ---- what the server sends

  function keep(element) {
    const bundle = one("[data-message]", element);
    if (!bundle) return;
    const message = bundle.dataset.message;
    stored.set(message, bundle.cloneNode(true));
    if (message === "document") {
      const article = one("article", bundle);
      openDocument(message, article.dataset.document || null, document.activeElement);
    } else if (wide.matches) {
      const first = references(message)[0];
      if (first) openCitation(first.dataset.cite, null);
      else empty();
    }
  }

  let said = "";
  function announce(text) {
    if (text && text !== said) one(".hd-announcer").textContent = said = text;
  }

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

  // ---- deleting asks first

  function confirmDeletion(title) {
    const dialog = one("dialog.hd-confirm");
    one(".hd-confirm-title", dialog).textContent = title;
    dialog.returnValue = "no";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  }

  async function documentAction(button, trigger) {
    const id = button.dataset.document;
    if (button.dataset.action === "view") {
      shown.opener = button;
      if (!openDocument("document", id, button)) trigger("select", { document: id });
    } else if (await confirmDeletion(button.dataset.title)) {
      trigger("delete", { document: id });
    }
  }

  // ---- one listener for clicks, one for keys

  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!(target instanceof Element)) return;
    const link = target.closest('a[href^="#"]');
    if (link && (link.matches(".cite") || link.dataset.document)) {
      event.preventDefault();
      if (link.dataset.document) openDocument(link.hash.slice("#document-".length), link.dataset.document, link);
      else openCitation(link.hash.slice("#cite-".length), link);
      return;
    }
    const card = target.closest(".hd-card[data-cite]");
    if (card && !target.closest("summary") && !String(getSelection())) openCitation(card.dataset.cite, one("a.cite", card));
    const button = target.closest("[data-panel]");
    if (button) panelAction(button);
    const answer = target.closest("[data-confirm]");
    if (answer) one("dialog.hd-confirm").close(answer.dataset.confirm);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !one("dialog[open]") && sheet().classList.contains("hd-open")) close();
  });

  document.documentElement.lang = "vi";

  return {
    sources(element, watch) { watch("value", () => keep(element)); },
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
    documents(element, trigger) {
      element.addEventListener("click", (event) => {
        const button = event.target.closest("[data-action]");
        if (button) documentAction(button, trigger);
      });
    },
  };
})();
