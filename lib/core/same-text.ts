/** Whether two texts are one and the same, although one of them may be shortened or set in another way. Runs in k6 and in Node. */

/** Letters and digits with which two texts begin alike if one is the other. */
const ALIKE_CHARS = 12;

export function isSameText(one: string, other: string): boolean {
  // The engine of k6 knows no classes of Unicode: with \p{L}, nothing would be left.
  const [a, b] = [one, other].map((text) => text.toLowerCase().replace(/[\s!-/:-@[-`{-~…–—]+/g, '')) as [
    string,
    string,
  ];
  const chars = Math.min(ALIKE_CHARS, a.length, b.length);
  return a.includes(b.slice(0, chars)) || b.includes(a.slice(0, chars));
}
