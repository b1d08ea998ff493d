// The documents tab: folders are walked here, cards are selected here, every other click is sent to the server.
hoidap.documents = (() => {
  "use strict";
  const { one, all, confirmed, announce } = hoidap;
  const selected = new Set(); // ids of documents; kept while the list is filtered
  const EVENTS = { view: "select", reread: "retry", more: "expand", retry: "retry", dismiss: "clear", "dismiss-all": "clear", undo: "undo" };
  let viewed = null;
  let remove = () => {};
  let removing = false;

  function onAction(element, handle) {
    element.addEventListener("click", (event) => {
      const button = event.target.closest("[data-action]");
      // The second half of a double click may hit the card that has moved up meanwhile.
      if (button && event.detail < 2) handle(button, button.dataset);
    });
  }

  // ---- files and folders

  function filesOf(entry, path) {
    if (entry.isFile) {
      return new Promise((resolve) => entry.file((file) => resolve([named(file, path + file.name)]), () => resolve([])));
    }
    return children(entry.createReader()).then((found) =>
      Promise.all(found.map((each) => filesOf(each, `${path}${entry.name}/`))).then((lists) => lists.flat()));
  }

  // A folder tells its entries in parts; an empty part is the last.
  async function children(reader) {
    const found = [];
    for (;;) {
      const part = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
      if (!part.length) return found;
      found.push(...part);
    }
  }

  // The name that is sent carries the folders; the content is not copied.
  const named = (file, name) => new File([file], name, { type: file.type });
  const readable = (file) => {
    const suffixes = one(".hd-folder").dataset.suffixes.split(" ");
    return suffixes.some((suffix) => file.name.toLowerCase().endsWith(suffix));
  };

  function send(files) {
    const input = one("#hd-drop input[type=file]");
    if (!input || !files.length) return;
    const given = new DataTransfer();
    for (const file of files) given.items.add(file);
    input.files = given.files;
    input.dispatchEvent(new Event("change"));
  }

  // What cannot be read inside a folder is left out, as the command line does; a file dropped alone gets its reason.
  async function dropped(entries) {
    const lists = await Promise.all(entries.map((entry) => filesOf(entry, "").then((files) =>
      entry.isFile ? files : files.filter(readable))));
    send(lists.flat());
  }

  document.addEventListener("drop", (event) => {
    if (!(event.target instanceof Element) || !event.target.closest("#hd-drop")) return;
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.some((entry) => entry.isDirectory)) return;
    event.preventDefault();
    event.stopPropagation();
    one("#hd-drop .upload-container, #hd-drop button")?.dispatchEvent(new DragEvent("dragleave"));
    dropped(entries);
  }, true);

  function folder(element) {
    const input = document.createElement("input");
    input.type = "file";
    input.webkitdirectory = true;
    input.hidden = true;
    element.append(input);
    one("button", element).addEventListener("click", () => { input.value = ""; input.click(); });
    input.addEventListener("change", () => {
      send([...input.files].filter(readable).map((file) => named(file, file.webkitRelativePath || file.name)));
    });
  }

  function filters(element) {
    const button = one("button", element);
    button.addEventListener("click", () => {
      const open = one("#hd-filters").classList.toggle("hd-open");
      button.setAttribute("aria-expanded", String(open));
    });
  }

  // ---- the list

  const checks = () => all("#hd-list .hd-check");
  const isShown = (check) => check.checkVisibility();

  function paint() {
    for (const check of checks()) check.setAttribute("aria-checked", String(selected.has(check.dataset.document)));
    const bar = one(".hd-selection");
    bar.hidden = selected.size === 0;
    one(".hd-selected", bar).textContent = `Đã chọn ${selected.size}`;
  }

  function select(id) {
    if (!selected.delete(id)) selected.add(id);
    paint();
  }

  function view(button, data, trigger) {
    const version = data.document + data.version;
    const open = version === viewed && hoidap.sources.openDocument("document", data.document, button);
    viewed = version;
    if (!open) trigger("select", { document: data.document });
  }

  // What was deleted is gone from the list; the keyboard goes on at the undo.
  function list(element, trigger, watch) {
    remove = (documents) => {
      removing = true;
      trigger("delete", { documents });
      for (const id of documents) selected.delete(id);
      paint();
    };
    onAction(element, (button, data) => {
      if (data.action === "select") select(data.document);
      else if (data.action === "select-shown") { checks().filter(isShown).forEach((c) => selected.add(c.dataset.document)); paint(); }
      else if (data.action === "view") view(button, data, trigger);
      else if (data.action === "delete") remove([data.document]);
      else trigger(EVENTS[data.action], { ...data });
    });
    watch("value", () => requestAnimationFrame(() => {
      paint();
      // Gradio changes the cards in place: the focus would be on the button of another document.
      const undo = removing && one("[data-action=undo]");
      if (!undo) return;
      undo.focus({ preventScroll: true });
      removing = false;
    }));
  }

  function selection(element) {
    onAction(element, async (button, data) => {
      const documents = [...selected];
      if (data.action === "select-none") { selected.clear(); paint(); }
      else if (await confirmed(`${documents.length} tài liệu`)) remove(documents);
    });
  }

  function failed(element, trigger) {
    onAction(element, (button, data) => trigger(EVENTS[data.action], { ...data }));
  }

  function notice(element, trigger, watch) {
    onAction(element, (button, data) => trigger("undo", { key: data.key }));
    watch("value", () => requestAnimationFrame(() => {
      const shown = one(".hd-undo, .hd-notice", element);
      if (!shown) return;
      announce(shown.textContent);
    }));
  }

  return { folder, filters, list, selection, failed, notice };
})();
