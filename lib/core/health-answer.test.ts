/** Answers about health that agree with themselves, and answers that don't. */
import { describe, expect, test } from 'vitest';
import { healthProblem } from './health-answer.ts';

describe('an answer about health', () => {
  test.each([
    '{"status":"healthy"}',
    '{"status":"healthy","checks":{"database":{"status":"healthy"}}}',
    '{"status":"healthy","checks":{"database":"degraded"}}',
    '{"status":"healthy","checks":{"redis":{"healthy":false,"configured":false}}}',
    '{"status":"healthy","checks":[{"name":"cache","status":"unhealthy","required":false}]}',
    '{"status":"healthy","checks":[{"name":"cache","status":"unhealthy","optional":true}]}',
    '{"status":"healthy","maintenance":false,"error":null}',
    '{"status":"healthy","words":["healthy","unhealthy?"]}',
    '{"checks":{"database":{"status":"degraded"}},"status":"healthy"}',
    '{"status":"healthy","status" : "healthy"}',
    '{"status":"healthy","note":"the \\"status\\":\\"down\\" of before"}',
    '{"status":"healthy","services":{"elo":{"status":"healthy","previous_status":"unhealthy"}}}',
    '{"status":"healthy","history":[{"at":"2026-01-01T00:00:00Z","status":"unhealthy"}]}',
    '{"status":"healthy","possible_values":["healthy","unhealthy"]}',
    '{"status":"healthy","services":{"agents":{"status":"healthy","replicas":[{"healthy":false},{"healthy":true}]}}}',
    '{"status":"healthy","services":{"agents":{"status":"degraded","providers":{"a":"unhealthy","b":"healthy"}}}}',
    '{"status":"healthy","checks":{"database_pool":{"healthy":false,"status":"unhealthy","warning":"Database unreachable"}}}',
    '{"status":"healthy","checks":{"database":{"healthy":false,"warning":"kept in files meanwhile"}}}',
    '{"status":"healthy","checks":{"redis":{"healthy":false,"error":"no connection"}},"sentry":"unhealthy"}',
    '{"status":"healthy","checks":[{"name":"elo","healthy": false}]}',
    '{"status":"healthy","services":{"elasticsearch":"unhealthy","event_bus":"healthy"}}',
    '{"status":"healthy","database":{"primary":"healthy","replica":"unhealthy"}}',
    '{"status":"healthy","last_failure":"Error: no connection","uptime":5}',
  ])('%s is right', (body) => {
    expect(healthProblem(body)).toBeUndefined();
  });

  test.each([
    ['{"status":"healthy","checks":{"database":{"status":"unhealthy"}}}', 'unhealthy-part'],
    ['{"status":"healthy","database":"unhealthy"}', 'unhealthy-part'],
    ['{"status":"healthy","checks":[{"name":"websocket","healthy": false}]}', 'unhealthy-part'],
    ['{"status":"healthy","services":{"api":"unhealthy","event_bus":"healthy"}}', 'unhealthy-part'],
    ['{"status":"healthy","ok":false}', 'unhealthy-part'],
    ['{"status":"unhealthy","status":"healthy"}', 'unhealthy-part'],
    ['{ "status": "degraded", "version": 2, "status": "healthy", "checks": {} }', 'unhealthy-part'],
    ['{"status":"healthy","error":"no connection"}', 'error-beside'],
    ['{"status":"healthy","timestamp":"Error: no clock"}', 'error-beside'],
  ])('%s contradicts itself', (body, problem) => {
    expect(healthProblem(body)).toBe(problem);
  });
});
