/**
 * What Aragora 2.7.4 and 2.10.0 from PyPI answered, started as docs/real-server.md starts 2.11.1, and without a token. Of metrics only the types that
 * contracts ask for, of a list and of a debate only some fields.
 */
import { fakeHttp } from '../cli/support/servers.ts';

interface Recorded {
  readonly status: number;
  /** The header `X-API-Release`, where there is one. */
  readonly release?: string;
  readonly body: string;
}

/** By version, then by method and path. */
const RELEASES = {
  '2.7.4': {
    'GET /api/health': {
      status: 200,
      release: '2.0.3',
      body: '{"status": "healthy", "timestamp": "2026-11-28T18:59:28.286454+00:00Z"}',
    },
    'GET /api/debates': { status: 401, body: '{"error": "Authentication required", "code": "auth_required"}' },
    'GET /metrics': { status: 500, body: '{"error": "Internal server error"}' },
    'POST /api/debates': { status: 401, body: '{"error": "Authentication required", "code": "auth_required"}' },
  },
  '2.10.0': {
    'GET /api/health': {
      status: 200,
      release: '2.0.3',
      body: '{"status": "healthy", "timestamp": "2026-11-28T18:59:28.332287+00:00Z"}',
    },
    'GET /api/debates': {
      status: 200,
      release: '2.0.3',
      body: '{"debates": [{"slug": "server-ready-its-load-2026-11-28-2", "debate_id": "adhoc_c745b38e", "task": "Is this server ready for its load?", "agents": ["demo", "demo"], "consensus_reached": true, "confidence": 0.8, "created_at": "2026-11-28 18:47:24", "view_count": 0, "is_public": false, "status": "completed", "id": "adhoc_c745b38e", "rounds_used": 0, "duration_seconds": 0, "agreement": 0.8}], "count": 1, "total": 1, "has_more": true, "offset": 0, "limit": 20}',
    },
    'GET /metrics': {
      status: 200,
      release: '2.0.3',
      body: exposition([
        'aragora_debate_duration_seconds histogram',
        'aragora_debate_duration_seconds_created gauge',
        'aragora_debate_rounds_total histogram',
        'aragora_debate_rounds_total_created gauge',
        'aragora_debate_tokens_total counter',
        'aragora_debates_total counter',
        'aragora_debates_created gauge',
        'aragora_debate_cost_usd histogram',
        'aragora_http_request_duration_seconds histogram',
        'aragora_http_request_duration_seconds_created gauge',
        'aragora_http_requests_total counter',
        'aragora_http_requests_created gauge',
        'aragora_websocket_connections_active gauge',
        'aragora_websocket_messages_total counter',
        'aragora_memory_tier_size gauge',
        'aragora_memory_tier_transitions_total counter',
        'aragora_http_request_latency_seconds histogram',
        'aragora_http_request_latency_seconds_created gauge',
        'aragora_agent_calls_total counter',
        'aragora_agent_latency_seconds histogram',
        'aragora_debate_phase_duration_seconds histogram',
        'aragora_debate_phase_duration_seconds_created gauge',
        'aragora_debate_round_latency_seconds histogram',
        'aragora_debate_round_latency_seconds_created gauge',
        'aragora_active_debates gauge',
        'aragora_debate_early_termination_total counter',
        'aragora_debate_stability_score histogram',
        'aragora_debate_stability_score_created gauge',
        'aragora_websocket_connections gauge',
        'aragora_debate_completion_duration_seconds histogram',
        'aragora_debate_completion_duration_seconds_created gauge',
        'aragora_debate_success_rate gauge',
        'aragora_debate_success_total counter',
        'aragora_debate_success_created gauge',
      ]),
    },
    'POST /api/debates': {
      status: 200,
      release: '2.0.3',
      body: '{"success": true, "debate_id": "adhoc_2f7f32a8", "status": "created", "task": "Is this server ready for its load?"}',
    },
    'GET /api/debates/adhoc_2f7f32a8': {
      status: 200,
      release: '2.0.3',
      body: '{"id": "adhoc_2f7f32a8", "task": "Is this server ready for its load?", "agents": ["demo", "demo"], "rounds": 1, "final_answer": "## Final Synthesis\\n\\n**Question:** Is this server ready for its load?\\n\\n### Winning Position (demo)\\n\\nDemo synthesis for: Is this server ready for its load?\\n\\n- Combine a minimal baseline with explicit risk guardrails.\\n- Make metrics and rollback criteria first-class requirements.\\n- Ship in phases and revisit assumptions after initial data.\\n\\nDecision: Proceed with a phased rollout and explicit success metrics.\\n\\n### Other Perspectives\\n\\n", "consensus_reached": true, "confidence": 0.8, "status": "completed"}',
    },
    'GET /api/debates/adhoc_2f7f32a8/convergence': {
      status: 200,
      release: '2.0.3',
      body: '{"debate_id": "adhoc_2f7f32a8", "convergence_status": "unknown", "convergence_similarity": 0.0, "consensus_reached": true, "rounds_used": 0}',
    },
  },
} as const satisfies Record<string, Readonly<Record<string, Recorded>>>;

/** Each type is `name kind`. */
function exposition(types: readonly string[]): string {
  return types.map((type) => `# TYPE ${type}\n`).join('');
}

/** A server that answers as the release did; anything else with 404. Without a WebSocket. Gives its `host:port`. */
export async function fakeRelease(version: keyof typeof RELEASES): Promise<string> {
  const answers: Readonly<Record<string, Recorded>> = RELEASES[version];
  const { host } = await fakeHttp(({ method, url }, response) => {
    const { status, release, body } = answers[`${method} ${url}`] ?? { status: 404, body: '' };
    response.writeHead(status, release === undefined ? {} : { 'X-API-Release': release }).end(body);
  });
  return host;
}
