// Refreshes the page while nobody is using it, every so many milliseconds (`data-every` of the script's tag).
const main = () => document.querySelector("main");
let pressed = false;
addEventListener("pointerdown", () => (pressed = true));
addEventListener("pointerup", () => (pressed = false));
addEventListener("submit", () => (pressed = true));
addEventListener("pageshow", () => (pressed = false));

const busy = () =>
  pressed ||
  document.hidden ||
  !getSelection().isCollapsed ||
  main().contains(document.activeElement) ||
  main().querySelector("details[open]");

const refresh = async () => {
  if (busy()) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer || busy()) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  if (fresh && !busy()) main().replaceWith(fresh);
};

setInterval(refresh, Number(document.currentScript.dataset.every));
