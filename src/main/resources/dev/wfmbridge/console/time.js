import texts from "./texts.js";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const full = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/** The time of day, with the day if it is not today's. */
export function at(iso) {
  const when = new Date(iso);
  if (Number.isNaN(when.getTime())) {
    return String(iso);
  }
  return (when.toDateString() === new Date().toDateString() ? clock : full).format(when);
}

export function span(seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 90) {
    return texts.seconds(s);
  }
  if (s < 90 * 60) {
    return texts.minutes(Math.round(s / 60));
  }
  if (s < 48 * 3600) {
    return texts.hours(Math.round(s / 3600));
  }
  return texts.days(Math.round(s / 86400));
}

export const since = (iso) => span((Date.now() - new Date(iso).getTime()) / 1000);
export const until = (iso) => span((new Date(iso).getTime() - Date.now()) / 1000);
