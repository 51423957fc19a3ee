/**
 * Owns the page's behaviour: charts drawn from the embedded data, redrawn for size and colours, and the copy button.
 * Refuses to fetch or to write markup; every text is set as text.
 */
import './language.ts';
import type { ChartData } from '../chart-data.ts';
import { type Chart, draw } from './charts.ts';

function readCharts(): Record<string, ChartData> {
  return JSON.parse(document.getElementById('charts')?.textContent ?? '{}') as Record<string, ChartData>;
}

const charts = readCharts();
const drawn = new Map<HTMLElement, Chart>();

function drawAll(): void {
  for (const place of document.querySelectorAll<HTMLElement>('[data-chart]')) {
    drawn.get(place)?.destroy();
    drawn.delete(place);
    const data = charts[place.dataset['chart'] ?? ''];
    const chart = data === undefined ? null : draw(place, data);
    if (chart === null) place.textContent = 'No answered sample to draw.';
    else drawn.set(place, chart);
  }
}

const resized = new ResizeObserver((entries) => {
  for (const { target } of entries) drawn.get(target as HTMLElement)?.resize();
});

/** Canvases hold pixels of one colour scheme, so a change of scheme draws them anew. */
function followColours(): void {
  const chosen = document.querySelectorAll('input[name="theme"]');
  for (const input of chosen) input.addEventListener('change', drawAll);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  const root = document.documentElement;
  addEventListener('beforeprint', () => {
    root.classList.add('printing');
    drawAll();
  });
  addEventListener('afterprint', () => {
    root.classList.remove('printing');
    drawAll();
  });
}

/** Opens what is folded, or paper would not show it. */
function unfoldForPrint(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    opened = [
      ...document.querySelectorAll<HTMLDetailsElement>('table.cards details:not([open]), details.fold:not([open])'),
    ];
    for (const details of opened) details.open = true;
  });
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
  });
}

function enableCopy(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-copy]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const source = document.getElementById(button.dataset['copy'] ?? '');
      if (source !== null) copy(source).then((done) => announce(button, done ? 'Copied' : 'Press Ctrl+C'));
    });
  }
}

/** Where the clipboard is not ours to write, the text is left selected. */
async function copy(source: HTMLElement): Promise<boolean> {
  getSelection()?.selectAllChildren(source);
  return (
    navigator.clipboard?.writeText(source.textContent ?? '').then(
      () => true,
      () => false,
    ) ?? false
  );
}

function announce(button: HTMLButtonElement, words: string): void {
  const before = button.textContent;
  button.setAttribute('aria-live', 'polite');
  button.textContent = words;
  setTimeout(() => {
    button.textContent = before;
  }, 2000);
}

drawAll();
for (const place of document.querySelectorAll('[data-chart]')) resized.observe(place);
followColours();
unfoldForPrint();
enableCopy();
