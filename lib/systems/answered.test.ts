import { describe, expect, it } from 'vitest';
import { statusOf } from './answered.ts';

describe('the status of an answer', () => {
  const target = { httpUrl: 'http://h', wsUrl: 'ws://h', embedded: false };
  const other = { target: { ...target, createdStatus: 201 } };

  it('is 200 where a request succeeded, or that of a creation before the load', () => {
    expect(statusOf('ok', 'debates-create', { target })).toBe(200);
    expect(statusOf('ok', 'debates-create', other)).toBe(201);
    expect(statusOf('success-false', 'debates-create', other)).toBe(201);
    expect(statusOf('ok', 'health', other)).toBe(200);
  });

  it('is the one that a failed request names, and none without an answer', () => {
    expect(statusOf('status_503', 'debates-create', other)).toBe(503);
    expect(statusOf('timeout', 'debates-create', other)).toBe(null);
  });
});
