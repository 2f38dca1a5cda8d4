// Begins here: texts into the page, the parts, and a look at the bridge every five seconds while somebody sees it.
import texts from "./texts.js";
import { access, hasToken } from "./api.js";
import { byId, show } from "./dom.js";
import { Glance, look } from "./glance.js";
import { Letters } from "./letters.js";
import { Plan } from "./plan.js";
import { span } from "./time.js";
import { Why } from "./why.js";

const EVERY = 5000;
const FORGET = 30_000;
const PARTS = ["glance", "why", "letters", "plan"];

for (const element of document.querySelectorAll("[data-text]")) {
  element.textContent = texts[element.dataset.text];
}
for (const element of document.querySelectorAll("[data-label]")) {
  element.setAttribute("aria-label", texts[element.dataset.label]);
}

let lastSeen = null;
let trouble = null;
let looking = null;
let timer = null;

let forget = null;
const told = (sentence) => {
  clearTimeout(forget);
  byId("told").textContent = sentence;
  forget = setTimeout(() => show(byId("told"), ""), FORGET);
};
const glance = new Glance(told, () => refresh());
const letters = new Letters(told, () => refresh(), () => glance.actions);
const plan = new Plan();
new Why();

/** One look at a time: whoever comes meanwhile waits for the one under way. */
function refresh() {
  looking ??= once().finally(() => {
    looking = null;
  });
  return looking;
}

async function once() {
  try {
    const { overview, passes } = await look();
    lastSeen = Date.now();
    trouble = null;
    byId("version").textContent = texts.version(overview.bridgeVersion);
    glance.set(overview, passes);
    requestAnimationFrame(() => setTimeout(() => performance.mark("drawn")));
  } catch (failure) {
    trouble = failure;
    if (failure.status === 401 && !byId("access").open) {
      const wrong = hasToken();
      access(false, wrong).then((given) => given && refresh());
    }
  }
  seen();
}

function seen() {
  const element = byId("seen");
  let text = texts.seenNow;
  if (trouble?.status === 401) {
    text = texts.seenRefused;
  } else if (trouble?.status === 503) {
    text = texts.busy;
  } else if (trouble) {
    text = lastSeen === null ? texts.seenNever : texts.seenAgo(span((Date.now() - lastSeen) / 1000));
  }
  element.classList.toggle("bad", trouble !== null);
  document.body.classList.toggle("stale", trouble !== null && trouble.status === undefined);
  show(element, text);
}

function tick() {
  clearTimeout(timer);
  if (document.visibilityState === "visible") {
    refresh().finally(() => {
      timer = setTimeout(tick, EVERY);
    });
  }
}

function part() {
  const named = location.hash.slice(1);
  const now = PARTS.includes(named) ? named : "glance";
  for (const id of PARTS) {
    byId(id).hidden = id !== now;
    const link = document.querySelector(`nav a[href="#${id}"]`);
    if (id === now) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  if (now === "letters") {
    letters.load();
  } else if (now === "plan") {
    plan.load();
  }
  document.title = now === "glance" ? "wfm-bridge" : `${texts[now]} · wfm-bridge`;
}

byId("access-cancel").addEventListener("click", () => byId("access").close("cancel"));
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
addEventListener("hashchange", () => {
  part();
  told("");
  byId("main").focus();
});
document.addEventListener("visibilitychange", tick);
part();
tick();
