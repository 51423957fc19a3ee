/** The documented configuration with the places of the stack that runs. */
import { DOCUMENTED_PLACES, mended } from './documented/changes.ts';
import { type DocumentName, readDocuments } from './documented/document.ts';
import type { Around } from './part.ts';
import { ROUTING_KEY } from './sinks/workspace.ts';

/** An address at which nobody listens: for a part that was left out. */
const NOWHERE = '127.0.0.1:9';

export function documentedTexts({
  target,
  running,
}: Pick<Around, 'target' | 'running'>): Readonly<Record<DocumentName, string>> {
  const alertmanager = running.get('alertmanager');
  const { pagerduty = DOCUMENTED_PLACES.pagerdutyUrl, slack = DOCUMENTED_PLACES.slackUrl } =
    running.get('sinks')?.places ?? {};
  return mended(readDocuments(), {
    pagerdutyUrl: pagerduty,
    slackUrl: slack,
    routingKey: ROUTING_KEY,
    alertmanager: alertmanager === undefined ? NOWHERE : new URL(alertmanager.url).host,
    target: new URL(target.httpUrl).host,
  });
}
