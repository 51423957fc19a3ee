/** What kind of file a person named, in words: for the line that says that another kind was wanted. */
import { keysOf, type Placed, textAt } from '../core/placed.ts';

/** `an Alertmanager configuration`; for what nobody knows: its first keys. */
export function kindText(document: Placed | undefined): string {
  if (document === undefined) return 'an empty file';
  if (document.kind === 'list') return 'a list';
  if (document.kind === 'scalar') return 'plain text';
  const keys = new Set(keysOf(document));
  const apiVersion = textAt(document, 'apiVersion');
  if (apiVersion !== undefined) return `${textAt(document, 'kind') ?? 'an object'} of ${apiVersion}`;
  const known = KINDS.find(({ of }) => of.some((key) => keys.has(key)));
  return known?.words ?? `a file with ${[...keys].slice(0, 3).join(', ') || 'nothing in it'}`;
}

const KINDS: readonly { readonly of: readonly string[]; readonly words: string }[] = [
  { of: ['scrape_configs', 'rule_files', 'alerting'], words: 'the configuration of a Prometheus' },
  { of: ['receivers', 'route'], words: 'the configuration of an Alertmanager' },
  { of: ['panels', 'rows', 'dashboard'], words: 'a dashboard' },
  { of: ['rule_groups', 'tests', 'evaluation_interval'], words: 'tests of rules' },
  { of: ['services'], words: 'a compose file' },
  { of: ['schema_config'], words: 'the configuration of a Loki' },
  { of: ['groups'], words: 'a rules file' },
];
