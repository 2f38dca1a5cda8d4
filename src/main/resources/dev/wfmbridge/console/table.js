// A table whose heads sort it. Long ones show their first rows; one click shows all.
import texts from "./texts.js";
import { el } from "./dom.js";

const FIRST = 100;

export class Table {
  /**
   * columns: [{ key, head, cell(row) → text or elements, by(row) → what it is sorted by, numeric, tight: never broken }]
   * key(row): what a row is known by; look(row): changes when the row has to be drawn anew
   */
  constructor({ caption, columns, key, look, sortedBy, descending = false }) {
    this.columns = columns;
    this.key = key;
    this.look = look;
    this.sort = { key: sortedBy, descending };
    this.rows = [];
    this.all = false;
    this.drawn = new Map();
    this.heads = new Map();
    this.body = el("tbody");
    this.count = el("p", { class: "count", role: "status" });
    this.more = el("button", { type: "button", class: "secondary", hidden: true, onclick: () => this.showAll() });
    const head = el("tr");
    for (const column of columns) {
      const cell = el("th", { scope: "col", class: column.numeric ? "number" : null });
      if (column.by) {
        cell.append(el("button", { type: "button", class: "sort", onclick: () => this.sortBy(column) }, column.head));
      } else {
        cell.append(column.headCell ?? column.head);
      }
      this.heads.set(column.key, cell);
      head.append(cell);
    }
    this.element = el(
      "div",
      {},
      el(
        "div",
        { class: "scroll", role: "region", "aria-label": caption, tabindex: "0" },
        el("table", {}, el("caption", { class: "visually-hidden" }, caption), el("thead", {}, head), this.body),
      ),
      this.count,
      this.more,
    );
  }

  sortBy(column) {
    this.sort =
      this.sort.key === column.key
        ? { key: column.key, descending: !this.sort.descending }
        : { key: column.key, descending: Boolean(column.numeric) };
    this.draw();
  }

  showAll() {
    this.all = true;
    this.draw();
    this.element.querySelector(".scroll").focus();
  }

  /** Takes new rows. */
  set(rows, total = rows.length) {
    this.rows = rows;
    this.total = total;
    this.draw();
  }

  draw() {
    for (const [key, cell] of this.heads) {
      if (key === this.sort.key) {
        cell.setAttribute("aria-sort", this.sort.descending ? "descending" : "ascending");
      } else {
        cell.removeAttribute("aria-sort");
      }
    }
    const column = this.columns.find((each) => each.key === this.sort.key);
    const sorted = column?.by ? [...this.rows].sort((a, b) => compare(column.by(a), column.by(b), this.sort.descending)) : this.rows;
    const shown = this.all ? sorted : sorted.slice(0, FIRST);
    const next = new Map();
    shown.forEach((row, place) => {
      const key = this.key(row);
      const look = this.look(row);
      const before = this.drawn.get(key);
      const line = before && before.look === look ? before.line : this.line(row);
      next.set(key, { look, line });
      const there = this.body.children[place];
      if (there !== line) {
        if (before && before.line !== line && before.line === there) {
          this.replace(there, line);
        } else {
          this.body.insertBefore(line, there ?? null);
        }
      }
    });
    while (this.body.children.length > shown.length) {
      this.body.lastElementChild.remove();
    }
    this.drawn = next;
    this.count.textContent = texts.shown(shown.length, this.total);
    this.more.hidden = shown.length === sorted.length;
    this.more.textContent = texts.showAll(sorted.length);
  }

  /** Who had the focus in the old line has it in the new one. */
  replace(old, line) {
    const at = [...old.querySelectorAll("button, input, summary")].indexOf(document.activeElement);
    const open = [...old.querySelectorAll("details")].map((details) => details.open);
    this.body.replaceChild(line, old);
    line.querySelectorAll("details").forEach((details, i) => {
      details.open = open[i] ?? false;
    });
    if (at >= 0) {
      line.querySelectorAll("button, input, summary")[at]?.focus();
    }
  }

  line(row) {
    return el(
      "tr",
      {},
      this.columns.map((column, i) =>
        el(i === 0 && !column.plain ? "th" : "td", { scope: i === 0 && !column.plain ? "row" : null, class: column.numeric ? "number" : column.tight ? "tight" : null }, column.cell(row)),
      ),
    );
  }
}

function compare(a, b, descending) {
  const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
  return descending ? -order : order;
}
