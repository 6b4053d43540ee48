"use strict";
(() => {
  const artifacts = [...document.querySelectorAll("details.artifact")];
  const help = document.getElementById("keys");
  const single = document.getElementById("single");
  const byId = (id) => document.getElementById(id);

  const show = (artifact) => {
    artifact.open = true;
    artifact.scrollIntoView();
    artifact.firstElementChild.focus({ preventScroll: true });
  };
  const step = (by) => {
    const here = artifacts.findIndex((artifact) => artifact.contains(document.activeElement));
    const next = artifacts[here < 0 ? (by > 0 ? 0 : artifacts.length - 1) : here + by];
    if (next) {
      next.scrollIntoView();
      next.firstElementChild.focus({ preventScroll: true });
    }
  };
  const all = (open) => artifacts.forEach((artifact) => { artifact.open = open; });
  const turn = (...ids) => {
    const here = ids.findIndex((id) => byId(id).checked);
    byId(ids[(here + 1) % ids.length]).checked = true;
  };
  const named = () => {
    const artifact = byId(location.hash.slice(1));
    if (artifacts.includes(artifact)) show(artifact);
  };
  const actions = {
    j: () => step(1), n: () => step(1),
    k: () => step(-1), p: () => step(-1),
    e: () => all(true),
    c: () => all(false),
    s: () => { const first = document.querySelector("nav a"); if (first) first.focus(); },
    v: () => turn("inline", "split"),
    t: () => turn("auto", "light", "dark"),
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const { key } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || help.open) return;
    if (!Object.hasOwn(actions, key) || (key !== "?" && !single.checked)) return;
    event.preventDefault();
    actions[key]();
  });
  document.querySelector(".buttons").hidden = false;
  byId("expand").addEventListener("click", actions.e);
  byId("collapse").addEventListener("click", actions.c);
  byId("ask").addEventListener("click", actions["?"]);
  byId("close").addEventListener("click", () => help.close());
  document.querySelector("nav").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    // The browser would follow the link later, and take the focus away until then; a second click it ignores.
    event.preventDefault();
    if (link.hash !== location.hash) history.pushState(null, "", link.hash);
    named();
  });
  window.addEventListener("hashchange", named);
  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = artifacts.filter((artifact) => !artifact.open);
    all(true);
  });
  window.addEventListener("afterprint", () => closed.forEach((artifact) => { artifact.open = false; }));
  named();
})();
