/** Operators on texts: labels, attributes, fields. */

/** `values` are all that the text is somewhere. undefined: the text is lost with its name. */
type Change = (text: string, values: readonly string[]) => string | undefined;

export const TEXT_OPERATORS: Readonly<Record<string, Change>> = {
  lost: () => undefined,
  empty: () => '',
  constant: (text, [first]) => first ?? text,
  'neighbours-text': (text, values) => values[(values.indexOf(text) + 1) % values.length] ?? text,
  'made-up': () => 'something',
  'upper-case': (text) => text.toUpperCase(),
  'percent-encoded': (text) => [...text].map((char) => `%${char.charCodeAt(0).toString(16)}`).join(''),
  base64: (text) => Buffer.from(text).toString('base64'),
  shortened: (text) => text.slice(0, Math.ceil(text.length / 2)),
};
