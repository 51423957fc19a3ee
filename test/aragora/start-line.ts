/** How docs/real-server.md starts the server: its settings, what fills its data folder, its arguments, and what makes a token. */
import { readFileSync } from 'node:fs';

const PAGE = new URL('../../docs/real-server.md', import.meta.url);

export interface StartLine {
  readonly settings: Readonly<Record<string, string>>;
  /** A Python program. */
  readonly seed: string;
  readonly args: readonly string[];
  /** A Python program that prints a token. */
  readonly token: string;
}

export function startLine(): StartLine {
  const page = readFileSync(PAGE, 'utf8');
  const settings = [...page.matchAll(/^export (\w+)=(.+)$/gm)].map(([, name = '', value = '']) => [name, value]);
  return {
    settings: Object.fromEntries(settings),
    seed: found(page, /^aragora\/bin\/python -c "(.*)"$/m),
    token: found(page, /^ARAGORA_API_TOKEN="\$\(aragora\/bin\/python -c "(.*)"\)"$/m),
    args: found(page, /^aragora\/bin\/aragora (serve .*?) >/m).split(' '),
  };
}

function found(page: string, pattern: RegExp): string {
  const [, text] = pattern.exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/real-server.md has no line like ${pattern}`);
  return text;
}
