/** The breaks of how spans belong together: parents, circles, traces that come apart. Data only. */
import { lies, type TracesBreak } from './faults.ts';

const SHAPE = 'traces.debate.shape';

const shapes: readonly TracesBreak[] = [
  lies('traces.parent-lost', SHAPE, 'rounds hang under the request, not under their debate', {
    kind: 'span-under-request',
    span: 'debate.round',
  }),
  lies('traces.agent-calls-flat', SHAPE, 'agent calls hang under the request, not under their round', {
    kind: 'span-under-request',
    span: 'agent.call',
  }),
  lies('traces.debate-apart', SHAPE, 'a debate is a trace of its own, apart from its request', {
    kind: 'span-apart',
    span: 'debate.run',
  }),
  lies('traces.agent-calls-few', SHAPE, 'a round says that it has three agents, and records the calls of two', {
    kind: 'span-attribute-instead',
    span: 'debate.round',
    attribute: 'agent_count',
    value: 3,
  }),
  lies('traces.second-round', 'traces.debate.calls', 'each debate has a second round with calls, which nobody heard', {
    kind: 'rounds-doubled',
  }),
  lies('traces.orphans', 'traces.orphans', 'agent calls name a parent that nobody exports', {
    kind: 'span-orphaned',
    span: 'agent.call',
  }),
];

const trees: readonly TracesBreak[] = [
  lies('traces.own-parent', 'traces.tree', 'database queries are their own parents', {
    kind: 'span-own-parent',
    span: 'db.query',
  }),
  lies('traces.twice-in-an-export', 'traces.tree', 'each export has its database queries twice', {
    kind: 'span-twice',
    span: 'db.query',
  }),
  lies('traces.under-two-ids', 'traces.tree', 'database queries are exported under a second id, too', {
    kind: 'span-under-two-ids',
    span: 'db.query',
  }),
  lies('traces.sent-twice', 'traces.tree', 'database queries are exported again, and then last longer', {
    kind: 'span-again',
    span: 'db.query',
  }),
];

export const TREE_BREAKS: readonly TracesBreak[] = [...shapes, ...trees];
