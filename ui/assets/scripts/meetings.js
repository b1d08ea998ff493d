// The meetings tab: what a click sends, and where the focus stands when the list was drawn anew.
hoidap.meetings = (() => {
  "use strict";
  const { one, all, wide, onClick } = hoidap;
  const trail = []; // what was opened, so that going back finds it again
  let last = null;
  let back = false;

  function click(button, trigger) {
    last = { ...button.dataset };
    back = last.action === "back";
    trigger(last.action === "ask" ? "click" : "select", last);
    if (last.action === "open") trail.push(last);
    else if (back) last = trail.pop() ?? null;
    else trail.length = 0;
  }

  const same = (one, other) => Object.keys(one).length === Object.keys(other).length
    && Object.entries(one).every(([name, value]) => other[name] === value);

  function focus(element) {
    if (!last) return;
    const heading = !back && last.action === "open" && one("[data-focus]", element);
    const again = all("[data-action]", element).find((button) => same(last, button.dataset));
    (heading || again || one("[aria-pressed=true]", element))?.focus();
    last = null;
  }

  // A page that was opened shows its first field in the article, as an answer does.
  function show(element) {
    const first = wide.matches && one(".hd-sheet a.hd-stated[href^='#cite-']", element);
    if (first) setTimeout(() => hoidap.sources.openCitation(key(first), null), 0);
  }

  const key = (link) => link.hash.slice("#cite-".length);

  onClick("a.hd-stated[href^='#cite-']", (link, event) => {
    event.preventDefault();
    for (const other of all("a.hd-stated.hd-active")) other.classList.remove("hd-active");
    link.classList.add("hd-active");
    hoidap.sources.openCitation(key(link), link);
  });

  return {
    load(element, trigger, watch) {
      element.addEventListener("click", (event) => {
        const button = event.target.closest("[data-action]");
        if (button) click(button, trigger);
      });
      watch("value", () => {
        focus(element);
        show(element);
      });
    },
  };
})();
