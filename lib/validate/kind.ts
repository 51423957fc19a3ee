/** Which kind of file one is, by what it holds. */
import { basename } from 'node:path';
import { readDocuments } from '../config/check.ts';
import { CONFIG_NAMES } from '../config/find.ts';
import { configKeys } from '../config/settings.ts';
import { SloError } from '../core/error.ts';

export type FileKind = 'config' | 'slo' | 'accept' | 'profile' | 'contract';

/** @throws SloError `config-invalid` for a file of no kind. */
export function kindOf(path: string): FileKind {
  if (CONFIG_NAMES.includes(basename(path)) || /\.(ts|m?js)$/.test(path)) return 'config';
  const [content] = readDocuments(path);
  const [first] = Array.isArray(content) ? content : [content];
  const keys = typeof first === 'object' && first !== null ? Object.keys(first) : [];
  if (keys.includes('apiVersion') || keys.includes('kind')) return 'slo';
  if (keys.includes('accepted')) return 'accept';
  if (keys.includes('journeys')) return 'profile';
  if (hasOwnNames(first)) return 'contract';
  if (keys.some((key) => configKeys().includes(key))) return 'config';
  throw new SloError(
    'config-invalid',
    'it is neither objectives (apiVersion, kind), known deviations (accepted), a profile (journeys), own names (metrics, spans, logs) nor a config',
    { hint: 'say which with --slo, --accept, --profile, --contract or --config' },
  );
}

/** In a config `metrics` is an address. Under a key of own names all lines may still be comments. */
function hasOwnNames(content: unknown): boolean {
  const names = ['metrics', 'spans', 'logs'];
  return Object.entries(Object(content)).some(([key, value]) => names.includes(key) && typeof value === 'object');
}
