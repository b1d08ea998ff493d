// What every tab shares: finding nodes, announcing, copying, asking before something is removed.
// The scripts move nodes that the server rendered and set text; none builds markup from text.
window.hoidap = (() => {
  "use strict";
  const wide = matchMedia("(min-width: 900px)");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  let said = "";
  function announce(text) {
    if (text && text !== said) one(".hd-announcer").textContent = said = text;
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

  // The button says for a moment that it was done (its data-done).
  async function copy(text, button) {
    await toClipboard(text);
    const label = button.textContent;
    if (label === button.dataset.done) return;
    button.textContent = button.dataset.done;
    announce(button.dataset.done);
    setTimeout(() => { button.textContent = label; }, 1600);
  }

  function confirmed(title) {
    const dialog = one("dialog.hd-confirm");
    one(".hd-confirm-title", dialog).textContent = title;
    dialog.returnValue = "no";
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
  }

  // Calls `handle(match, event)` for a click on anything that `selector` matches, wherever it is.
  function onClick(selector, handle) {
    document.addEventListener("click", (event) => {
      const match = event.target instanceof Element && event.target.closest(selector);
      if (match) handle(match, event);
    });
  }

  // A click on a [data-action] inside `element` sends its data attributes as one `select` event.
  function actions(element, trigger) {
    element.addEventListener("click", (event) => {
      const button = event.target.closest("[data-action]");
      if (button) trigger("select", { ...button.dataset });
    });
  }

  // Gradio's own labels that no translation reaches; an empty word takes the label off, where the content says it.
  const FOREIGN = ["aria-label", "title"];
  function translate(node) {
    for (const name of FOREIGN) {
      const word = window.hoidapWords[node.getAttribute(name)];
      if (word) node.setAttribute(name, word);
      else if (word === "") node.removeAttribute(name);
    }
  }

  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      if (type === "attributes") translate(target);
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        translate(node);
        all("[aria-label], [title]", node).forEach(translate);
      }
    }
  }).observe(document, { subtree: true, childList: true, attributeFilter: FOREIGN });

  // Light or dark: as the machine has it until a person chooses; the choice is all that the browser keeps of it.
  const THEME = "hoidap-theme";
  const isDark = () => document.body.classList.contains("dark");
  function theme(element) {
    const button = one("button", element);
    const dark = button.textContent;
    const show = () => { button.textContent = isDark() ? button.dataset.light : dark; };
    const chosen = localStorage.getItem(THEME);
    if (chosen) document.body.classList.toggle("dark", chosen === "dark");
    button.addEventListener("click", () => {
      localStorage.setItem(THEME, isDark() ? "light" : "dark");
      document.body.classList.toggle("dark");
    });
    new MutationObserver(show).observe(document.body, { attributeFilter: ["class"] });
    show();
  }

  // What the fields of a form hold, by name: text, the chosen radio, a list of the ticked boxes.
  function values(form) {
    const found = {};
    for (const field of all("[name]:enabled", form)) {
      if (field.type === "checkbox") {
        found[field.name] ??= [];
        if (field.checked) found[field.name].push(field.value);
      } else if (field.type !== "radio" || field.checked) {
        found[field.name] = field.value;
      }
    }
    return found;
  }

  // As `actions`, with the values of the [data-form] and its own data around the button.
  function form(element, trigger) {
    element.addEventListener("click", (event) => {
      const button = event.target.closest("[data-action]");
      if (!button) return;
      const around = button.closest("[data-form]");
      trigger("select", around ? { ...values(around), ...around.dataset, ...button.dataset } : { ...button.dataset });
    });
  }

  onClick("[data-confirm]", (button) => one("dialog.hd-confirm").close(button.dataset.confirm));
  document.documentElement.lang = "vi";

  return { wide, calm, one, all, announce, copy, confirmed, onClick, actions, values, form, theme };
})();
