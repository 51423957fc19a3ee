/** Whether an object's JSON text names something twice. Readers differ in which of the two they take. */

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** @param value what the text was read as. @returns the first name that stands twice in the same object; undefined when none does. */
export function namedTwice(text: string, value: object): string | undefined {
  // Written again it is as long, unless it has spaces, escapes or numbers of another form, or lost something.
  if (JSON.stringify(value).length === text.length) return undefined;
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKENS)) {
    const names = open.at(-1);
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':' && names) {
      const name = String(JSON.parse(last));
      if (names.has(name)) return name;
      names.add(name);
    } else if (token.startsWith('"')) last = token;
  }
  return undefined;
}
