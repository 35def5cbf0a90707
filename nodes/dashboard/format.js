import { languageNow, text } from './texts.js';

const formats = new Map();

function formatOf(kind, options) {
  const key = `${languageNow()} ${JSON.stringify(options)}`;
  if (!formats.has(key)) formats.set(key, new kind(languageNow(), options));
  return formats.get(key);
}

/** A measured value with three digits that count; whole from 1000 on. A dash where there is none. */
export function number(value) {
  if (typeof value !== 'number' || !Number.isFinite(value)) return '–';
  const isLarge = Math.abs(value) >= 1000;
  const digits = isLarge
    ? { maximumFractionDigits: 0 }
    : { minimumFractionDigits: decimals(value), maximumFractionDigits: decimals(value) };
  // What rounds to nothing has no sign.
  return formatOf(Intl.NumberFormat, digits).format(Math.abs(value) < 0.005 ? 0 : value);
}

function decimals(value) {
  const size = Math.abs(value);
  if (size >= 100) return 0;
  return size >= 10 ? 1 : 2;
}

/** A number on an axis: as many digits as it needs. */
export function tick(value) {
  return formatOf(Intl.NumberFormat, { maximumSignificantDigits: 6 }).format(value);
}

/** A count, whole. */
export function count(value) {
  return typeof value === 'number' ? formatOf(Intl.NumberFormat, { maximumFractionDigits: 0 }).format(value) : '–';
}

/** A share of one, in per cent. */
export function percent(share) {
  return formatOf(Intl.NumberFormat, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

/** A time of day; with its date where that is not the day of `now`. Both ms. */
export function moment(time, now = Date.now()) {
  const clock = formatOf(Intl.DateTimeFormat, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
  if (new Date(time).toDateString() === new Date(now).toDateString()) return clock.format(time);
  return `${formatOf(Intl.DateTimeFormat, { day: 'numeric', month: 'short', year: 'numeric' }).format(time)}, ${clock.format(time)}`;
}

/** A time of day without seconds, for an axis; ms. */
export function clock(time, withSeconds = false) {
  const options = { hour: '2-digit', minute: '2-digit', hour12: false, ...(withSeconds && { second: '2-digit' }) };
  return formatOf(Intl.DateTimeFormat, options).format(time);
}

/** A day without its year, for an axis; ms. */
export function day(time) {
  return formatOf(Intl.DateTimeFormat, { day: 'numeric', month: 'short' }).format(time);
}

/** How long, from seconds: the two largest units that count. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 120) return text('time.seconds', { n: count(whole) });
  const minutes = Math.floor(whole / 60);
  if (minutes < 120) return text('time.minutes', { n: count(minutes) });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return text('time.hours', { n: count(hours), minutes: count(minutes % 60) });
  return text('time.days', { n: count(Math.floor(hours / 24)), hours: count(hours % 24) });
}

/** Bytes as MB. */
export function megabytes(bytes) {
  return `${formatOf(Intl.NumberFormat, { maximumFractionDigits: bytes < 1e7 ? 1 : 0 }).format(bytes / 1e6)} MB`;
}
