/** The colours of a canvas, taken from the page's style in the present colour scheme. */

export interface Palette {
  readonly text: string;
  readonly grid: string;
  readonly p50: string;
  readonly p95: string;
  readonly p99: string;
  readonly max: string;
  readonly bandNear: string;
  readonly bandFar: string;
  readonly limit: string;
  readonly beyond: string;
  readonly bad: string;
  readonly pass: string;
  readonly fail: string;
  readonly doubt: string;
  readonly none: string;
  readonly surface: string;
}

/** A custom property may still contain `light-dark(…)`; only a colour in use is resolved. */
export function readPalette(place: HTMLElement): Palette {
  const probe = document.createElement('span');
  place.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const palette = {
    text: colour('text-2'),
    grid: colour('line'),
    p50: colour('c-p50'),
    p95: colour('c-p95'),
    p99: colour('c-p99'),
    max: colour('c-max'),
    bandNear: colour('c-near'),
    bandFar: colour('c-far'),
    limit: colour('c-limit'),
    beyond: colour('c-beyond'),
    bad: colour('c-bad'),
    pass: colour('pass'),
    fail: colour('fail'),
    doubt: colour('doubt'),
    none: colour('none'),
    surface: colour('surface'),
  };
  probe.remove();
  return palette;
}
