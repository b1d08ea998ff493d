// Leaving, and what happens when a session has ended: the login page takes over.
(() => {
  "use strict";
  const toLogin = () => location.assign("/login");
  hoidap.onClick("[data-leave]", async () => {
    await fetch("/logout", { method: "POST", redirect: "manual" });
    toLogin();
  });

  const request = window.fetch;
  window.fetch = async (...given) => {
    const response = await request(...given);
    if (response.status === 401) toLogin();
    return response;
  };
})();
