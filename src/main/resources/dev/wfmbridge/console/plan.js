// What a pass would do now.
import texts from "./texts.js";
import { ask, get } from "./api.js";
import { byId, el, show } from "./dom.js";
import { Table } from "./table.js";
import { at } from "./time.js";

const LOOK = 1000;
const CHANGES = ["create", "restore", "remove", "write-back"];
const ACTIONS = ["create", "adopt", "restore", "remove", "write-back", "skip"];

export class Plan {
  constructor() {
    this.progress = byId("plan-progress");
    this.result = byId("plan-result");
    this.button = byId("make-plan");
    this.button.addEventListener("click", () => this.make());
  }

  /** Somebody else, or this page before, may have asked for one. */
  async load() {
    try {
      const job = await get("plan");
      if (job.state === "running") {
        await this.follow();
      } else if (job.state === "done") {
        this.tell(job);
      }
    } catch (failure) {
      this.trouble(failure);
    }
  }

  async make() {
    this.button.disabled = true;
    try {
      await ask("plan", {});
      await this.follow();
    } catch (failure) {
      this.trouble(failure);
    } finally {
      this.button.disabled = false;
    }
  }

  async follow() {
    this.button.disabled = true;
    this.result.replaceChildren();
    const bar = el("progress", { "aria-label": texts.progress });
    const line = el("p", {});
    this.progress.replaceChildren(el("p", {}, texts.planRunning), bar, line);
    try {
      for (;;) {
        const job = await get("plan");
        if (job.state !== "running") {
          this.progress.replaceChildren();
          if (job.state === "done") {
            this.tell(job);
          } else {
            show(this.progress, el("p", { class: "bad" }, job.state === "gave-way" ? texts.planGaveWay : texts.failed(job.message ?? job.state)));
          }
          return;
        }
        if (job.mapped > 0) {
          bar.max = job.mapped;
          bar.value = job.ended;
          line.textContent = texts.underWayEnded(job.ended, job.mapped);
        } else {
          line.textContent = texts.underWayReading(job.pagesRead ?? 0);
        }
        await new Promise((done) => setTimeout(done, LOOK));
      }
    } finally {
      this.button.disabled = false;
    }
  }

  trouble(failure) {
    show(this.progress, el("p", { class: "bad" }, failure.status ? failure.message : texts.unreachable));
  }

  tell(job) {
    const { plan } = job;
    const zendesk = plan.zendesk.default;
    const rows = Object.entries(plan.organizations).map(([name, one]) => ({ name, ...one, look: name }));
    const count = (row, action) => row.actions?.[action] ?? 0;
    const changes = rows.reduce((sum, row) => sum + CHANGES.reduce((n, action) => n + count(row, action), 0), 0);
    const requests = rows.reduce((sum, row) => sum + (row.predictedRequests ?? 0), zendesk.predictedRequests ?? 0);
    // Side by side, after Zendesk was read.
    const minutes = (zendesk.predictedMinutes ?? 0) + Math.max(0, ...rows.map((row) => row.predictedMinutes ?? 0));
    const table = new Table({
      caption: texts.planTable,
      key: (row) => row.name,
      look: (row) => row.look,
      sortedBy: "create",
      descending: true,
      columns: [
        { key: "name", head: texts.planColumns.name, by: (row) => row.name, cell: (row) => row.name },
        ...ACTIONS.map((action) => ({ key: action, head: texts.planColumns[action], numeric: true, by: (row) => count(row, action), cell: (row) => texts.number(count(row, action)) })),
        { key: "requests", head: texts.planColumns.requests, numeric: true, by: (row) => row.predictedRequests, cell: (row) => texts.number(row.predictedRequests) },
        { key: "minutes", head: texts.planColumns.minutes, numeric: true, by: (row) => row.predictedMinutes, cell: (row) => texts.minutesOf(row.predictedMinutes) },
      ],
    });
    table.set(rows);
    this.result.replaceChildren(
      el("p", { class: "headline" }, texts.planChanges(changes, requests, texts.aboutMinutes(minutes))),
      el("p", {}, texts.planAt(at(job.finishedAt))),
      plan.complete ? "" : el("p", { class: "bad" }, texts.planIncomplete),
      table.element,
      ...(segments(rows) ?? []),
    );
  }
}

/** The segments of one organisation at a time; of a first plan there are thousands. */
function segments(rows) {
  const listed = rows.filter((row) => row.segments.length > 0);
  if (listed.length === 0) {
    return null;
  }
  const columns = texts.planSegmentColumns;
  const table = new Table({
    caption: texts.planSegments,
    key: (segment) => segment.key,
    look: (segment) => segment.key,
    sortedBy: "action",
    columns: Object.keys(columns).map((key) => ({ key, head: columns[key], tight: key.endsWith("Id"), by: (segment) => segment[key] ?? "", cell: (segment) => String(segment[key] ?? "") })),
  });
  const leftOut = el("p", {});
  const select = el("select", {}, listed.map((row) => el("option", { value: row.name }, texts.counted(row.name, row.segments.length + (row.segmentsLeftOut ?? 0)))));
  const choose = () => {
    const row = listed.find((one) => one.name === select.value);
    table.set(row.segments.map((segment, place) => ({ ...segment, key: `${row.name}/${place}` })));
    leftOut.textContent = row.segmentsLeftOut ? texts.planLeftOut(row.segmentsLeftOut) : "";
  };
  select.addEventListener("change", choose);
  const most = listed.find((row) => CHANGES.some((action) => row.actions?.[action] > 0));
  select.value = (most ?? listed[0]).name;
  choose();
  return [
    el("h3", {}, texts.planSegments),
    el("form", { class: "filter", onsubmit: (event) => event.preventDefault() }, el("label", {}, el("span", {}, texts.organization), select)),
    table.element,
    leftOut,
  ];
}
