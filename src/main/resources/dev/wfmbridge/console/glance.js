// At a glance: one sentence, the passes before and after, each organisation.
import texts from "./texts.js";
import { act, get } from "./api.js";
import { byId, el, show } from "./dom.js";
import { Passes } from "./chart.js";
import { Table } from "./table.js";
import { at, since, until } from "./time.js";

const URGENT = ["halted", "suspended", "places", "letters", "held", "in-step", "idle"];
const skippedOf = (row) => Object.values(row.outcomes.skipped ?? {}).reduce((sum, n) => sum + n, 0);

/** What an organisation is most of all. */
export function stateOf(row) {
  if (row.suspended) {
    return "suspended";
  }
  if (row.halted) {
    return "halted";
  }
  if (Object.keys(row.haltedSchedules ?? {}).length > 0) {
    return "places";
  }
  if ((row.outcomes["dead-lettered"] ?? 0) > 0) {
    return "letters";
  }
  if ((row.outcomes.held ?? 0) > 0) {
    return "held";
  }
  return row.mapped === 0 ? "idle" : "in-step";
}

function stateCell(row) {
  const state = stateOf(row);
  const halts = Object.entries(row.haltedSchedules ?? {});
  return [
    el("span", { class: `state state-${state}` }, el("span", { "aria-hidden": "true" }, `${texts.marks[state]} `), row.halted ? `${texts.states[state]}, ${row.halted.reason}` : texts.states[state]),
    row.halted ? el("p", {}, row.halted.message, " ", el("strong", {}, row.halted.nextStep)) : null,
    halts.slice(0, 3).map(([place, halt]) => el("p", {}, texts.place(place), " ", halt.message, " ", el("strong", {}, halt.nextStep))),
    halts.length > 3 ? el("p", {}, texts.moreHalts(halts.length - 3)) : null,
    row.removals?.refused > 0 ? el("p", {}, texts.refusedRemovals(row.removals.refused)) : null,
    row.stuckPending > 0 ? el("p", {}, texts.stuckPending(row.stuckPending)) : null,
  ];
}

export class Glance {
  constructor(told, refresh) {
    this.told = told;
    this.refresh = refresh;
    this.filter = byId("organizations-filter");
    this.passes = new Passes(byId("passes"));
    this.actions = false;
    const columns = texts.columns;
    const numeric = (key, value, cell) => ({ key, head: columns[key], numeric: true, by: value, cell: cell ?? ((row) => texts.number(value(row))) });
    this.table = new Table({
      caption: texts.organizationsTable,
      key: (row) => row.name,
      look: (row) => row.look,
      sortedBy: "state",
      columns: [
        { key: "name", head: columns.name, by: (row) => row.name, cell: (row) => [row.name, row.process ? el("small", {}, texts.servedBy(row.process)) : null, row.partSince ? el("small", {}, texts.partWaits(since(row.partSince))) : null] },
        { key: "state", head: columns.state, by: (row) => URGENT.indexOf(stateOf(row)), cell: stateCell },
        numeric("mapped", (row) => row.mapped),
        numeric("created", (row) => row.outcomes.created ?? 0),
        numeric("present", (row) => row.outcomes.present ?? 0),
        numeric("held", (row) => row.outcomes.held ?? 0),
        numeric("dead", (row) => row.outcomes["dead-lettered"] ?? 0),
        numeric("skipped", skippedOf, (row) => [
          texts.number(skippedOf(row)),
          Object.entries(row.outcomes.skipped ?? {}).map(([reason, n]) => el("small", {}, `${reason} ${texts.number(n)}`)),
        ]),
        numeric(
          "quota",
          (row) => (row.quota ? row.quota.used / Math.max(1, row.quota.allowed) : 0),
          (row) => (row.quota ? texts.quota(row.quota.used, row.quota.allowed, row.quota.perSeconds) : ""),
        ),
        numeric(
          "oldest",
          (row) => (row.oldestChange ? Date.now() - new Date(row.oldestChange).getTime() : 0),
          (row) => (row.oldestChange ? texts.ago(since(row.oldestChange)) : ""),
        ),
        {
          key: "action",
          head: columns.action,
          cell: (row) => {
            const label = row.suspended ? texts.resumeOf(row.name) : texts.suspendOf(row.name);
            const path = row.suspended ? "resume" : "suspend";
            return el("button", { type: "button", class: "secondary small", "aria-label": label, onclick: () => this.act(path, { organization: row.name }) }, row.suspended ? texts.resume : texts.suspend);
          },
        },
      ],
    });
    byId("organizations").append(this.table.element);
    const select = this.filter.elements.state;
    select.append(el("option", { value: "" }, texts.allStates), ...URGENT.map((state) => el("option", { value: state }, texts.states[state])));
    this.filter.addEventListener("input", () => this.fill());
    this.filter.addEventListener("submit", (event) => event.preventDefault());
    byId("start-pass").addEventListener("click", () => this.act("pass", {}));
  }

