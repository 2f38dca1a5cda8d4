// The JSON endpoints. The token and the name are kept here, in memory, and nowhere else.
import texts from "./texts.js";
import { byId, show } from "./dom.js";

const BASE = "console/api/";
const TIMEOUT = 20_000;
const known = new Map();
let token = null;
let by = null;

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, body) {
  const headers = { Accept: "application/json" };
  if (token !== null) {
    headers.Authorization = `Bearer ${token}`;
  }
  const before = method === "GET" ? known.get(path) : undefined;
  if (before) {
    headers["If-None-Match"] = before.etag;
  }
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
  }
  const answer = await fetch(BASE + path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    // The browser's own cache would make of a 304 a 200.
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT),
  });
  if (answer.status === 304 && before) {
    return before.value;
  }
  const text = await answer.text();
  let value = null;
  try {
    value = JSON.parse(text);
  } catch {
    value = { message: text.trim() };
  }
  if (!answer.ok) {
    throw new Refused(answer.status, value.message || `HTTP ${answer.status}`);
  }
  const etag = answer.headers.get("ETag");
  if (method === "GET" && etag && !path.includes("?")) {
    known.set(path, { etag, value });
  }
  return value;
}

/** The same object again if nothing has changed. */
export const get = (path) => call("GET", path);

/** Asks for the token, and again, if it is needed to look. */
export async function ask(path, body) {
  for (;;) {
    try {
      return await call("POST", path, body);
    } catch (failure) {
      if (failure.status !== 401 || !(await access(false, token !== null))) {
        throw failure;
      }
    }
  }
}

/** Does something, with token and name; null if somebody thought better of it. */
export async function act(path, body) {
  if ((token === null || by === null) && !(await access(true, false))) {
    return null;
  }
  for (;;) {
    try {
      return await call("POST", `do/${path}`, { ...body, by });
    } catch (failure) {
      if (failure.status !== 401) {
        throw failure;
      }
      token = null;
      if (!(await access(true, true))) {
        return null;
      }
    }
  }
}

let open = null;

/** Asks for what is missing; false if somebody cancels. One dialog at a time. */
export function access(acts, wrong) {
  if (open) {
    return open;
  }
  const dialog = byId("access");
  const form = byId("access-form");
  byId("access-by").hidden = !acts;
  form.elements.by.required = acts;
  form.elements.by.value = by ?? "";
  form.elements.token.value = token ?? "";
  show(byId("access-why"), (wrong ? `${texts.accessWrong} ` : "") + (acts ? texts.accessDo : texts.accessLook));
  open = new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        open = null;
        const given = dialog.returnValue === "ok";
        if (given) {
          token = form.elements.token.value;
          by = acts ? form.elements.by.value : by;
        }
        form.elements.token.value = "";
        resolve(given);
      },
      { once: true },
    );
  });
  dialog.returnValue = "";
  dialog.showModal();
  return open;
}

export const hasToken = () => token !== null;
