/** The profiles and objectives of these tests: seconds long, with limits that a busy machine does not reach. */
import { healthSlo } from '../../support/health-slo.ts';
import { file, tempDir } from './cli.ts';

/** Only health; what gates is decided by a few samples. */
export function healthProfile(durationSec = 2, gates: readonly string[] = ['latency.health.p50']): string {
  return file(tempDir(), 'health.yaml', {
    name: 'health',
    journeys: { health: { ratePerSec: 20, durationSec } },
    gates,
  });
}

export function listProfile(): string {
  const journeys = { 'debates-list': { ratePerSec: 20, durationSec: 2 } };
  return file(tempDir(), 'list.yaml', { name: 'list', journeys, gates: ['latency.debates-list.p50'] });
}

export function socketProfile(gates: readonly string[]): string {
  const journeys = { health: { ratePerSec: 5, durationSec: 2 }, websocket: { sockets: 3, durationSec: 3 } };
  return file(tempDir(), 'sockets.yaml', { name: 'sockets', journeys, gates });
}

/** Everything about debates, for two seconds. */
export function debateProfile(): string {
  const durationSec = 2;
  const journeys = {
    'debates-create': { ratePerSec: 10, durationSec },
    agents: { ratePerSec: 10, durationSec },
    consensus: { ratePerSec: 10, durationSec },
  };
  return file(tempDir(), 'debates.yaml', { name: 'debates', journeys, gates: ['latency.agent-response.p50'] });
}

/** Half of the health checks within 5 s: decided by 5 samples. A higher `target` needs more. */
export function lenientObjectives(target = 0.5): string {
  return file(tempDir(), 'slo.yaml', healthSlo('lenient', 5000, target));
}

/** Telemetry is judged too, but does not gate, because health alone moves few of its signals. */
export function lenientProfile(durationSec = 2): string {
  return file(tempDir(), 'lenient.yaml', {
    name: 'lenient',
    journeys: { health: { ratePerSec: 20, durationSec } },
    gates: ['lenient.1'],
  });
}
