/**
 * The templates in labels and annotations of alerts: Prometheus refuses a file whose template it can't parse.
 * https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
 */
import { nearest } from '../core/nearest.ts';

const OF_GO = 'and call html index slice js len not or print printf println urlquery eq ge gt le lt ne';
const OF_PROMETHEUS = `query first label value sortByLabel strvalue args reReplaceAll safeHtml match title toUpper toLower graphLink
  tableLink stripPort stripDomain humanize humanize1024 humanizeDuration humanizePercentage humanizeTimestamp toTime toDuration
  now pathPrefix externalURL parseDuration tmpl urlQueryEscape`;
const FUNCTIONS = `${OF_GO} ${OF_PROMETHEUS}`.split(/\s+/);
const KEYWORDS = new Set('if else end range with define template block break continue nil true false'.split(' '));
/** Prometheus puts them before each template. */
const VARIABLES = new Set(['$', '$labels', '$externalLabels', '$externalURL', '$value']);

export interface TemplateProblem {
  readonly reason: string;
  readonly nearest?: string;
}

/** What Prometheus refuses in a template. */
export function templateProblems(text: string): TemplateProblem[] {
  const declared = new Set(VARIABLES);
  const problems: TemplateProblem[] = [];
  for (const action of actionsOf(text)) {
    if (action === null) return [...problems, { reason: 'a "{{" has no "}}"' }];
    problems.push(...actionProblems(action, declared));
  }
  return problems;
}

/** The labels that it names as `$labels.x`. */
export function labelsNamed(text: string): string[] {
  return actionsOf(text).flatMap((action) =>
    [...(action ?? '').matchAll(/\$labels\.(\w+)/g)].map(([, name = '']) => name),
  );
}

/** What stands between the braces; null for one without an end. Braces in a text do not end it. */
function actionsOf(text: string): (string | null)[] {
  const actions: (string | null)[] = [];
  for (let at = text.indexOf('{{'); at !== -1; at = text.indexOf('{{', at)) {
    const [whole, inner = ''] =
      /^\{\{-?((?:"(?:\\.|[^"\\\n])*"|`[^`]*`|\/\*[\s\S]*?\*\/|[^"`}]|\}(?!\}))*)\}\}/.exec(text.slice(at)) ?? [];
    if (whole === undefined) return [...actions, null];
    actions.push(inner.replace(/-$/, ''));
    at += whole.length;
  }
  return actions;
}

const TOKEN = /\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])*'|\$\w*|\.\w+|[A-Za-z_]\w*|\d[\w.]*/g;

function actionProblems(action: string, declared: Set<string>): TemplateProblem[] {
  const tokens = [...action.matchAll(TOKEN)].map(([token]) => token);
  for (const [, names = ''] of action.matchAll(/((?:\$\w+\s*,\s*)?\$\w+)\s*:=/g))
    for (const name of names.split(',')) declared.add(name.trim());
  const [strange] = /[^\s|(),:=.+-]/.exec(action.replace(TOKEN, ' ')) ?? [];
  if (strange !== undefined) return [{ reason: `unexpected "${strange}"` }];
  return tokens.flatMap((token): TemplateProblem[] => {
    if (token.startsWith('$')) return declared.has(token) ? [] : [{ reason: `the variable ${token} is not declared` }];
    if (!/^[A-Za-z_]/.test(token) || KEYWORDS.has(token) || FUNCTIONS.includes(token)) return [];
    const near = nearest(token, FUNCTIONS);
    return [{ reason: `there is no function ${token}`, ...(near === undefined ? {} : { nearest: near }) }];
  });
}
