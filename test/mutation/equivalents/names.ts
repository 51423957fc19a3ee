/** Operators that give a thing another name. */
export const ENCODED = ['made-up', 'upper-case', 'percent-encoded', 'base64', 'shortened'];
/** Other names for the same things. */
export const RENAMED = [...ENCODED, 'neighbours-text'];
