/** Foreign strings, made safe to show: what a server sent, or a person wrote. Runs in Node and in the browser. */

const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\uFFFE\uFFFF]/gu;

/** A foreign string on one line. Line breaks become spaces; characters that control a terminal, a parser or the reading direction become �. */
export function plain(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').replace(UNPRINTABLE, '\uFFFD');
}

/** Like {@link plain}, of a text whose lines are ours: they stay. */
export function plainLines(text: string): string {
  return text.split('\n').map(plain).join('\n');
}

/** `text` cut to at most `length` characters; the last one is then `…`. */
export function clip(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}
