// The dead letters, and their replay.
import texts from "./texts.js";
import { act, get } from "./api.js";
import { byId, el } from "./dom.js";
import { Table } from "./table.js";
import { at } from "./time.js";

export class Letters {
  constructor(told, refresh, actions) {
    this.told = told;
    this.refresh = refresh;
    this.actions = actions;
    this.form = byId("letters-filter");
    this.chosen = new Map();
    this.letters = [];
    const heads = texts.letterColumns;
    this.everything = el("input", { type: "checkbox", "aria-label": texts.letterChooseAll, onchange: () => this.chooseAll(this.everything.checked) });
    this.table = new Table({
      caption: texts.lettersTable,
      key: (letter) => `${letter.organization}/${letter.segment.segmentId}`,
      look: (letter) => letter.look,
      sortedBy: "organization",
      columns: [
        { key: "choose", head: heads.choose, headCell: el("label", {}, this.everything, " ", heads.choose), plain: true, cell: (letter) => this.choice(letter) },
        { key: "organization", head: heads.organization, by: (letter) => letter.organization, cell: (letter) => letter.organization },
        { key: "code", head: heads.code, tight: true, by: (letter) => letter.code, cell: (letter) => letter.code },
        { key: "agent", head: heads.agent, tight: true, by: (letter) => letter.source.userId ?? 0, cell: (letter) => String(letter.source.userId ?? "") },
        { key: "said", head: heads.said, cell: said },
        { key: "last", head: heads.last, tight: true, by: (letter) => letter.evidence.lastAt, cell: (letter) => at(letter.evidence.lastAt) },
      ],
    });
    this.more = el("button", { type: "button", class: "secondary", hidden: true, onclick: () => this.load(true) }, texts.lettersMore);
    byId("letters-list").append(this.table.element, this.more);
    this.form.addEventListener("input", () => this.load());
    this.form.addEventListener("submit", (event) => event.preventDefault());
    byId("replay-all").textContent = texts.replayAll;
    byId("replay-all").addEventListener("click", () => this.replay({}));
    byId("replay-chosen").addEventListener("click", () => this.replay({ segments: [...this.chosen.values()].map((letter) => letter.segment.segmentId) }));
    this.buttons();
  }

  filter() {
    const { organization, code } = this.form.elements;
    return Object.fromEntries([["organization", organization.value], ["code", code.value]].filter(([, value]) => value !== ""));
  }

  async load(further = false) {
    const query = new URLSearchParams(this.filter());
    if (further && this.next) {
      query.set("after", this.next);
    }
    try {
      const page = await get(`letters?${query}`);
      this.next = page.next;
      this.options(page.counts);
      const read = page.letters.map((letter) => ({ ...letter, look: JSON.stringify(letter) }));
      this.letters = further ? [...this.letters, ...read] : read;
      if (!further) {
        this.chosen.clear();
        this.everything.checked = false;
      }
      this.table.all = this.letters.length > 100 && further;
      this.table.set(this.letters);
      this.more.hidden = page.next === null;
      if (this.letters.length === 0) {
        this.table.count.textContent = texts.lettersNone;
      }
      this.buttons();
    } catch (failure) {
      this.told(failure.status ? failure.message : texts.unreachable);
    }
  }

  options(counts) {
    const codes = new Map();
    const organizations = new Map();
    for (const [name, each] of Object.entries(counts)) {
      for (const [code, n] of Object.entries(each)) {
        codes.set(code, (codes.get(code) ?? 0) + n);
        organizations.set(name, (organizations.get(name) ?? 0) + n);
      }
    }
    fill(this.form.elements.organization, organizations);
    fill(this.form.elements.code, codes);
  }

  choice(letter) {
    const key = `${letter.organization}/${letter.segment.segmentId}`;
    return el("input", {
      type: "checkbox",
      checked: this.chosen.has(key),
      "aria-label": texts.letterChoose(letter.segment.segmentId),
      onchange: (event) => {
        if (event.target.checked) {
          this.chosen.set(key, letter);
        } else {
          this.chosen.delete(key);
        }
        this.buttons();
      },
    });
  }

  chooseAll(all) {
    this.chosen.clear();
    if (all) {
      this.letters.forEach((letter) => this.chosen.set(`${letter.organization}/${letter.segment.segmentId}`, letter));
    }
    this.table.drawn.clear();
    this.table.draw();
    this.buttons();
  }

  buttons() {
    const button = byId("replay-chosen");
    button.textContent = texts.replayChosen(this.chosen.size);
    button.disabled = this.chosen.size === 0;
    byId("replay-all").disabled = this.letters.length === 0;
  }

  async replay(choice) {
    if (!this.actions()) {
      this.told(texts.cannotDo);
      return;
    }
    try {
      const done = await act("replay", { ...this.filter(), ...choice });
      if (done) {
        this.told(done.message);
        await this.refresh();
        await this.load();
      }
    } catch (failure) {
      this.told(texts.failed(failure.message));
    }
  }
}

function fill(select, counts) {
  const before = select.value;
  const names = [...counts.keys()].sort();
  if (before !== "" && !counts.has(before)) {
    names.push(before);
  }
  select.replaceChildren(el("option", { value: "" }, texts.all), ...names.map((name) => el("option", { value: name }, texts.counted(name, counts.get(name) ?? 0))));
  select.value = before;
}

function said(letter) {
  const evidence = { segment: letter.segment, source: letter.source, ...letter.evidence, failures: letter.failures };
  return [
    el("p", {}, letter.message),
    el("p", {}, el("strong", {}, texts.letterNext), " ", letter.nextStep),
    letter.retryAt ? el("p", {}, texts.letterRetry(at(letter.retryAt))) : null,
    el("details", {}, el("summary", {}, texts.letterEvidence), el("pre", { tabindex: "0" }, JSON.stringify(evidence, null, 2))),
  ];
}
