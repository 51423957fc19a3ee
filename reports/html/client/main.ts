/**
 * The behaviour of the page: draws charts from the embedded data, draws them again for another size or colour scheme, and runs the copy
 * button. It loads nothing, and sets every text as text, not as markup.
 */
import './language.ts';
import type { ChartData } from '../chart-data.ts';
import { type Chart, draw } from './charts.ts';
import { enableFind } from './find.ts';

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

/** A canvas has the colours of one colour scheme, so a change of scheme draws all charts again. */
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

/** Opens what is folded; paper would not show it. */
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

/** If the clipboard can't be written, the text stays selected. */
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
enableFind();
