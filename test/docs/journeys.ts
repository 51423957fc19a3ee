/** The part of docs/journeys.md that is made of the journeys and of the table of outcomes. */
import { endpointsOf, type JourneyEndpoint } from '../../lib/core/endpoint.ts';
import { NUMBERED_OUTCOMES, SAMPLE_OUTCOMES, type SampleOutcomeFacts } from '../../lib/core/sample-outcome.ts';
import { JOURNEYS } from '../../lib/journeys/index.ts';

export function journeyTables(): string {
  return `
A **journey** is what one virtual user does. A profile says how many of each there are: arrivals at a rate, or sockets that are held open. A
journey measures **endpoints**. Each sample of an endpoint ends in one **outcome**.

### The journeys

${table(
  ['Journey', 'What one of it does', 'Kind', 'Script', 'Endpoints'],
  JOURNEYS.map(({ name, title, kind, script, endpoints }) => [
    code(name),
    title,
    kind,
    code(script.path),
    endpoints.map((endpoint) => code(endpoint.name)).join(', '),
  ]),
)}

### The endpoints

A latency counts from the moment the arrival was due, where the column says so. An arrival that owes a sample and gave none counts as failed. A
property has no latency: a sample says whether something was kept. An event is something that a client saw of a debate or of a connection. No limit is set for
it: the checks of the server's telemetry compare it with what the server says, and a [cause](causes.md) may rest on it.

${table(
  ['Endpoint', 'Request', 'A sample is', 'Counts from the due time', 'Owed by'],
  endpointsOf(JOURNEYS).map((endpoint) => [
    code(endpoint.name),
    endpoint.http === undefined ? '–' : code(`${endpoint.http.method} ${endpoint.http.path}`),
    A_SAMPLE[endpoint.samples],
    endpoint.fromDue ? 'yes' : 'no',
    OWED_BY[endpoint.owed.by],
  ]),
)}

\`start-lateness\` belongs to no journey: it is how late the generator itself started arrivals.

### Outcomes

Every outcome but \`ok\` is a failure. "Reached the server" says whether the request did: where it is unknown, the server may have counted it or not.

One redirect is followed: to the same path with a slash at its end, or without one, as many frameworks answer. Both requests together are one sample.
Every other redirect is a failure.

#### What a client reads at most

A server that misbehaves can't fill the generator's memory. The bounds are far above anything that the guides describe:

| What | At most | Beyond it |
| --- | --- | --- |
| the body of an answer, as it comes and again when it is unpacked | 4 MiB | \`answer-too-large\` |
| the header of an answer, also of the answer to a WebSocket handshake | 1 MiB | \`answer-too-large\` |
| a WebSocket message | 1 MiB | \`frame-too-large\` |
| what one socket keeps of what its client has not read yet | 8,192 frames, 4 MiB | the server has to wait |
| frames on end of which the client never saw the last one; after a client's own close, all frames | 50,000 | \`flood\` |

A k6 that you name yourself (\`ARAGORA_SLO_K6\`, or the one on PATH where Go is missing) has none of these bounds. And it does not
start what was due while the machine stood still at the end of a scenario: these arrivals count as unanswered.

${table(['Outcome', 'Meaning', 'Reached the server', 'Client gave up waiting'], outcomes().map(outcomeRow))}

`;
}

const A_SAMPLE: Readonly<Record<JourneyEndpoint['samples'], string>> = {
  latency: 'a latency',
  property: 'a property',
  event: 'an event',
};

const OWED_BY: Readonly<Record<JourneyEndpoint['owed']['by'], string>> = {
  arrival: 'each arrival',
  second: 'each socket in each second',
  nobody: 'nobody',
};

const NUMBERS: Readonly<Record<keyof typeof NUMBERED_OUTCOMES, number>> = {
  ...{
    status: 503,
    later: 503,
    foreign: 502,
    'foreign-later': 503,
    unclear: 502,
    injected: 503,
    check: 1,
    redirect: 302,
    close: 1006,
  },
};

/** With an example number in place of each numbered one. */
function outcomes(): [string, SampleOutcomeFacts][] {
  const numbered = Object.entries(NUMBERED_OUTCOMES).map(([kind, facts]): [string, SampleOutcomeFacts] => {
    const code = NUMBERS[kind as keyof typeof NUMBERED_OUTCOMES];
    return [`${kind}_${code}`, facts(code)];
  });
  return [...Object.entries(SAMPLE_OUTCOMES), ...numbered];
}

function outcomeRow([outcome, { words, reached, gaveUp }]: [string, SampleOutcomeFacts]): string[] {
  return [code(outcome), words, reached, gaveUp ? 'yes' : 'no'];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}
