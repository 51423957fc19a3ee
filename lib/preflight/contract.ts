/** Which contract a server's metrics show. */
import { CONTRACTS, type ContractName } from '../../thresholds/contracts.ts';
import { metricPromises } from '../systems/metrics/promises.ts';

/** The note for a run under another contract; undefined when the metrics fit this one, or show none. */
export function contractNote(exposition: string, contract: ContractName): string | undefined {
  const likely = likelyContract(exposition);
  if (likely === undefined || likely === contract) return undefined;
  const { profile } = CONTRACTS[likely];
  return `its metrics have the names of contract "${likely}", and "${contract}" is judged: name --contract ${likely}, and --profile ${profile} for a load that it can take`;
}

/** The contract under whose names more metrics exist than under the documented ones; undefined when neither has any. */
export function likelyContract(exposition: string): ContractName | undefined {
  const names = new Set([...exposition.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
  for (const contract of Object.values(CONTRACTS)) {
    const locations = Object.entries(metricPromises(contract.name).contract.locations);
    const own = locations.filter(([, place]) => names.has(place.name)).length;
    const documented = locations.filter(([name]) => names.has(name)).length;
    if (own > documented) return contract.name;
  }
  return names.has('aragora_requests_total') ? 'documented' : undefined;
}
