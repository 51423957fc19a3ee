/** The fields by which a line is about a debate itself: with both, it is about the debate. Another one may name a debate that had to make room. */
export const OF_ITSELF = { debate: 'debate_id', agentCount: 'agent_count' } as const;

export function isOfItself(entry: Readonly<Record<string, unknown>>): boolean {
  return Object.values(OF_ITSELF).every((name) => Object.hasOwn(entry, name));
}
