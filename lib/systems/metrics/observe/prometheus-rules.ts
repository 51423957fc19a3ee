/** The rules that a Prometheus has loaded, in the form of its files of rules. */
import { type Answer, asked, field, list, number, type PrometheusAccess, strings, text } from './prometheus-api.ts';

export interface LoadedRules {
  /** Where Prometheus read them. */
  readonly path: string;
  /** As a file of rules says them. */
  readonly groups: readonly object[];
}

/** In the order of its answer; [] when it has loaded none. */
export async function loadedRules(access: PrometheusAccess): Promise<Answer<readonly LoadedRules[]>> {
  return await asked(access, '/api/v1/rules', {}, (data) => {
    const files = new Map<string, object[]>();
    for (const group of list(field(data, 'groups'))) {
      const path = text(field(group, 'file'));
      files.set(path, [...(files.get(path) ?? []), groupForm(group)]);
    }
    return [...files].map(([path, groups]) => ({ path, groups }));
  });
}

function groupForm(group: unknown): object {
  return {
    name: text(field(group, 'name')),
    interval: duration(field(group, 'interval')),
    rules: list(field(group, 'rules')).map(ruleForm),
  };
}

function ruleForm(rule: unknown): object {
  const [name, expr] = [text(field(rule, 'name')), text(field(rule, 'query'))];
  const labels = strings(field(rule, 'labels') ?? {});
  if (field(rule, 'type') === 'recording') return { record: name, expr, labels };
  const annotations = strings(field(rule, 'annotations') ?? {});
  return { alert: name, expr, for: duration(field(rule, 'duration')), labels, annotations };
}

/** Of seconds. */
function duration(sec: unknown): string {
  return `${Math.round(1000 * number(sec))}ms`;
}
