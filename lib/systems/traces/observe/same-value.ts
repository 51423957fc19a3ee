/** Whether an attribute that was received and its copy in a backend are the same value, however the backend writes it. */
import type { SpanValue } from '../observation.ts';
import { MAX_ATTRIBUTES, MAX_CHARS } from './otlp.ts';

type Attributes = Readonly<Record<string, SpanValue>>;

/** The first attribute that is another one there; null when all are the same. What was left out or cut when it was received is not compared. */
export function differingAttribute(received: Attributes, there: Attributes): string | null {
  const isWhole = Object.keys(received).length < MAX_ATTRIBUTES;
  const keys = new Set([...Object.keys(received), ...(isWhole ? Object.keys(there) : [])]);
  const differs = (key: string): boolean => {
    const [own, other] = [received[key], there[key]];
    return own === undefined || other === undefined || !isSame(own, other);
  };
  return [...keys].find(differs) ?? null;
}

function isSame(own: SpanValue, there: SpanValue): boolean {
  if (typeof own === 'string' && own.length >= MAX_CHARS) return beginsWith(there, own);
  const [a, b] = [plainOf(own), plainOf(there)];
  if (typeof a === 'number' && typeof b === 'string') return isLarge(a, b);
  if (typeof a === 'string' && typeof b === 'number') return isLarge(b, a);
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The keys of a structure that was cut may have another order there, so nothing is known of it. */
function beginsWith(there: SpanValue, cut: string): boolean {
  return isStructure(cut) || (typeof there === 'string' && there.startsWith(cut));
}

/** JavaScript can't hold a whole number beyond 2⁵³, so backends write it as text. */
function isLarge(number: number, text: string): boolean {
  return Math.abs(number) >= Number.MAX_SAFE_INTEGER && /^-?\d+$/.test(text) && Number(text) === number;
}

/** A structure that was written as JSON is read again: its escapes and the order of its keys say nothing. */
function plainOf(value: SpanValue): unknown {
  if (typeof value !== 'string' || !isStructure(value)) return value;
  try {
    return inOrder(JSON.parse(value));
  } catch {
    return value;
  }
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, inOrder(one)]),
  );
}

function isStructure(text: string): boolean {
  return text.startsWith('{') || text.startsWith('[');
}
