// The source panel: opens a cited sentence in its article without asking the server.
hoidap.sources = (() => {
  "use strict";
  const { one, all, wide, calm, copy, onClick } = hoidap;
  const stored = new Map(); // message -> the bundle of articles and citations sent for it
  const shown = { message: null, document: null, position: -1, opener: null };
  const references = (message) => all("ol > li[data-cite]", stored.get(message));
  const body = () => one(".hd-panel-body");
  const sheet = () => one("#hd-right");
  let hint = null;

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

  function empty() {
    if (!hint) return;
    body().replaceChildren(hint);
    one(".hd-panel-buttons").hidden = one(".hd-where").hidden = true;
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
    const items = stored.has(shown.message) ? references(shown.message) : [];
    const count = items.length;
    one(".hd-panel-buttons").hidden = one(".hd-where").hidden = key === null;
    one(".hd-where").textContent = items[shown.position]?.dataset.where ?? "";
    one("[data-panel=prev]").disabled = shown.position <= 0;
    one("[data-panel=next]").disabled = shown.position >= count - 1;
    const first = marks.find((mark) => mark.classList.contains("hd-active"));
    if (first) requestAnimationFrame(() => scrollTo(first));
  }

  function scrollTo(mark) {
    const box = body();
    const place = mark.getBoundingClientRect();
    const top = place.top - box.getBoundingClientRect().top + box.scrollTop;
    const fromTheStart = top + place.height < 0.8 * box.clientHeight; // then the title is in view too
    box.scrollTo({ top: fromTheStart ? 0 : Math.max(0, top - box.clientHeight / 3), behavior: calm.matches ? "auto" : "smooth" });
  }

  function reveal() {
    sheet().classList.add("hd-open");
    if (!wide.matches && shown.opener) one(".hd-close").focus({ preventScroll: true });
  }

  function close() {
    sheet().classList.remove("hd-open");
    if (wide.matches) empty();
    if (shown.opener && shown.opener.isConnected) shown.opener.focus({ preventScroll: true });
    shown.opener = null;
  }

  function step(by) {
    const item = references(shown.message)[shown.position + by];
    if (item) openCitation(item.dataset.cite, null);
  }

  function copyCitation(button) {
    const item = references(shown.message)[shown.position];
    if (item) copy(item.dataset.copy, button);
  }

  // Another conversation is on screen: what was sent for messages before its first is of no use any more.
  function forget(first) {
    for (const message of stored.keys()) if (Number(message) < first) stored.delete(message);
    if (!stored.has(shown.message)) empty();
  }

  // A bundle that the server sent: kept for its message. On a wide screen the current one's first citation opens.
  function keep(bundle) {
    const message = bundle.dataset.message;
    stored.set(message, bundle.cloneNode(true));
    if (message === "document") {
      const article = one("article", bundle);
      openDocument(message, article.dataset.document || null, document.activeElement);
    } else if (wide.matches && one(`#hd-current [data-message="${message}"]`)) {
      const first = references(message)[0];
      if (first) openCitation(first.dataset.cite, null);
      else empty();
    }
  }

  const panel = { prev: () => step(-1), next: () => step(1), copy: copyCitation, close };
  onClick("[data-panel]", (button) => panel[button.dataset.panel](button));
  onClick("#hd-right", (panel, event) => { if (event.target === panel) close(); }); // beside the sheet
  onClick("a.cite", (link, event) => {
    event.preventDefault();
    openCitation(link.hash.slice("#cite-".length), link);
  });
  onClick('a[href^="#"][data-document]', (link, event) => {
    event.preventDefault();
    openDocument(link.hash.slice("#document-".length), link.dataset.document, link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !one("dialog[open]") && sheet().classList.contains("hd-open")) close();
  });

  return {
    openCitation,
    openDocument,
    forget,
    load(element, watch) { watch("value", () => all("[data-message]", element).forEach(keep)); },
  };
})();
