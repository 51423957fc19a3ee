/** Which findings are about which answer. A mutant counts as killed only by one of them. */

const SOCKET = ['websocket.', 'availability.websocket'];
const DEBATE = [
  ...SOCKET,
  'latency.agent-response.',
  'content.agents',
  'content.texts',
  'content.rounds',
  'content.end',
  'content.progress',
  'content.time',
];
const REQUEST = ['availability.api', 'content.form'];

const ABOUT: Readonly<Record<string, readonly string[]>> = {
  health: [...REQUEST, 'latency.health.', 'content.health', 'content.time'],
  list: [...REQUEST, 'latency.debates-list.', 'content.list', 'content.listed'],
  creation: [...REQUEST, ...DEBATE, 'latency.debates-create.'],
  convergence: [...REQUEST, 'latency.consensus.', 'content.consensus'],
  connection_info: DEBATE,
  loop_list: SOCKET,
  sync: SOCKET,
  pong: [...SOCKET, 'content.time'],
};

/** @param family of the mutant: a route, or the type of an event. */
export function mayKillAnswer(finding: string, family: string): boolean {
  return (ABOUT[family] ?? DEBATE).some((id) => (id.endsWith('.') ? finding.startsWith(id) : finding === id));
}