  async act(path, body) {
    if (!this.actions) {
      this.told(texts.cannotDo);
      return;
    }
    try {
      const done = await act(path, body);
      if (done) {
        this.told(done.message);
        await this.refresh();
      }
    } catch (failure) {
      this.told(texts.failed(failure.message));
    }
  }

  set(overview, passes) {
    this.actions = overview.actions;
    if (overview !== this.overview) {
      this.rows = overview.organizations.map((row) => ({ ...row, look: JSON.stringify(row), search: `${row.name} ${row.halted ? `${row.halted.reason} ${row.halted.message}` : ""}`.toLowerCase() }));
      this.overview = overview;
      this.fill();
    }
    this.sentence(overview);
    this.passes.set(passes);
  }

  fill() {
    const name = this.filter.elements.name.value.trim().toLowerCase();
    const state = this.filter.elements.state.value;
    const rows = (this.rows ?? []).filter((row) => (name === "" || row.search.includes(name)) && (state === "" || stateOf(row) === state));
    this.table.set(rows, this.rows?.length ?? 0);
  }

  sentence(overview) {
    const { last, underWay } = overview;
    const zendesk = last?.zendesk?.default ?? {};
    const halted = overview.organizations.filter((row) => row.halted);
    const lines = [];
    if (!last) {
      lines.push(el("p", { class: "headline" }, texts.stateNone));
    } else if (last.exitCode === 0) {
      const begun = overview.inStepSince ?? last.finishedAt;
      lines.push(el("p", { class: "headline good" }, el("span", { "aria-hidden": "true" }, "✓ "), texts.stateInStep(at(begun), since(begun))));
    } else {
      const dead = overview.organizations.reduce((sum, row) => sum + (row.outcomes["dead-lettered"] ?? 0), 0);
      const text = last.exitCode === 3 ? texts.stateLetters(dead) : last.exitCode === 2 ? texts.stateIncomplete : texts.stateRefused;
      const next = last.exitCode === 3 ? texts.stateLettersNext : null;
      lines.push(el("p", { class: "headline bad" }, el("span", { "aria-hidden": "true" }, "! "), text, next ? [" ", el("a", { href: "#letters" }, next)] : null));
    }
    if (zendesk.halted) {
      lines.push(halt(texts.zendesk, zendesk.halted));
    }
    if (last?.exitCode === 2 && halted.length > 0) {
      lines.push(el("p", {}, texts.stateHalted(halted.length, overview.organizations.length)));
    }
    halted.slice(0, 3).forEach((row) => lines.push(halt(row.name, row.halted)));
    if (halted.length > 3) {
      lines.push(el("p", {}, texts.moreHalts(halted.length - 3)));
    }
    (zendesk.missingEntries ?? []).slice(0, 5).forEach((entry) => lines.push(el("p", {}, texts.missingGroup(entry.zendeskGroup, entry.line), " ", el("strong", {}, texts.missingGroupNext))));
    show(byId("state"), lines);
    // Not said aloud each time: it changes with every look.
    const more = [];
    if (underWay) {
      const done = underWay.mapped > 0;
      more.push(
        el("p", {}, texts.underWay(texts.triggers[underWay.trigger] ?? underWay.trigger, at(underWay.startedAt)), " ", done ? texts.underWayEnded(underWay.ended, underWay.mapped) : texts.underWayReading(underWay.pagesRead)),
        el("progress", { "aria-label": texts.progress, max: done ? underWay.mapped : null, value: done ? underWay.ended : null }),
      );
    }
    if (last?.finishedAt) {
      more.push(el("p", {}, texts.lastPass(at(last.finishedAt), texts.ago(since(last.finishedAt)), texts.triggers[last.trigger] ?? last.trigger)));
    }
    const sharing = overview.sharing;
    if (sharing) {
      more.push(el("p", {}, texts.sharing(sharing.process, sharing.ownedPartitions), " ", texts.parts(sharing.partsWaiting + sharing.recordsBehind, sharing.oldestPartSince ? since(sharing.oldestPartSince) : null)));
    }
    if (sharing && Date.now() - Date.parse(sharing.kafkaHeardAt) > 15000) {
      more.push(el("p", {}, el("strong", {}, texts.kafkaSilent(since(sharing.kafkaHeardAt)))));
    }
    if (sharing && sharing.reader !== sharing.process) {
      more.push(el("p", {}, sharing.reader ? texts.readBy(sharing.reader) : el("strong", {}, texts.readByNone)));
    } else {
      more.push(el("p", {}, overview.nextPassAt ? texts.nextPass(at(overview.nextPassAt), until(overview.nextPassAt)) : texts.noNextPass));
    }
    const warnings = last?.warnings ?? [];
    if (warnings.length > 0) {
      more.push(el("h3", {}, texts.warnings), el("ul", {}, warnings.map((warning) => el("li", {}, warning))));
    }
    show(byId("state-more"), more);
  }
}

function halt(who, { reason, message, nextStep }) {
  return el("p", {}, texts.haltedBecause(who, reason), " ", message, " ", el("strong", {}, nextStep));
}

export const look = async () => {
  const [overview, passes] = await Promise.all([get("overview"), get("passes")]);
  return { overview, passes: passes.passes };
};
