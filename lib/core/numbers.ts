/**
 * How a number is written for a person, the same in findings, in every report and on the terminal: US separators, a true minus sign.
 * Runs in Node and in the browser.
 */

const MINUS = '\u2212';

/** 4812 → `4,812`. Rounded to a whole number. */
export function countText(value: number): string {
  return grouped(value.toFixed(0));
}

/** `value` with at least `digits` significant digits before rounding and no trailing zeros: (4.2034, 3) → `4.2`, (1234.5, 3) → `1,235`. */
export function digitsText(value: number, digits = 3): string {
  if (value === 0) return '0';
  const decimals = Math.min(12, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value)))));
  const text = value.toFixed(decimals);
  return grouped(text.includes('.') ? text.replace(/\.?0+$/, '') : text);
}

function grouped(text: string): string {
  const [whole = '', fraction] = text.replace('-', MINUS).split('.');
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

/** Milliseconds, or seconds from 1,000 ms on: 612.3 → `612 ms`, 2000 → `2 s`, 0.0421 → `0.0421 ms`. */
export function msText(ms: number, digits = 3): string {
  return Math.abs(ms) >= 1000 ? `${digitsText(ms / 1000, digits)} s` : `${digitsText(ms, digits)} ms`;
}

/** A latency in µs, written as by `msText`; `–` when there is none. */
export function usText(us: number | null): string {
  return us === null ? '–' : msText(us / 1000);
}

/** A share 0–1 in percent with two significant digits: 0.0587 → `5.9 %`. Never rounds up to 100 % or down to 0 %. */
export function percentText(share: number, digits = 2): string {
  if (share > 0.9 && share < 1) return `${digitsText(100 - roundedComplement(share, digits), 12)} %`;
  return `${digitsText(share * 100, digits)} %`;
}

/** Near 100 % the complement has the meaning: 0.99853 is 99.85 %, because 0.15 % is missing. */
function roundedComplement(share: number, digits: number): number {
  return Number(((1 - share) * 100).toPrecision(digits));
}

/** A duration in whole units: 60 → `60 s`, 3600 → `1 h`, 5400 → `1 h 30 min`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  const parts = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ] as const;
  return parts.flatMap(([count, unit]) => (count > 0 ? [`${count} ${unit}`] : [])).join(' ');
}

/** A moment within the run: 75 → `1:15`, 3675 → `1:01:15`. */
export function clockText(elapsedSec: number): string {
  const whole = Math.max(0, Math.floor(elapsedSec));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Unix ms as `2026-09-21 14:13:20 UTC`. */
export function instantText(unixMs: number): string {
  return `${new Date(unixMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Bytes in MiB: 96468992 → `92 MiB`. */
export function bytesText(bytes: number): string {
  return `${digitsText(bytes / 1_048_576)} MiB`;
}

/** `render(value)` with as many digits as it takes to read differently from `render(against)`; equal values read equal. */
export function distinctFrom(
  value: number,
  against: number,
  render: (value: number, digits: number) => string,
  digits: number,
): string {
  for (let more = digits; more < 10 && value !== against; more++) {
    if (render(value, more) !== render(against, more)) return render(value, more);
  }
  return render(value, digits);
}

/** `1 sample`, `2 samples`. */
export function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `text` of a difference, with a plus sign if it is positive: `+12 ms`. The minus sign is in the text already. */
export function signedText(value: number, text: string): string {
  return `${value > 0 ? '+' : ''}${text}`;
}

/** A relative change, 0.22 → `+22 %`, −0.76 → `−76 %`. */
export function relativeText(share: number, digits = 2): string {
  return signedText(share, `${digitsText(100 * share, digits)} %`);
}

/** A lower bound below this share (0.0001 %) reads `0 %`: rounding it down claims less. An upper bound is never rounded down. */
const LEAST_LOWER_SHARE = 1e-6;

/** The bounds of a share of bad samples, `[5.9 %, 7.3 %]`, with as many digits as it takes to differ from the allowed share, if there is one. */
export function intervalText({ lower, upper }: { lower: number; upper: number }, allowedShare: number | null): string {
  const bound = (share: number): string =>
    allowedShare === null ? percentText(share) : distinctFrom(share, allowedShare, percentText, 2);
  const isTiny = lower < LEAST_LOWER_SHARE && lower <= (allowedShare ?? lower);
  return `[${bound(isTiny ? 0 : lower)}, ${bound(upper)}]`;
}
