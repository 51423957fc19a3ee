/**
 * Owns how the judge writes numbers in its sentences. Refuses to know what they mean. US separators, so that a report reads the same everywhere.
 */

/** `4,812` */
export function countText(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Three significant digits, from 1,000 on as seconds: `612 ms`, `9.81 ms`, `2 s`. */
export function msText(value: number): string {
  return Math.abs(value) >= 1000 ? `${digitsText(value / 1000, 3)} s` : `${digitsText(value, 3)} ms`;
}

/** Two significant digits at least: `5.9 %`, `0.033 %`, `0 %`; never `100 %` for less than all. */
export function percentText(share: number): string {
  const value = 100 * share;
  return `${value > 90 && value < 100 ? digitsText(100 - digitsNumber(100 - value, 2), 6) : digitsText(value, 2)} %`;
}

/** With a sign: `+22 %`, `−76 %`. */
export function deviationText(share: number): string {
  return `${share < 0 ? '−' : '+'}${digitsText(Math.abs(100 * share), 2)} %`;
}

/** `1 sample`, `2 samples`. */
export function plural(value: number, noun: string): string {
  return `${countText(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function digitsNumber(value: number, significant: number): number {
  return Number(value.toPrecision(significant));
}

export function digitsText(value: number, significant: number): string {
  const whole = Math.abs(value) >= 10 ** significant;
  return (whole ? Math.round(value) : digitsNumber(value, significant)).toLocaleString('en-US', {
    maximumFractionDigits: 12,
  });
}
