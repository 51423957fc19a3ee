/** The breaks of single spans: their names, their attributes, and what these say. Data only. */
import { lies, type TracesBreak } from './faults.ts';

function renamed(span: string, to: string): TracesBreak {
  const finding = `traces.spans.${span}.present`;
  return lies(`traces.${span}.renamed`, finding, `${span} is called ${to}`, { kind: 'span-renamed', span, to });
}

function missing(span: string): TracesBreak {
  const finding = `traces.spans.${span}.present`;
  return lies(`traces.${span}.missing`, finding, `nobody records ${span}`, { kind: 'span-missing', span });
}

/** Every documented attribute. */
const ATTRIBUTES: readonly (readonly [span: string, attributes: readonly string[]])[] = [
  ['http.request', ['method', 'path', 'status']],
  ['debate.run', ['debate.task', 'debate.agent_count']],
  ['debate.round', ['round_number', 'agent_count']],
  ['agent.call', ['provider', 'model', 'tokens']],
  ['db.query', ['operation', 'table']],
  ['memory.access', ['tier', 'operation']],
];

const attributes: readonly TracesBreak[] = ATTRIBUTES.flatMap(([span, names]) =>
  names.map((attribute) =>
    lies(
      `traces.${span}.${attribute}-missing`,
      `traces.spans.${span}.attributes`,
      `${span} does not say its ${attribute}`,
      {
        kind: 'span-attribute-missing',
        span,
        attribute,
      },
    ),
  ),
);

function mistyped(span: string, attribute: string, description: string): TracesBreak {
  const fault = { kind: 'span-attribute-mistyped', span, attribute } as const;
  return lies(`traces.${span}.${attribute}-mistyped`, `traces.spans.${span}.attributes`, description, fault);
}

function wrong(attribute: string, value: string | number, description: string): TracesBreak {
  const [name, finding] = [`traces.http.request.${attribute}-wrong`, 'traces.spans.http.request.attributes'];
  return lies(name, finding, description, { kind: 'span-attribute-instead', span: 'http.request', attribute, value });
}

export const SPAN_BREAKS: readonly TracesBreak[] = [
  renamed('http.request', 'HTTP GET'),
  renamed('debate.run', 'debate'),
  renamed('agent.call', 'llm.call'),
  renamed('db.query', 'sql'),
  missing('debate.run'),
  missing('debate.round'),
  missing('agent.call'),
  missing('db.query'),
  missing('memory.access'),
  ...attributes,
  mistyped('http.request', 'status', 'the status is a word'),
  mistyped('debate.round', 'round_number', 'the number of the round is a word'),
  mistyped('agent.call', 'tokens', 'the number of tokens is a word'),
  mistyped('db.query', 'table', 'the table is a number'),
  wrong('path', '/', 'the path is / whatever was asked for'),
  wrong('method', 'POST', 'the method is POST whatever was asked'),
  wrong('status', 204, 'the status is 204 whatever was answered'),
  lies(
    'traces.begun-status-wrong',
    'traces.spans.http.request.attributes',
    'traces that the server begins say 503, which no client saw',
    { kind: 'begun-saying', attributes: { status: 503 }, isError: true },
  ),
  lies(
    'traces.begun-method-wrong',
    'traces.spans.http.request.attributes',
    'traces that the server begins say a method that no client sent',
    { kind: 'begun-saying', attributes: { method: 'PUT' }, isError: false },
  ),
  lies('traces.debate.run.task-of-another', 'traces.spans.debate.run.attributes', 'each debate has the same question', {
    kind: 'span-attribute-instead',
    span: 'debate.run',
    attribute: 'debate.task',
    value: 'Is this server ready for its load?',
  }),
  lies(
    'traces.agent.call.tokens-negative',
    'traces.spans.agent.call.attributes',
    'calls have a negative number of tokens',
    {
      kind: 'span-attribute-instead',
      span: 'agent.call',
      attribute: 'tokens',
      value: -128,
    },
  ),
  lies(
    'traces.debate.round.number-wrong',
    'traces.spans.debate.round.attributes',
    'every round is said to be the seventh',
    {
      kind: 'span-attribute-instead',
      span: 'debate.round',
      attribute: 'round.number',
      value: 7,
    },
  ),
  lies(
    'traces.agent.call.provider-unknown',
    'traces.spans.agent.call.attributes',
    'calls are of a provider that no metric knows',
    {
      kind: 'span-attribute-instead',
      span: 'agent.call',
      attribute: 'provider',
      value: 'somebody',
    },
  ),
  lies(
    'traces.memory.access.tier-unknown',
    'traces.spans.memory.access.attributes',
    'accesses are to a tier that no metric knows',
    {
      kind: 'span-attribute-instead',
      span: 'memory.access',
      attribute: 'tier',
      value: 'attic',
    },
  ),
  lies(
    'traces.db.query.half-lost',
    'traces.spans.db.query.present',
    'the database queries of every second trace are not exported',
    {
      kind: 'spans-lost',
      span: 'db.query',
      every: 2,
    },
  ),
  lies('traces.service-name', 'traces.service-name', 'the service is called unknown_service', {
    kind: 'service-name',
    name: 'unknown_service:python',
  }),
];
