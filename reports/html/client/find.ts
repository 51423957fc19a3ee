/**
 * Finds findings: by words, and by the statuses that are pressed in the tally. Whatever else is on the page is hidden meanwhile, and what is
 * folded around a match is open.
 */

interface Controls {
  readonly words: HTMLInputElement;
  readonly all: HTMLButtonElement;
  readonly said: HTMLElement;
  readonly statuses: readonly HTMLButtonElement[];
}

export function enableFind(): void {
  const bar = document.querySelector<HTMLElement>('.find');
  const words = bar?.querySelector<HTMLInputElement>('input');
  const all = bar?.querySelector<HTMLButtonElement>('button');
  const said = bar?.querySelector<HTMLElement>('[role=status]');
  if (!bar || !words || !all || !said) return;
  bar.hidden = false;
  const controls: Controls = { words, all, said, statuses: statusButtons() };
  const folds = [...document.querySelectorAll<HTMLDetailsElement>('main details.fold')];
  let wasOpen: ReadonlySet<HTMLDetailsElement> | undefined;
  const update = (): void => {
    const isActive = words.value.trim() !== '' || controls.statuses.some(isPressed);
    if (isActive) wasOpen ??= new Set(folds.filter((fold) => fold.open));
    show(controls, isActive);
    for (const fold of folds) fold.open = isActive ? hasShown(fold) : (wasOpen?.has(fold) ?? fold.open);
    if (!isActive) wasOpen = undefined;
  };
  words.addEventListener('input', update);
  for (const status of controls.statuses)
    status.addEventListener('click', () => {
      status.setAttribute('aria-pressed', String(!isPressed(status)));
      update();
    });
  all.addEventListener('click', () => {
    words.value = '';
    for (const status of controls.statuses) status.setAttribute('aria-pressed', 'false');
    update();
    words.focus();
  });
}

/** Each count of the tally becomes a button. */
function statusButtons(): HTMLButtonElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-tally]')].map((item) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset['status'] = item.dataset['tally'] ?? '';
    button.setAttribute('aria-pressed', 'false');
    button.append(...item.childNodes);
    item.append(button);
    return button;
  });
}

const isPressed = (button: HTMLButtonElement): boolean => button.getAttribute('aria-pressed') === 'true';
const hasShown = (part: Element): boolean => part.querySelector('[data-finding]:not([hidden])') !== null;

function show({ words, all, said, statuses }: Controls, isActive: boolean): void {
  const wanted = words.value
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const pressed = statuses.filter(isPressed).map(({ dataset }) => `is-${dataset['status'] ?? ''}`);
  const rows = [...document.querySelectorAll<HTMLElement>('[data-finding]')];
  for (const row of rows) {
    const text = `${row.dataset['finding'] ?? ''} ${row.textContent}`.toLowerCase();
    const isOfStatus = pressed.length === 0 || pressed.some((status) => row.classList.contains(status));
    row.hidden = !isOfStatus || !wanted.every((word) => text.includes(word));
  }
  const found = rows.filter((row) => !row.hidden).length;
  said.textContent = isActive ? `${found} of ${rows.length} findings` : '';
  all.hidden = !isActive;
  document.body.classList.toggle('finding', isActive);
  for (const part of document.querySelectorAll('main > section, main .panel, main table.cards'))
    part.classList.toggle('has-found', hasShown(part));
}
