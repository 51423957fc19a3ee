/** Small changes of log lines. */
export type Line = Readonly<Record<string, unknown>>;

export const parsed = (text: string): Line => JSON.parse(text) as Line;
export const timeOfLine = (line: Line): number => Date.parse(String(line['timestamp']));
export const timeOf = (text: string): number => timeOfLine(parsed(text));
export const iso = (atMs: number): string => new Date(atMs).toISOString();

/** Each line becomes several, or other ones. */
export function eachLine(change: (line: Line, at: number) => readonly (Line | string)[]) {
  return {
    lines: (lines: readonly string[]) =>
      lines.flatMap((text, at) =>
        change(parsed(text), at).map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
      ),
  };
}

/** As a library writes through the formatter of the guide. */
export function libraryLine(timestamp: unknown, own: Line): Line {
  return { timestamp, level: 'INFO', module: 'httptools_impl', function: 'send', line: 476, ...own };
}
