// Why an agent is planned, or not. The address stays in the field and in the body of the question.
import texts from "./texts.js";
import { ask, get } from "./api.js";
import { byId, el, show } from "./dom.js";
import { at } from "./time.js";

const LOOK = 1000;

export class Why {
  constructor() {
    this.form = byId("why-form");
    this.answer = byId("why-answer");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.question();
    });
  }

  async question() {
    const who = this.form.elements.who.value.trim();
    const live = this.form.elements.live.checked;
    const button = this.form.querySelector("button");
    button.disabled = true;
    try {
      if (live) {
        show(this.answer, el("p", {}, texts.whyAsking), el("progress", { "aria-label": texts.whyAsking }));
      }
      let said = await ask("why", { who, live });
      if (live) {
        do {
          await new Promise((done) => setTimeout(done, LOOK));
          said = await get("why");
        } while (said.state === "running");
        this.live(said);
      } else {
        this.tell(said, texts.whyOf(at(said.at)));
      }
    } catch (failure) {
      show(this.answer, el("p", { class: "bad" }, failure.status ? failure.message : texts.unreachable));
    } finally {
      button.disabled = false;
    }
  }

  live(said) {
    if (said.state === "done") {
      this.tell(said.answer, texts.whyNow, said.answer.complete ? null : texts.whyIncomplete);
    } else {
      show(this.answer, el("p", { class: "bad" }, said.state === "gave-way" ? texts.whyGaveWay : texts.failed(said.message ?? said.state)));
    }
  }

  tell(said, when, warning = null) {
    show(
      this.answer,
      el("h3", {}, texts.whyFor(said.zendeskUserId)),
      el("p", {}, when, " ", nameButton(said.zendeskUserId)),
      warning ? el("p", { class: "bad" }, warning) : null,
      said.pairs.length === 0 ? el("p", {}, texts.whyNobody(said.zendeskUserId)) : said.pairs.map(pair),
    );
  }
}

function pair(one) {
  const facts = [
    [texts.whyAt, one.entryFile ? `${one.entryFile}:${one.entryLine}` : one.entryLine],
    [texts.whySegment, one.segmentId],
    [texts.whyUser, one.genesysUserId],
    [texts.whyStatus, one.status && one.wantedStatus && one.status !== one.wantedStatus ? texts.whyStatusDiffers(one.status, one.wantedStatus) : one.status],
  ].filter(([, value]) => value !== null && value !== undefined);
  return el(
    "article",
    {},
    el("h4", {}, texts.whyEntry(one.groupId, one.organization, one.scheduleId)),
    el("p", {}, el("strong", {}, [one.outcome, one.reason].filter(Boolean).join(", ")), one.detail ? ` (${one.detail})` : "", ". ", one.meaning),
    el("dl", {}, facts.map(([name, value]) => [el("dt", {}, name), el("dd", {}, String(value))])),
  );
}

/** One click asks for one name; it stands there until the page goes. */
function nameButton(zendeskId) {
  const place = el("span", { role: "status" });
  const click = async () => {
    try {
      place.textContent = (await ask("do/name", { zendeskId })).name;
    } catch (failure) {
      place.textContent = failure.status ? failure.message : texts.unreachable;
    }
  };
  place.append(el("button", { type: "button", class: "secondary small", onclick: click }, texts.whyName));
  return place;
}
