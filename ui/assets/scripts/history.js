// The kept conversations: the drawer, renaming in place, the address of the open one, print.
// The browser keeps nothing but the id of the open conversation.
hoidap.history = (() => {
  "use strict";
  const { one, all, wide, announce, onClick } = hoidap;
  const STORED = "hoidap-chat";
  const ADDRESS = /^#chat=([0-9a-f]{24})$/;
  const drawer = () => one("#hd-chats");
  const isOpen = () => drawer().classList.contains("hd-open");
  let send = () => {};
  let opener = null;
  let focusAfter = null; // what gets the focus when the list has been drawn again
  let name = "";

  // ---- the address
  function addressed() {
    const found = ADDRESS.exec(location.hash);
    return found ? found[1] : "";
  }

  function stored(id) {
    try {
      if (id === undefined) return localStorage.getItem(STORED) || "";
      if (id) localStorage.setItem(STORED, id);
      else localStorage.removeItem(STORED);
    } catch { /* a browser that keeps nothing: the address is enough */ }
    return "";
  }

  function remember(id, title) {
    name ||= document.title;
    document.title = title ? `${title} · ${name}` : name;
    one(".hd-print-title").textContent = title;
    stored(id);
    if (id !== addressed()) history.replaceState(history.state, "", id ? `#chat=${id}` : location.pathname + location.search);
  }

  // ---- the drawer
  function open(button) {
    opener = button;
    drawer().classList.add("hd-open");
    for (const part of all("#hd-header, #hd-main")) part.inert = true;
    one(wide.matches ? "#hd-chats-search :is(input, textarea)" : "[data-history=close]", drawer()).focus();
    send({ action: "list" });
  }

  function close() {
    drawer().classList.remove("hd-open");
    for (const part of all("#hd-header, #hd-main")) part.inert = false;
    opener?.focus({ preventScroll: true });
    opener = null;
  }

  function leave(data) {
    send(data);
    close();
    if (wide.matches) one("#hd-input textarea").focus({ preventScroll: true });
  }

  // ---- one conversation of the list
  function rename(row, button) {
    const opening = one(".hd-chat-open", row);
    const title = one(".hd-chat-title", row).textContent;
    const input = document.createElement("input");
    Object.assign(input, { type: "text", value: title, maxLength: 120, className: "hd-chat-name" });
    input.setAttribute("aria-label", button.dataset.label);
    one("details", row).open = false;
    opening.hidden = true;
    opening.before(input);
    input.focus();
    input.select();
    let finished = false; // taking a field away that has the focus blurs it once more
    const finish = (keep) => {
      if (finished) return;
      finished = true;
      const given = input.value.trim();
      opening.hidden = false;
      input.remove();
      opening.focus();
      if (!keep || !given || given === title) return;
      focusAfter = `[data-chat="${row.dataset.chat}"] .hd-chat-open`;
      send({ action: "rename", chat: row.dataset.chat, title: given });
    };
    input.addEventListener("blur", () => finish(true));
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); finish(true); } // else it presses what gets the focus
      if (event.key === "Escape") { event.stopPropagation(); finish(false); }
    });
  }

  function ask(row, asking) {
    one("details", row).hidden = asking;
    one(".hd-chat-confirm", row).hidden = !asking;
    if (!asking) one("details", row).open = true;
    one(asking ? "[data-action=keep]" : "[data-action=ask]", row).focus();
  }

  function removed(row) {
    const rows = all(".hd-chat");
    const next = rows[rows.indexOf(row) + 1] || rows[rows.indexOf(row) - 1];
    focusAfter = next ? `[data-chat="${next.dataset.chat}"] .hd-chat-open` : "[data-history=new]";
  }

  const local = {
    rename,
    ask: (row) => ask(row, true),
    keep: (row) => ask(row, false),
    open: (row) => leave({ action: "open", chat: row.dataset.chat }),
    delete: (row) => { removed(row); send({ action: "delete", chat: row.dataset.chat }); },
    more: () => {
      focusAfter = `.hd-chat-open >> ${all(".hd-chat").length}`;
      send({ action: "more" });
    },
  };

  function drawn(element) {
    const list = one(".hd-chats-list", element);
    if (list) remember(list.dataset.current, list.dataset.title);
    if (focusAfter && isOpen()) {
      const [selector, at] = focusAfter.split(" >> ");
      (all(selector, drawer())[Number(at || 0)] || one("[data-history=new]")).focus();
    }
    focusAfter = null;
  }

  // ---- print: all of the conversation, every source open
  async function print() {
    for (let button; (button = one(".hd-earlier button"));) {
      const left = new Promise((done) => {
        const watcher = new MutationObserver(() => button.isConnected || (watcher.disconnect(), done()));
        watcher.observe(one(".hd-thread"), { childList: true, subtree: true });
      });
      button.click();
      await left;
    }
    window.print();
  }

  let unfolded = [];
  function unfold(printing) {
    if (printing) unfolded.push(...all(".hd-exchange details:not([open])"));
    for (const details of unfolded) details.open = printing;
    if (!printing) unfolded = [];
  }
  matchMedia("print").addEventListener("change", (event) => unfold(event.matches));
  addEventListener("beforeprint", () => unfold(true));
  addEventListener("afterprint", () => unfold(false));

  const buttons = { open, close, print, new: () => leave({ action: "new" }) };
  onClick("[data-history]", (button) => buttons[button.dataset.history](button));
  document.addEventListener("click", (event) => {
    if (isOpen() && event.target.isConnected && !event.target.closest("#hd-chats, [data-history]")) close();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && isOpen()) close(); });
  addEventListener("hashchange", () => { if (addressed()) send({ action: "open", chat: addressed() }); });

  return {
    wanted: () => addressed() || stored(),
    note(element, watch) { watch("value", () => announce(element.textContent.trim())); },
    list(element, trigger, watch) {
      send = (data) => trigger("select", { ...data, shown: all(".hd-chat", element).length });
      drawer().setAttribute("role", "dialog");
      drawer().setAttribute("aria-modal", "true");
      drawer().setAttribute("aria-label", one("h2", drawer()).textContent);
      element.addEventListener("click", (event) => {
        const button = event.target.closest("[data-action]");
        if (button) local[button.dataset.action](button.closest(".hd-chat"), button);
      });
      watch("value", () => drawn(element));
    },
  };
})();
